"""Pages to tell a sign of danger at any time: the stop sheet, and the page of a report."""

from __future__ import annotations

import datetime
import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clinic.permissions import AuthenticatedRequest
from patients.decorators import patient_required
from patients.lookups import get_report_or_404
from patients.models import Patient, ReportPlace
from patients.sessions import check_in
from patients.sessions.advice import has_new_calls
from patients.sessions.forms import QuestionsForm, SignForm, SignsForm
from patients.sessions.questions import Question
from patients.sessions.selectors.reports import get_report_page
from patients.sessions.selectors.session_progress import get_session_to_resume
from patients.sessions.selectors.stop_sheet import get_stop_sheet
from patients.sessions.selectors.today import get_today
from patients.sessions.services.reports import add_to_report, save_report


@patient_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Show the stop rules by tier, with the signs to tell. A sign that is told is saved and answered at once."""
    form = SignForm(request.POST)
    if request.method == "POST" and form.told:
        report = save_report(
            patient=patient,
            place=ReportPlace.STOP,
            answers={form.told: True},
            by=request.user,
            now=now,
            client_key=form.cleaned_data.get("key"),
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
    found = get_report_or_404(patient, report_id)
    page = get_report_page(found, now)
    form = _form(request, patient, page.asked)
    if form is not None and form.is_valid():
        add_to_report(report=found, answers=form.answers, by=request.user, now=now)
        return redirect("my:report", found.pk)
    if form is not None and form.dangers:  # another answer is missing
        add_to_report(report=found, answers=form.dangers, by=request.user, now=now)
        if has_new_calls(form.dangers, found.told):
            return redirect("my:report", found.pk)
    context = {"patient": patient, "page": page, "form": form, "availability": page.clinic}
    return render(request, "patients/sessions/report.html", context)


@patient_required
@require_http_methods(["GET", "HEAD", "POST"])
def sugar(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Ask for the blood sugar, and the ketones, again to end a hold; outside a session, as a report of its own."""
    session = get_session_to_resume(patient, now)
    if session is not None:
        return redirect("my:session_sugar", session.pk)
    asked = tuple(check_in.question(name) for name in get_today(patient, now).asked_again)
    form = _form(request, patient, asked, is_recheck=True)
    if form is None:
        return redirect("my:today")
    if form.is_valid():
        report = save_report(
            patient=patient, place=ReportPlace.BEFORE, answers=form.answers, by=request.user, now=now
        )
        return redirect("my:report", report.pk)
    context = {"patient": patient, "form": form, "action": reverse("my:sugar")}
    return render(request, "patients/sessions/sugar.html", context)


def _form(
    request: AuthenticatedRequest, patient: Patient, asked: tuple[Question, ...], *, is_recheck: bool = False
) -> QuestionsForm | SignsForm | None:
    """Return the form for these questions, a list of signs if all of them are signs; None without any."""
    if not asked:
        return None
    data = request.POST if request.method == "POST" else None
    if all(each.is_sign and not each.only_if for each in asked):
        return SignsForm(data, asked=asked)
    return QuestionsForm(data, asked=asked, clinic=patient.clinic, is_recheck=is_recheck)
