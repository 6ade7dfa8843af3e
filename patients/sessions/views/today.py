"""The patient's pages for reading: today, the whole plan, one exercise, progress; and skipping a day."""

from __future__ import annotations

import datetime
import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinic.permissions import AuthenticatedRequest
from patients.decorators import patient_required
from patients.goals.forms import SCORES, GoalForm
from patients.models import Patient
from patients.reminders.selectors import get_push_ended
from patients.safety.selectors.flags import get_live_flags
from patients.sessions.forms import ReasonForm
from patients.sessions.not_today import list_offered_reasons
from patients.sessions.selectors.exercise_page import get_exercise_for_now
from patients.sessions.selectors.progress import get_progress, parse_month
from patients.sessions.selectors.today import get_today
from patients.sessions.selectors.versions import list_published_versions, published_items
from patients.sessions.services.sessions import record_version_seen
from patients.sessions.services.skipped_days import skip_day, unskip_day
from patients.sign_in.views.events import list_news_for


@patient_required
@require_safe
def today(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    day = get_today(patient, now)
    context = {"patient": patient, "today": day, "section": "today"}
    context |= {"goal_form": GoalForm(), "scores": [number for number, _label in SCORES]}
    context["news"] = list_news_for(request, patient, now)
    context["push_ended"] = get_push_ended(request.user, patient)
    return render(request, f"patients/sessions/today/{day.state}.html", context)


@patient_required
@require_http_methods(["GET", "HEAD", "POST"])
def version_seen(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, version_id: uuid.UUID
) -> HttpResponse:
    """Mark the changes of a plan version as seen ("OK, got it"). A GET request changes nothing."""
    version = get_object_or_404(list_published_versions(patient), pk=version_id)
    if request.method == "POST":
        record_version_seen(version=version, by=request.user, now=now)
    return redirect("my:today")


@patient_required
@require_http_methods(["GET", "HEAD", "POST"])
def not_today(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Ask for the reason and skip today's session. A reason that leads further goes on on the page of its report."""
    form = ReasonForm(request.POST)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        report = skip_day(patient=patient, reason=reason, by=request.user, now=now)
        return redirect("my:report", report.pk) if report else redirect("my:today")
    context = {
        "patient": patient,
        "reasons": list_offered_reasons(get_live_flags(patient)),
        "section": "today",
    }
    return render(request, "patients/sessions/not_today.html", context)


@patient_required
@require_http_methods(["GET", "HEAD", "POST"])
def unskip_today(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Undo the skipping of today. A GET request changes nothing."""
    if request.method == "POST":
        unskip_day(patient=patient, by=request.user, now=now)
    return redirect("my:today")


@patient_required
@require_safe
def plan(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    context = {"patient": patient, "today": get_today(patient, now), "section": "plan"}
    return render(request, "patients/sessions/plan.html", context)


@patient_required
@require_safe
def exercise(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, item_id: uuid.UUID
) -> HttpResponse:
    item = get_object_or_404(published_items(patient), pk=item_id)
    for_now, is_left_out = get_exercise_for_now(item, patient, now)
    context = {
        "patient": patient,
        "exercise": for_now,
        "is_left_out": is_left_out,
        "section": "plan",
    }
    return render(request, "patients/sessions/exercise.html", context)


@patient_required
@require_safe
def progress(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    month = parse_month(request.GET.get("month", ""))
    context = {"patient": patient, "progress": get_progress(patient, now, month), "section": "progress"}
    return render(request, "patients/sessions/progress.html", context)
