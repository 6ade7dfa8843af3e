"""Parts that the views of a session share: the patient's own session, and redirects to the next page."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from clinic.clinics.opening_hours import get_opening_status
from clinic.permissions import AuthenticatedRequest, View
from patients.decorators import patient_required
from patients.models import ExerciseSession, Patient, PlanItem, ReportPlace
from patients.sessions import check_in as questions
from patients.sessions.advice import get_advice, has_new_calls
from patients.sessions.flow import Screen, next_screen
from patients.sessions.forms import SignsForm
from patients.sessions.questions import Answer, Answers, Question
from patients.sessions.selectors.session_progress import (
    SessionProgress,
    Step,
    get_session_progress,
    list_sessions,
)
from patients.sessions.services import sessions as actions
from patients.sessions.services.reports import save_report

#: URL name of each screen of `patients.sessions.flow`.
PAGES = {
    Screen.TODAY: "my:today",
    Screen.PAIN: "my:session_pain",
    Screen.READY: "my:session_ready",
    Screen.SUGAR: "my:session_sugar",
    Screen.FOLLOW_UP: "my:session_follow_up",
    Screen.FOUND: "my:session_found",
    Screen.STEP: "my:session_step",
    Screen.GENTLER: "my:session_step",
    Screen.EFFORT: "my:session_effort",
    Screen.WHY: "my:session_skip_reason",
    Screen.CHECK_IN: "my:session_check_in",
    Screen.ADVICE: "my:session_advice",
    Screen.NEXT: "my:session",
}
OF_AN_EXERCISE = {Screen.STEP, Screen.GENTLER, Screen.EFFORT, Screen.WHY}
OF_NO_SESSION = {Screen.TODAY, Screen.NEXT}


def in_session(view: Callable[..., HttpResponse]) -> View:
    """Decorate `view(request, patient, now, session, …)` to get the patient's own session.

    Raises Http404 for the session of another patient. Redirects to today's page if the session has been discarded in
    the meantime; a danger that was sent for it is saved as a report.
    """

    @patient_required
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def opened(
        request: AuthenticatedRequest,
        patient: Patient,
        now: datetime.datetime,
        session_id: uuid.UUID,
        **kwargs: Any,
    ) -> HttpResponse:
        session = list_sessions(patient, now).filter(pk=session_id).first()
        if session is not None:
            with suppress(actions.SessionGoneError):
                return view(request, patient, now, session, **kwargs)
        dangers = (
            SignsForm(request.POST, asked=questions.list_signs()).dangers if request.method == "POST" else {}
        )
        if dangers:  # the session was discarded in the meantime, on another page
            report = save_report(
                patient=patient,
                place=ReportPlace.STOP,
                answers=dangers,
                by=request.user,
                now=now,
                client_key=session_id,
            )
            return redirect("my:report", report.pk)
        if session is None:
            raise Http404
        return redirect("my:today")

    return opened


def go_to_next(run: SessionProgress) -> HttpResponse:
    """Redirect to the page of the next unanswered question."""
    item = run.current.item if run.current else None
    return go_to(run.next_screen, run.session, item)


def go_to(screen: Screen, session: ExerciseSession, item: PlanItem | None = None) -> HttpResponse:
    """Redirect to the page of a screen; `item` is used for screens about one exercise."""
    page = PAGES[screen]
    if screen in OF_AN_EXERCISE and item is not None:
        return redirect(page, session.pk, item.pk)
    return redirect(page) if screen in OF_NO_SESSION else redirect(page, session.pk)


def save_dangers(
    request: AuthenticatedRequest,
    session: ExerciseSession,
    dangers: Mapping[str, Answer],
    now: datetime.datetime,
) -> bool:
    """Save the dangers of a form that lacks another answer at once, also after the session has been finished.

    Return whether one of them was not told before and calls for help: then its advice comes first, and the other
    questions later.
    """
    known = session.told
    if dangers:
        actions.save_answers(session=session, answers=dangers, by=request.user, now=now)
    return has_new_calls(dangers, known)


def get_late_dangers(request: AuthenticatedRequest, asked: Iterable[Question]) -> dict[str, Answer]:
    """Return the dangers that a page tells of which has asked other questions than these.

    It was open in another tab, whose questions have been answered since.
    """
    if request.method != "POST":
        return {}
    names = {each.id for each in asked}
    told = SignsForm(request.POST, asked=()).dangers
    return {name: answer for name, answer in told.items() if name not in names}


def go_on_after(
    screen: Screen, patient: Patient, session: ExerciseSession, now: datetime.datetime
) -> HttpResponse:
    """Redirect to the page that follows directly after the answers to `screen`."""
    fresh = get_object_or_404(list_sessions(patient, now), pk=session.pk)
    run = get_session_progress(fresh, now)
    item = run.current.item if run.current else None
    return go_to(next_screen(run.facts, after=screen), fresh, item)


def get_step_or_none(run: SessionProgress, item_id: uuid.UUID) -> Step | None:
    """Return the step, or None if it cannot be answered now. Raises Http404 for an item that is not in this session."""
    step = run.step(item_id)
    if step is None and not run.is_item_suspended(item_id):
        raise Http404
    return step if run.can_continue else None


def render_advice_page(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, answers: Answers, **more: Any
) -> HttpResponse:
    advice = get_advice(answers)
    context = {
        "patient": patient,
        "advice": advice,
        "today": patient.today(now),
        "availability": get_opening_status(patient.clinic, now),
        "shows_phone_numbers": any(row.shows_phone_numbers for row in advice),
        **more,
    }
    return render(request, "patients/sessions/session/advice.html", context)
