"""Decorators for views of the patient's own pages."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from clinic.languages import activate_language, activate_region
from clinic.permissions import AuthenticatedRequest, View
from patients.models import Patient
from patients.permissions import check_is_not_helper, is_device_open, with_patient
from patients.sessions.kept_answers import check_account
from patients.sign_in.login import CLEAR_SITE_DATA, get_device_id, log_out, record_device_use


def device_checked(view: Callable[..., HttpResponse]) -> View:
    """Call `view(request, …)` after signing out a device that was ended, or a shared one that has expired.

    For pages that open without a sign-in, but show or change something of whoever is signed in. The browser is told to
    clear the site's data, as on the patient's own pages. One query, only if the session names a device.
    """

    @wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        device = get_device_id(
            request
        )  # read first: reading the user of a closed account flushes the session
        if device is None or (request.user.is_authenticated and is_device_open(device, timezone.now())):
            return view(request, *args, **kwargs)
        log_out(request, HttpResponse())
        response = view(request, *args, **kwargs)
        response["Clear-Site-Data"] = CLEAR_SITE_DATA
        return response

    opened.is_device_checked = True  # type: ignore[attr-defined]  # read by PreviousCookiesMiddleware
    return opened


def patient_required(view: Callable[..., HttpResponse]) -> View:
    """Call `view(request, patient, now, …)` for a patient or their helper; answer anyone else with 403.

    `request.user` is the person at the page and the actor of every write; `patient` is the patient the page is about.
    An anonymous visitor is redirected to the page of sign-in options, not to the team's password form. A patient with
    a language on record gets the page in it on any device; a helper gets it in the language of their own device.

    The device is recorded as in use at `now`. Answers that were kept for another account raise AnswersOfAnotherError.
    """

    @with_patient
    @wraps(view)
    def opened(
        request: HttpRequest, patient: Patient, now: datetime.datetime, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        check_account(request, patient)
        record_device_use(request, seen_at=patient.device_seen_at, now=now)  # type: ignore[attr-defined]  # annotated
        if patient.language and patient.user_id == request.user.pk:
            activate_language(request, patient.language)
        activate_region(request, patient.clinic.region)
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
