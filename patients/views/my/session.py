"""A session, one question a page. Every answer is stored by its own POST, so a phone that dies loses nothing."""

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

from clinic.access import SignedInRequest, View
from patients.actions import sessions as actions
from patients.advice import CheckIn, advice_for
from patients.doors import my_page
from patients.models import Effort, ExerciseSession, Outcome, Patient, PlanState
from patients.session_run import SessionRun, Step, check_in_of, exercises_done, run_of, sessions_of
from patients.today import current_version, is_left_behind, next_planned_date

from .forms import CheckInForm, EffortForm, OutcomeForm, PainForm

logger = logging.getLogger(__name__)


def _in_session(view: Callable[..., HttpResponse]) -> View:
    """Calls `view(request, patient, now, session, …)` with the patient's own session; 404 for any other."""

    @my_page
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def opened(
        request: SignedInRequest,
        patient: Patient,
        now: datetime.datetime,
        session_id: uuid.UUID,
        **kwargs: Any,
    ) -> HttpResponse:
        session = get_object_or_404(sessions_of(patient), pk=session_id)
        try:
            return view(request, patient, now, session, **kwargs)
        except actions.SessionGoneError:
            return redirect("my_today")

    return opened


def _next(run: SessionRun) -> HttpResponse:
    """To the page that the session is waiting for."""
    session, step = run.session, run.current
    if session.is_finished:
        return redirect("my_session_advice", session.pk)
    if not run.may_go_on:
        return redirect("my_today")
    if session.pain_before is None:
        return redirect("my_session_pain", session.pk)
    if step is None:
        return redirect("my_session_check_in", session.pk)
    return redirect("my_session_effort" if step.wants_effort else "my_session_step", session.pk, step.item.pk)


@my_page
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: SignedInRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Begin, or carry on what was begun. Where nothing can be started, today's page says why."""
    if request.method != "POST":
        return redirect("my_today")
    try:
        actions.start_session(patient=patient, by=request.user, now=now)
    except actions.CannotStartError:
        return redirect("my_today")
    return redirect("my_session")


@my_page
@require_safe
def carry_on(request: SignedInRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Where was I? What was left behind on an earlier day is for today's page to ask about."""
    session = sessions_of(patient).open().first()
    if session is None or is_left_behind(session, patient.today(now), now):
        return redirect("my_today")
    return _next(run_of(session))


@_in_session
def pain(
    request: SignedInRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """Pain before the first exercise."""
    run = run_of(session)
    if not run.may_go_on:
        return _next(run)
    form = PainForm(request.POST)
    if request.method == "POST" and form.is_valid():
        actions.save_pain_before(session=session, pain=form.cleaned_data["pain"], by=request.user)
        return redirect("my_session")
    return render(request, "my/session/pain.html", {"patient": patient, "run": run, "levels": range(11)})


@_in_session
def step(
    request: SignedInRequest,
    patient: Patient,
    now: datetime.datetime,
    session: ExerciseSession,
    item_id: uuid.UUID,
) -> HttpResponse:
    """One exercise: done, or not today."""
    run = run_of(session)
    step = _step_or_none(run, item_id)
    if step is None:
        return _next(run)
    form = OutcomeForm(request.POST)
    if request.method == "POST" and form.is_valid():
        outcome = form.cleaned_data["outcome"]
        actions.save_outcome(session=session, item=step.item, outcome=outcome, by=request.user, now=now)
        if outcome == Outcome.DONE:
            return redirect("my_session_effort", session.pk, item_id)
        return redirect("my_session")
    context = {
        "patient": patient,
        "run": run,
        "step": step,
        "step_before": run.before(step),
        "wants_foot_check": run.wants_foot_check(step),
    }
    return render(request, "my/session/step.html", context)


@_in_session
def effort(
    request: SignedInRequest,
    patient: Patient,
    now: datetime.datetime,
    session: ExerciseSession,
    item_id: uuid.UUID,
) -> HttpResponse:
    """How hard the exercise was that has just been done."""
    run = run_of(session)
    step = _step_or_none(run, item_id)
    if step is None or not step.is_done:
        return _next(run)
    form = EffortForm(request.POST)
    if request.method == "POST" and form.is_valid():
        actions.save_effort(
            session=session, item=step.item, effort=form.cleaned_data["effort"], by=request.user
        )
        return redirect("my_session")
    context = {"patient": patient, "run": run, "step": step, "efforts": Effort.choices}
    return render(request, "my/session/effort.html", context)


@_in_session
def check_in(
    request: SignedInRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """How it went. The advice is worked out from the answers, whether or not they could be stored."""
    if session.is_finished and request.method != "POST":
        return redirect("my_session_advice", session.pk)
    form = CheckInForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(
            request, "my/session/check_in.html", {"patient": patient, "session": session, "form": form}
        )
    answers = form.answers(session)
    try:
        actions.finish_session(session=session, answers=answers, by=request.user, now=now)
    except DatabaseError as error:
        logger.error("A check-in was not stored: %s", type(error).__name__)  # its text holds the answers
        return _advice_page(request, patient, answers, not_saved=form, session=session)
    return redirect("my_session_advice", session.pk)


@_in_session
def advice(
    request: SignedInRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """What to do now, from the stored answers."""
    if not session.is_finished:
        return _next(run_of(session))
    version = current_version(patient)
    is_on = version is not None and version.plan.state == PlanState.ACTIVE
    next_date = next_planned_date(version, after=patient.today(now)) if version and is_on else None
    return _advice_page(
        request, patient, check_in_of(session), next_date=next_date, exercises_done=exercises_done(session)
    )


@_in_session
def drop(
    request: SignedInRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """Asks first, then forgets an open session."""
    if request.method == "POST" or session.is_finished:
        actions.drop_session(session=session, by=request.user)
        return redirect("my_today")
    return render(request, "my/session/drop.html", {"patient": patient, "session": session})


def _step_or_none(run: SessionRun, item_id: uuid.UUID) -> Step | None:
    """The step, if it can be worked on now. 404 for what is not in this session at all."""
    step = run.step(item_id)
    if step is None and not run.holds_back(item_id):
        raise Http404
    return step if run.may_go_on else None


def _advice_page(request: SignedInRequest, patient: Patient, answers: CheckIn, **more: Any) -> HttpResponse:
    advice = advice_for(answers)
    context = {
        "patient": patient,
        "advice": advice,
        "wants_help": any(row.wants_help for row in advice),
        **more,
    }
    return render(request, "my/session/advice.html", context, status=503 if "not_saved" in more else 200)
