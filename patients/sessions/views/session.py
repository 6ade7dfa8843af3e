"""Pages of a session, one question each. Each answer is saved by a POST of its own, so that no answer gets lost."""

from __future__ import annotations

import datetime
import logging
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import DatabaseError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from clinic.permissions import AuthenticatedRequest, View
from patients.decorators import patient_required
from patients.models import Effort, ExerciseSession, Outcome, Patient, PlanItem, PlanState, Reason, Variant
from patients.sessions import check_in as questions
from patients.sessions.advice import ADVICE_AFTER_SKIP, get_advice
from patients.sessions.flow import Fact, Screen, next_screen
from patients.sessions.forms import CheckInForm, EffortForm, FeetForm, OutcomeForm, PainForm, ReasonForm
from patients.sessions.questions import Answers, Place
from patients.sessions.selectors.questions import questions_for
from patients.sessions.selectors.session_progress import (
    SessionProgress,
    Step,
    exercises_done,
    gentler_step,
    get_check_in,
    get_session_progress,
    list_sessions,
)
from patients.sessions.selectors.today import get_current_version, get_next_planned_date, is_from_earlier_day
from patients.sessions.services import sessions as actions

logger = logging.getLogger(__name__)

#: URL name of each screen of `patients.sessions.flow`.
PAGES = {
    Screen.TODAY: "my:today",
    Screen.PAIN: "my:session_pain",
    Screen.FEET: "my:session_feet",
    Screen.FOUND: "my:session_feet",
    Screen.STEP: "my:session_step",
    Screen.GENTLER: "my:session_step",
    Screen.EFFORT: "my:session_effort",
    Screen.WHY: "my:session_skip_reason",
    Screen.WORD: "my:session_skip_reason",
    Screen.CHECK_IN: "my:session_check_in",
    Screen.ADVICE: "my:session_advice",
    Screen.NEXT: "my:session",
}
OF_AN_EXERCISE = {Screen.STEP, Screen.GENTLER, Screen.EFFORT, Screen.WHY, Screen.WORD}
OF_NO_SESSION = {Screen.TODAY, Screen.NEXT}


def _in_session(view: Callable[..., HttpResponse]) -> View:
    """Decorate `view(request, patient, now, session, …)` to get the patient's own session.

    Raises Http404 for the session of another patient. Redirects to today's page if the session has been discarded in
    the meantime.
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
        session = get_object_or_404(list_sessions(patient), pk=session_id)
        try:
            return view(request, patient, now, session, **kwargs)
        except actions.SessionGoneError:
            return redirect("my:today")

    return opened


def _next(run: SessionProgress) -> HttpResponse:
    """Redirect to the page of the next unanswered question."""
    item = run.current.item if run.current else None
    return _to(run.next_screen, run.session, item)


def _to(screen: Screen, session: ExerciseSession, item: PlanItem | None = None) -> HttpResponse:
    """Redirect to the page of a screen; `item` is used for screens about one exercise."""
    page = PAGES[screen]
    if screen in OF_AN_EXERCISE and item is not None:
        return redirect(page, session.pk, item.pk)
    return redirect(page) if screen in OF_NO_SESSION else redirect(page, session.pk)


@patient_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Start a session or resume the open one. Redirects to today's page, which says why, if none can be started."""
    if request.method != "POST":
        return redirect("my:today")
    try:
        actions.start_session(patient=patient, by=request.user, now=now)
    except actions.CannotStartError:
        return redirect("my:today")
    return redirect("my:session")


