"""The patient's page "I did something else", and removing what was told there."""

from __future__ import annotations

import datetime
import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clinic.permissions import AuthenticatedRequest
from patients.activities.forms import ActivityForm
from patients.activities.services import remove_activity, tell_activity
from patients.decorators import patient_required
from patients.exceptions import NotPossibleError
from patients.lookups import get_activity_or_404
from patients.models import Patient
from patients.sessions.selectors.today import get_today


@patient_required
@require_http_methods(["GET", "HEAD", "POST"])
def activities(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Show the form with what was told of today and yesterday, and what the holds in force advise; save an activity."""
    form = ActivityForm(request.POST if request.method == "POST" else None, today=patient.today(now))
    if form.is_bound and form.is_valid():
        cleaned = form.cleaned_data
        try:
            tell_activity(
                patient=patient,
                kind=cleaned["kind"],
                words=cleaned["words"],
                minutes=cleaned["minutes"],
                on_date=cleaned["day"],
                key=cleaned["key"],
                by=request.user,
                now=now,
            )
        except NotPossibleError as reason:
            form.add_error("day", str(reason))
        else:
            return redirect("my:activities")
    context = {"patient": patient, "today": get_today(patient, now), "form": form, "section": "today"}
    return render(request, "patients/activities/activities.html", context)


@patient_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, activity_id: uuid.UUID
) -> HttpResponse:
    """Remove an activity that was told today. A GET request changes nothing."""
    activity = get_activity_or_404(patient, activity_id)
    if request.method == "POST":
        remove_activity(activity=activity, by=request.user, now=now)
    return redirect("my:activities")
