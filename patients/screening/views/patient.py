"""The patient's pages of a screening: one question a page, the advice at once, and sending it to the clinic.

The address is the same for every question, so that it tells nothing about the answers. The session of the browser
remembers the question to which the patient went back.
"""

from __future__ import annotations

import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinic.permissions import AuthenticatedRequest
from patients.decorators import patient_required
from patients.exceptions import NotPossibleError
from patients.models import Patient
from patients.screening.answers import is_asked, next_question, question_before
from patients.screening.kinds import MAX_TEXT_LENGTH, YES_NO_UNSURE
from patients.screening.questions import BY_ID
from patients.screening.selectors import MyScreening, get_my_screening
from patients.screening.services.screenings import answer_question, send_screening

#: Key in the browser's session: the id of the question to show.
AT = "screening_at"
#: Answers offered for "how often": the last one stands for three and more.
COUNTS = (1, 2, 3)
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
    if mine is None or mine.screening.sent_at:
        return redirect("my:screening")
    if mine.is_stopped:
        return redirect("my:screening_advice")
    if request.method == "POST":
        return _post(request, patient, mine, now)
    return _ask(request, patient, mine)


def _ask(
    request: AuthenticatedRequest, patient: Patient, mine: MyScreening, *, error: str = ""
) -> HttpResponse:
    answers = mine.screening.answers
    at = BY_ID.get(request.session.get(AT, ""))
    asked = at if at and is_asked(at, answers, mine.flags) else next_question(answers, mine.flags)
    context = {
        "patient": patient,
        "mine": mine,
        "question": asked,
        "answer": answers.get(asked.id) if asked else None,
        "has_before": question_before(asked.id if asked else "", answers, mine.flags) is not None,
        "options": YES_NO_UNSURE,
        "counts": COUNTS,
        "levels": LEVELS,
        "longest": MAX_TEXT_LENGTH,
        "error": error,
        "section": "today",
    }
    return render(request, "patients/screening/my_question.html", context)


def _post(
    request: AuthenticatedRequest, patient: Patient, mine: MyScreening, now: datetime.datetime
) -> HttpResponse:
    asked = BY_ID.get(request.POST.get("question", ""))
    if request.POST.get("action") == "send":
        send_screening(patient=patient, by=request.user, now=now)
        return redirect("my:screening")
    if request.POST.get("action") == "back":
        before = question_before(asked.id if asked else "", mine.screening.answers, mine.flags)
        request.session[AT] = before.id if before else ""
        return redirect("my:screening_question")
    if asked is None:
        return redirect("my:screening_question")
    try:
        answer = asked.read(request.POST.get("answer", ""))
    except ValueError:
        request.session[AT] = asked.id
        return _ask(request, patient, mine, error="missing")
    try:
        saved = answer_question(
            patient=patient, question_id=asked.id, answer=answer, by=request.user, now=now
        )
    except NotPossibleError:
        return redirect("my:screening")
    following = next_question(saved.answers, mine.flags, after=asked.id)
    request.session[AT] = following.id if following else ""
    gives_advice = asked.advice is not None and asked.is_met_by(saved.answers)
    return redirect("my:screening_advice" if gives_advice else "my:screening_question")


@patient_required
@require_safe
def advice(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Show the advice for the answers given, the most urgent first, with the numbers to call."""
    mine = get_my_screening(patient)
    if mine is None or not mine.advice:
        return redirect("my:screening")
    context = {"patient": patient, "mine": mine, "section": "today"}
    return render(request, "patients/screening/my_advice.html", context)
