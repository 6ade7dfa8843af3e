"""Decorators for views of the patient's own pages."""

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
    """Call `view(request, patient, now, …)` for a patient or their helper; answer anyone else with 403.

    `request.user` is the person at the page and the actor of every write; `patient` is the patient the page is about.
    An anonymous visitor is redirected to the page of sign-in options, not to the team's password form. A patient with
    a language on record gets the page in it on any device; a helper gets it in the language of their own device.

    The device is recorded as in use at `now`.
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

    opened.login_url = "sign_in:options"  # type: ignore[attr-defined]  # read by LoginRequiredMiddleware
    return opened


def patient_only(view: Callable[..., HttpResponse]) -> View:
    """Do as `patient_required`, but answer helpers with 403: sign-in methods, settings and helpers are private."""

    @patient_required
    @wraps(view)
    def opened(
        request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        check_is_not_helper(request.user, patient)
        return view(request, patient, now, *args, **kwargs)

    return opened
