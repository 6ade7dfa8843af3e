"""The page that explains how to add the app to the home screen, and makes a code for signing in there."""

from __future__ import annotations

import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from clinic.permissions import AuthenticatedRequest
from patients.decorators import patient_only
from patients.models import Patient
from patients.sign_in.card_codes import format_code
from patients.sign_in.login import get_device_id, is_own_phone
from patients.sign_in.selectors.sign_in_options import get_verified_email
from patients.sign_in.services.cards import TooManyCardsError, create_own_code


@patient_only
@never_cache
@sensitive_variables("code", "page")
@require_http_methods(["GET", "HEAD", "POST"])
def home_screen(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Explain it on GET; on POST make a code for signing in once more, and show it once.

    On an iPhone the app on the home screen has cookies of its own, so that nobody is signed in there at first. A shared
    device gets no code: whoever finds it could sign in for longer than the device may.
    """
    page = {
        "patient": patient,
        "section": "settings",
        "is_own_phone": is_own_phone(request),
        "address": get_verified_email(patient),
    }
    if request.method == "POST":
        if not page["is_own_phone"]:
            raise PermissionDenied(_("Make a code on your own phone only."))
        try:
            _card, code = create_own_code(patient=patient, now=now, device_id=get_device_id(request))
        except TooManyCardsError:
            return render(request, "patients/sign_in/home_screen.html", page | {"is_over": True}, status=429)
        page["code"] = format_code(code)
    return render(request, "patients/sign_in/home_screen.html", page)
