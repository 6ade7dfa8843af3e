"""The door to the patient's own pages: who came in, and when."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from clinic.languages import activate_language
from clinic.permissions import AuthenticatedRequest, View
from patients.models import Patient
from patients.permissions import check_is_not_helper, with_patient
from patients.sign_in.login import record_device_use


def patient_required(view: Callable[..., HttpResponse]) -> View:
    """View decorator: calls `view(request, patient, now, …)` for a patient or who helps them; others get a 403.

    `request.user` is who is at the page; `patient` is whom it is about. What is written is written by `request.user`.

    Who is not signed in goes to the page that asks "patient or team?", not to the team's password form. Who said which
    language they read is answered in it on any device; whoever helps them reads their own.
    """

    @with_patient
    @wraps(view)
    def opened(
        request: HttpRequest, patient: Patient, now: datetime.datetime, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        record_device_use(request, seen_at=patient.device_seen_at, now=now)  # type: ignore[attr-defined]  # annotated
        if patient.language and patient.user_id == request.user.pk:
            activate_language(request, patient.language)
        return view(request, patient, now, *args, **kwargs)

    opened.login_url = "sign_in"  # type: ignore[attr-defined]  # read by LoginRequiredMiddleware
    return opened


def patient_only(view: Callable[..., HttpResponse]) -> View:
    """View decorator: as `patient_required`, for what only the patient may do: their ways in, their settings, who helps them."""

    @patient_required
    @wraps(view)
    def opened(
        request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        check_is_not_helper(request.user, patient)
        return view(request, patient, now, *args, **kwargs)

    return opened
