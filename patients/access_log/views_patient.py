"""The patient's page about people who looked at their record."""

from __future__ import annotations

import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.days import parse_day
from clinic.permissions import AuthenticatedRequest
from patients.access_log.selectors import get_my_access_log
from patients.decorators import patient_only
from patients.models import Patient


@patient_only
@require_safe
def my_access_log(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Show twelve weeks of who looked at the record or changed it. `?until=` is the last day, today by default."""
    today = patient.today(now)
    last_day = min(parse_day(request.GET.get("until", "")) or today, today)
    page = get_my_access_log(patient, last_day=last_day)
    context = {"patient": patient, "section": "settings", "page": page, "is_now": last_day == today}
    return render(request, "patients/access_log/my_access_log.html", context)
