"""The patient's settings page."""

from __future__ import annotations

import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from patients.decorators import patient_only
from patients.models import Patient
from patients.sign_in.selectors.sign_in_options import get_verified_email


@patient_only
@require_safe
def settings(request: HttpRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    page = {"patient": patient, "section": "settings", "address": get_verified_email(patient)}
    return render(request, "patients/preferences/settings.html", page)