@patient_required
@require_safe
def resume(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Redirect to the next question of the open session; to today's page for none, or for one of an earlier day."""
    session = list_sessions(patient).open().first()
    if session is None or is_from_earlier_day(session, patient.today(now), now):
        return redirect("my:today")
    return _next(get_session_progress(session))


@_in_session
def pain(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """Ask for the pain before the first exercise."""
    run = get_session_progress(session)
    if not run.can_continue:
        return _next(run)
    form = PainForm(request.POST)
    if request.method == "POST" and form.is_valid():
        actions.save_pain_before(session=session, pain=form.cleaned_data["pain"], by=request.user)
        return redirect("my:session")
    return render(
        request, "patients/sessions/session/pain.html", {"patient": patient, "run": run, "levels": range(11)}
    )


@_in_session
def feet(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """Ask for the foot check before the first standing exercise; after a new sore, show the advice."""
    form = FeetForm(request.POST)
    if request.method == "POST" and form.is_valid():
        actions.save_foot_check(session=session, found=form.found, by=request.user, now=now)
        facts = {Fact.DANGER} if questions.dangers_in(form.found) else set()
        return _to(next_screen(facts, after=Screen.FEET), session)
    run = get_session_progress(session)
    if not run.can_continue:
        return _next(run)
    context = {"patient": patient, "run": run, "advice": run.found_advice, "undo": run.last_answered}
    return render(request, "patients/sessions/session/feet.html", context)


@_in_session
def step(
    request: AuthenticatedRequest,
    patient: Patient,
    now: datetime.datetime,
    session: ExerciseSession,
    item_id: uuid.UUID,
    way: str = "",
) -> HttpResponse:
    """Show one exercise, to be answered with done or not today. `way`: show its shorter or gentler variant."""
    run = get_session_progress(session)
    step = _step_or_none(run, item_id)
    if step is None:
        return _next(run)
    form = OutcomeForm(request.POST, step) if request.method == "POST" else None
    if form is not None and form.is_valid():
        actions.save_outcome(session=session, item=step.item, by=request.user, now=now, **form.answer())
        facts = {Fact.DONE} if form.is_done else set()
        return _to(next_screen(facts, after=Screen.STEP), session, step.item)
    if run.needs_foot_check(step):
        return redirect("my:session_feet", session.pk)
    shown = gentler_step(step) if way == Variant.GENTLER else step
    if shown is None or (way == Variant.SHORTER and step.line.shorter_dose is None):
        return redirect("my:session_step", session.pk, item_id)
    context = {
        "patient": patient,
        "run": run,
        "step": shown,
        "step_before": run.before(step),
        "way": way,
        "form": form,
        "undo": run.last_answered,
    }
    return render(request, "patients/sessions/session/step.html", context)


@_in_session
def easier_options(
    request: AuthenticatedRequest,
    patient: Patient,
    now: datetime.datetime,
    session: ExerciseSession,
    item_id: uuid.UUID,
) -> HttpResponse:
    """Show what can be done instead of an exercise that is too much today."""
    run = get_session_progress(session)
    step = _step_or_none(run, item_id)
    if step is None:
        return _next(run)
    return render(
        request, "patients/sessions/session/too_much.html", {"patient": patient, "run": run, "step": step}
    )


@_in_session
def skip_reason(
    request: AuthenticatedRequest,
    patient: Patient,
    now: datetime.datetime,
    session: ExerciseSession,
    item_id: uuid.UUID,
) -> HttpResponse:
    """Ask for the reason for skipping an exercise, which is optional; show advice if the reason has any."""
    run = get_session_progress(session)
    step = _step_or_none(run, item_id)
    if step is None or step.entry is None or step.is_done:
        return _next(run)
    form = ReasonForm(request.POST)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        actions.save_outcome(
            session=session,
            item=step.item,
            outcome=Outcome.NOT_TODAY,
            reason=reason,
            by=request.user,
            now=now,
        )
        facts = {Fact.HAS_WORD} if reason in ADVICE_AFTER_SKIP else set()
        return _to(next_screen(facts, after=Screen.WHY), session, step.item)
    context = {"patient": patient, "run": run, "step": step, "reasons": Reason.choices, "undo": step}
    return render(request, "patients/sessions/session/why.html", context)


@_in_session
def undo(
    request: AuthenticatedRequest,
    patient: Patient,
    now: datetime.datetime,
    session: ExerciseSession,
    item_id: uuid.UUID,
) -> HttpResponse:
    """Delete the last answer and ask for its exercise again."""
    run = get_session_progress(session)
    step = _step_or_none(run, item_id)
    if request.method != "POST" or step is None:
        return _next(run)
    actions.undo_last_answer(session=session, item=step.item, by=request.user)
    return redirect("my:session_step", session.pk, item_id)


@_in_session
def effort(
    request: AuthenticatedRequest,
    patient: Patient,
    now: datetime.datetime,
    session: ExerciseSession,
    item_id: uuid.UUID,
) -> HttpResponse:
    """Ask how hard the exercise was that has just been done."""
    run = get_session_progress(session)
    step = _step_or_none(run, item_id)
    if step is None or not step.is_done:
        return _next(run)
    form = EffortForm(request.POST)
    if request.method == "POST" and form.is_valid():
        actions.save_effort(
            session=session, item=step.item, effort=form.cleaned_data["effort"], by=request.user
        )
        return redirect("my:session")
    undo = step if step == run.last_answered else None
    context = {"patient": patient, "run": run, "step": step, "efforts": Effort.choices, "undo": undo}
    return render(request, "patients/sessions/session/effort.html", context)


@_in_session
def check_in(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """Ask the questions at the end. The advice is shown even if the answers could not be saved."""
    known = {each.id: "yes" for each in questions.dangers_in(session.answers)}
    asked = questions_for(patient, Place.CHECK_IN)
    form = CheckInForm(request.POST if request.method == "POST" else None, initial=known, asked=asked)
    if not form.is_valid():
        if session.is_finished:  # the page was opened late, or sent a second time
            return redirect("my:session_advice", session.pk)
        return render(
            request,
            "patients/sessions/session/check_in.html",
            {"patient": patient, "session": session, "form": form},
        )
    answers = questions.keep_worst(session.told, form.cleaned_data)
    try:
        actions.finish_session(session=session, answers=answers, by=request.user, now=now)
    except DatabaseError as error:
        logger.error("A check-in was not stored: %s", type(error).__name__)  # its text contains the answers
        return _advice_page(request, patient, answers, not_saved=form, session=session)
    return redirect("my:session_advice", session.pk)


@_in_session
def advice(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """Show the advice for the saved answers."""
    if not session.is_finished:
        return _next(get_session_progress(session))
    version = get_current_version(patient)
    is_on = version is not None and version.plan.state == PlanState.ACTIVE
    next_date = get_next_planned_date(version, after=patient.today(now)) if version and is_on else None
    return _advice_page(
        request, patient, get_check_in(session), next_date=next_date, exercises_done=exercises_done(session)
    )


@_in_session
def discard(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """Ask for confirmation, then delete an open session."""
    if request.method == "POST" or session.is_finished:
        actions.discard_session(session=session, by=request.user)
        return redirect("my:today")
    if session.is_told_of_danger:
        return redirect("my:session_check_in", session.pk)
    return render(request, "patients/sessions/session/drop.html", {"patient": patient, "session": session})


def _step_or_none(run: SessionProgress, item_id: uuid.UUID) -> Step | None:
    """Return the step, or None if it cannot be answered now. Raises Http404 for an item that is not in this session."""
    step = run.step(item_id)
    if step is None and not run.is_item_suspended(item_id):
        raise Http404
    return step if run.can_continue else None


def _advice_page(
    request: AuthenticatedRequest, patient: Patient, answers: Answers, **more: Any
) -> HttpResponse:
    advice = get_advice(answers)
    context = {
        "patient": patient,
        "advice": advice,
        "shows_phone_numbers": any(row.shows_phone_numbers for row in advice),
        **more,
    }
    return render(
        request, "patients/sessions/session/advice.html", context, status=503 if "not_saved" in more else 200
    )
