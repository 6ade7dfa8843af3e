"""Pages to tell a sign of danger at any time: the stop sheet, and the page of a report."""

from __future__ import annotations

import datetime
import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from clinic.clinics.opening_hours import get_opening_status
from clinic.permissions import AuthenticatedRequest
from patients.decorators import patient_required
from patients.models import Patient, ReportPlace, SafetyReport
from patients.sessions import check_in
from patients.sessions.advice import get_advice
from patients.sessions.forms import QuestionsForm, SignForm, SignsForm
from patients.sessions.not_today import get_reason_row, list_open_questions
from patients.sessions.questions import Question
from patients.sessions.selectors.pain import with_pain_context
from patients.sessions.selectors.stop_sheet import get_stop_sheet
from patients.sessions.services.reports import add_to_report, save_report


@patient_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Show the stop rules by tier, with the signs to tell. A sign that is told is saved and answered at once."""
    form = SignForm(request.POST)
    if request.method == "POST" and form.is_valid():
        report = save_report(
            patient=patient,
            place=ReportPlace.STOP,
            answers={form.cleaned_data["sign"]: True},
            by=request.user,
            now=now,
            client_key=form.cleaned_data["key"],
        )
        return redirect("my:report", report.pk)
    context = {"patient": patient, "sheet": get_stop_sheet(patient, now), "key": uuid.uuid4()}
    return render(request, "patients/sessions/stop.html", context)


@patient_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, report_id: uuid.UUID
) -> HttpResponse:
    """Show the advice for a report, and ask what its reason or its answers lead to."""
    found = get_object_or_404(
        SafetyReport.objects.select_related("patient__clinic"), patient=patient, pk=report_id
    )
    told = with_pain_context(found.told, patient)
    by_reason = list_open_questions(found.reason, told)
    form = _form(request, by_reason or check_in.follow_ups(told))
    if form is not None and form.is_valid():
        add_to_report(report=found, answers=form.answers, by=request.user, now=now)
        return redirect("my:report", found.pk)
    row = get_reason_row(found.reason)
    is_danger = found.is_told_of_danger
    context = {
        "patient": patient,
        "report": found,
        "form": form,
        "asks_first": bool(by_reason),
        "words": row.words if row and not is_danger and not by_reason else (),
        "advice": get_advice(told) if is_danger else [],
        "availability": get_opening_status(patient.clinic, now),
    }
    return render(request, "patients/sessions/report.html", context)


def _form(request: AuthenticatedRequest, asked: tuple[Question, ...]) -> QuestionsForm | SignsForm | None:
    """Return the form for these questions, a list of signs if all of them are signs; None without any."""
    if not asked:
        return None
    data = request.POST if request.method == "POST" else None
    if all(each.is_sign and not each.only_if for each in asked):
        return SignsForm(data, asked=asked)
    return QuestionsForm(data, asked=asked)
