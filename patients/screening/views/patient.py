"""The patient's pages of a screening: one question a page, the advice at once, and sending it to the clinic.

The address is the same for every question, so that it tells nothing about the answers. The session of the browser
remembers which question of which screening to show, such as one to which the patient went back.
"""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinic.clinics.opening_hours import get_opening_status
from clinic.permissions import AuthenticatedRequest
from patients.decorators import patient_required
from patients.exceptions import NotPossibleError
from patients.models import Patient
from patients.screening.answers import GivenAdvice, is_asked, next_question, question_before
from patients.screening.kinds import MAX_TEXT_LENGTH, YES_NO_UNSURE, ScreeningQuestion
from patients.screening.questions import BY_ID
from patients.screening.selectors import MyScreening, get_my_screening
from patients.screening.services.answers import answer_question, report_late_answer, send_screening

#: Key in the browser's session: the screening, and the id of the question to show.
AT = "screening_at"
LEVELS = range(11)


@patient_required
@require_safe
def start(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Show what the questions are for, or that they were sent, or the advice that stopped them."""
    mine = get_my_screening(patient)
    if mine is None:
        return redirect("my:today")
    if mine.is_stopped:
        return redirect("my:screening_advice")
    context = {"patient": patient, "mine": mine, "section": "today"}
    return render(request, "patients/screening/my_start.html", context)


@patient_required
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Ask one question, take its answer, go back to the one before, or send all answers."""
    mine = get_my_screening(patient)
    asked = BY_ID.get(request.POST.get("question", ""))
    action = request.POST.get("action", "")
    if request.method == "POST" and asked and not action:  # an urgent answer is taken at any time
        return _answer(request, patient, mine, asked, now)
    if mine is None or mine.screening.sent_at:
        return redirect("my:screening")
    if mine.is_stopped:
        return redirect("my:screening_advice")
    if action == "send":
        send_screening(patient=patient, by=request.user, now=now)
        return redirect("my:screening")
    if action == "back":
        before = question_before(asked.id if asked else "", mine.screening.answers, mine.flags)
        _set_at(request, mine, before)
    if request.method == "POST":
        return redirect("my:screening_question")
    return _ask(request, patient, mine)


def _set_at(request: AuthenticatedRequest, mine: MyScreening, question: ScreeningQuestion | None) -> None:
    request.session[AT] = [str(mine.screening.pk), question.id if question else ""]


def _get_at(request: AuthenticatedRequest, mine: MyScreening) -> ScreeningQuestion | None:
    match request.session.get(AT):
        case [screening, name] if screening == str(mine.screening.pk):
            return BY_ID.get(name)
    return None


def _ask(
    request: AuthenticatedRequest, patient: Patient, mine: MyScreening, *, error: str = ""
) -> HttpResponse:
    answers = mine.screening.answers
    at = _get_at(request, mine)
    asked = at if at and is_asked(at, answers, mine.flags) else next_question(answers, mine.flags)
    context = {
        "patient": patient,
        "mine": mine,
        "question": asked,
        "answer": answers.get(asked.id) if asked else None,
        "has_before": question_before(asked.id if asked else "", answers, mine.flags) is not None,
        "options": YES_NO_UNSURE,
        "levels": LEVELS,
        "longest": MAX_TEXT_LENGTH,
        "error": error,
        "section": "today",
    }
    return render(request, "patients/screening/my_question.html", context)


def _answer(
    request: AuthenticatedRequest,
    patient: Patient,
    mine: MyScreening | None,
    asked: ScreeningQuestion,
    now: datetime.datetime,
) -> HttpResponse:
    try:
        answer = asked.read(request.POST.get("answer", ""))
    except ValueError:
        if mine is None or not mine.takes_answers:
            return redirect("my:screening")
        _set_at(request, mine, asked)
        return _ask(request, patient, mine, error="missing")
    try:
        saved = answer_question(
            patient=patient, question_id=asked.id, answer=answer, by=request.user, now=now
        )
    except NotPossibleError as reason:
        is_reported = report_late_answer(
            patient=patient, question_id=asked.id, answer=answer, by=request.user, now=now
        )
        if is_reported and asked.advice:
            given = [GivenAdvice(asked, asked.advice), *(mine.advice if mine else [])]
            return _advice(request, patient, now, mine, sorted(given, key=lambda each: each.advice.tier))
        if mine is None or not mine.is_stopped:  # nothing stands above the call for help
            messages.warning(request, str(reason))
        return redirect("my:screening")
    if mine is not None:
        _set_at(request, mine, next_question(saved.answers, mine.flags, after=asked.id))
    is_urgent = asked.is_urgent_answer(answer)
    return redirect("my:screening_advice" if is_urgent else "my:screening_question")


@patient_required
@require_safe
def advice(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Show the advice for the answers given, the most urgent first, with the numbers to call."""
    mine = get_my_screening(patient)
    if mine is None or not mine.advice:
        return redirect("my:screening")
    return _advice(request, patient, now, mine, mine.advice)


def _advice(
    request: AuthenticatedRequest,
    patient: Patient,
    now: datetime.datetime,
    mine: MyScreening | None,
    advice: list[GivenAdvice],
) -> HttpResponse:
    context = {
        "patient": patient,
        "advice": advice,
        "availability": get_opening_status(patient.clinic, now),
        "may_continue": mine is not None and mine.takes_answers and not advice[0].advice.stops,
        "section": "today",
    }
    return render(request, "patients/screening/my_advice.html", context)
