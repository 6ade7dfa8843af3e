"""The door to the patient's own pages: who came in, and when."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from clinic.languages import speak
from clinic.permissions import SignedInRequest, View
from patients.models import Patient
from patients.permissions import check_is_oneself, for_patients
from patients.sign_in.login import note_use


def my_page(view: Callable[..., HttpResponse]) -> View:
    """View decorator: calls `view(request, patient, now, …)` for a patient or who helps them; others get a 403.

    `request.user` is who is at the page; `patient` is whom it is about. What is written is written by `request.user`.

    Who is not signed in goes to the page that asks "patient or team?", not to the team's password form. Who said which
    language they read is answered in it on any device; whoever helps them reads their own.
    """

    @for_patients
    @wraps(view)
    def opened(
        request: HttpRequest, patient: Patient, now: datetime.datetime, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        note_use(request, seen_at=patient.device_seen_at, now=now)  # type: ignore[attr-defined]  # annotated
        if patient.language and patient.user_id == request.user.pk:
            speak(request, patient.language)
        return view(request, patient, now, *args, **kwargs)

    opened.login_url = "sign_in"  # type: ignore[attr-defined]  # read by LoginRequiredMiddleware
    return opened


def own_page(view: Callable[..., HttpResponse]) -> View:
    """View decorator: as `my_page`, for what only the patient may do: their ways in, their settings, who helps them."""

    @my_page
    @wraps(view)
    def opened(
        request: SignedInRequest, patient: Patient, now: datetime.datetime, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        check_is_oneself(request.user, patient)
        return view(request, patient, now, *args, **kwargs)

    return opened
