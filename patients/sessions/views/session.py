"""Pages of a session, one question each. Each answer is saved by a POST of its own, so that no answer gets lost."""

from __future__ import annotations

import datetime
import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from clinic.clinics.opening_hours import get_opening_status
from clinic.permissions import AuthenticatedRequest
from patients.decorators import patient_required
from patients.messages.services import send_note
from patients.models import (
    Effort,
    ExerciseSession,
    Patient,
    PlanState,
    Variant,
)
from patients.plans.prescription import session_minutes
from patients.sessions import check_in as questions
from patients.sessions.advice import calls_later, get_advice, list_calls
from patients.sessions.flow import Fact, Screen, next_screen
from patients.sessions.forms import (
    CheckInForm,
    EffortForm,
    OutcomeForm,
    PainForm,
    QuestionsForm,
    ReasonForm,
    SignsForm,
)
from patients.sessions.not_today import get_reason_row, list_offered_reasons
from patients.sessions.questions import Place
from patients.sessions.selectors.foot_checks import FOOT_CHECK
from patients.sessions.selectors.pain import get_told
from patients.sessions.selectors.questions import questions_at_end, questions_before_session
from patients.sessions.selectors.session_progress import (
    exercises_done,
    gentler_step,
    get_check_in,
    get_session_progress,
    get_session_to_resume,
)
from patients.sessions.selectors.today import get_report_of_day
from patients.sessions.selectors.versions import get_current_version, get_next_planned_date
from patients.sessions.services import sessions as actions
from patients.sessions.views.session_pages import (
    get_late_dangers,
    get_step_or_none,
    go_on_after,
    go_to,
    go_to_next,
    in_session,
    render_advice_page,
    save_dangers,
)
from patients.sign_in.login import keep_while_exercising


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
    session = get_session_to_resume(patient, now)
    if session is None:
        return redirect("my:today")
    return go_to_next(get_session_progress(session, now))


@in_session
def pain(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """Ask for the pain before the first exercise."""
    run = get_session_progress(session, now)
    if not run.can_continue:
        return go_to_next(run)
    form = PainForm(request.POST)
    if request.method == "POST" and form.is_valid():
        actions.save_pain_before(session=session, pain=form.cleaned_data["pain"], by=request.user)
        return redirect("my:session")
    return render(
        request, "patients/sessions/session/pain.html", {"patient": patient, "run": run, "levels": range(11)}
    )


@in_session
def ready(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """Ask for the signs before the first exercise, with the foot check."""
    run = get_session_progress(session, now)
    asked = questions_before_session(run.flags, feet_are_checked=run.feet_are_checked)
    form = SignsForm(request.POST if request.method == "POST" else None, asked=asked)
    asks_feet = any(each.id in FOOT_CHECK for each in asked)
    if form.is_valid():
        actions.save_answers(
            session=session, answers=form.answers, by=request.user, now=now, checks_feet=asks_feet
        )
        return go_on_after(Screen.READY, patient, session, now)
    if save_dangers(request, session, form.dangers, now):
        return go_on_after(Screen.READY, patient, session, now)
    if not run.can_continue:
        return go_to_next(run)
    context = {"patient": patient, "run": run, "form": form, "asks_feet": asks_feet}
    return render(request, "patients/sessions/session/ready.html", context)


@in_session
def sugar(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """Ask for the blood sugar before the first exercise; again, perhaps with the ketones, if that may end a hold."""
    run = get_session_progress(session, now)
    again = tuple(questions.question(name) for name in run.asked_again)
    asked = again or questions.asked_at(Place.SUGAR, run.flags)
    is_asked = bool(asked) and not session.is_finished
    if save_dangers(request, session, get_late_dangers(request, asked if is_asked else ()), now):
        return go_on_after(Screen.SUGAR, patient, session, now)
    if not is_asked:
        return redirect("my:session")
    form = QuestionsForm(
        request.POST if request.method == "POST" else None,
        asked=asked,
        clinic=patient.clinic,
        is_recheck=bool(again),
    )
    if form.is_valid():
        actions.save_answers(session=session, answers=form.answers, by=request.user, now=now)
        return go_on_after(Screen.SUGAR, patient, session, now)
    if save_dangers(request, session, form.dangers, now):
        return go_on_after(Screen.SUGAR, patient, session, now)
    context = {
        "patient": patient,
        "run": run,
        "form": form,
        "action": reverse("my:session_sugar", args=[session.pk]),
    }
    return render(request, "patients/sessions/session/sugar.html", context)


@in_session
def follow_up(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """Ask the questions that an answer has opened, below the advice for what was told so far."""
    told = get_told(session)
    asked = questions.follow_ups(told)
    is_urgent = save_dangers(request, session, get_late_dangers(request, asked), now)
    if is_urgent or not asked:
        return go_on_after(Screen.FOLLOW_UP, patient, session, now)
    form = QuestionsForm(
        request.POST if request.method == "POST" else None, asked=asked, clinic=patient.clinic
    )
    if form.is_valid():
        actions.save_answers(session=session, answers=form.answers, by=request.user, now=now)
        return go_on_after(Screen.FOLLOW_UP, patient, session, now)
    if save_dangers(request, session, form.dangers, now):
        return go_on_after(Screen.FOLLOW_UP, patient, session, now)
    advice = [each for each in get_advice(told) if each.when]
    context = {
        "patient": patient,
        "session": session,
        "form": form,
        "advice": advice,
        "calls_later": calls_later(advice, asked),
        "availability": get_opening_status(patient.clinic, now),
    }
    return render(request, "patients/sessions/session/follow_up.html", context)


@in_session
def found(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """Show the advice for what was told during the session."""
    run = get_session_progress(session, now)
    if not run.found_advice or session.is_finished:
        return go_to_next(run)
    context = {
        "patient": patient,
        "run": run,
        "advice": run.found_advice,
        "availability": get_opening_status(patient.clinic, now),
    }
    return render(request, "patients/sessions/session/found.html", context)


@in_session
def step(
    request: AuthenticatedRequest,
    patient: Patient,
    now: datetime.datetime,
    session: ExerciseSession,
    item_id: uuid.UUID,
    way: str = "",
) -> HttpResponse:
    """Show one exercise, to be answered with done or not today. `way`: show its shorter or gentler variant."""
    run = get_session_progress(session, now)
    step = get_step_or_none(run, item_id)
    if step is None:
        return go_to_next(run)
    form = OutcomeForm(request.POST, step) if request.method == "POST" else None
    if form is not None and form.is_valid():
        actions.save_outcome(session=session, item=step.item, by=request.user, now=now, **form.answer())
        facts = {Fact.DONE} if form.is_done else set()
        return go_to(next_screen(facts, after=Screen.STEP), session, step.item)
    if run.must_get_ready:
        return go_to_next(run)
    keep_while_exercising(
        request, lasts=datetime.timedelta(minutes=session_minutes([step.exercise])), now=now
    )
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


@in_session
def easier_options(
    request: AuthenticatedRequest,
    patient: Patient,
    now: datetime.datetime,
    session: ExerciseSession,
    item_id: uuid.UUID,
) -> HttpResponse:
    """Show what can be done instead of an exercise that is too much today."""
    run = get_session_progress(session, now)
    step = get_step_or_none(run, item_id)
    if step is None:
        return go_to_next(run)
    return render(
        request, "patients/sessions/session/too_much.html", {"patient": patient, "run": run, "step": step}
    )


@in_session
def skip_reason(
    request: AuthenticatedRequest,
    patient: Patient,
    now: datetime.datetime,
    session: ExerciseSession,
    item_id: uuid.UUID,
) -> HttpResponse:
    """Ask for the reason for skipping an exercise, which is optional; its questions and advice are a report's page."""
    run = get_session_progress(session, now)
    step = get_step_or_none(run, item_id)
    if step is None or step.entry is None or step.is_done:
        return go_to_next(run)
    form = ReasonForm(request.POST)
    if request.method == "POST" and form.is_valid():
        report = actions.skip_exercise(
            session=session, item=step.item, reason=form.cleaned_data["reason"], by=request.user, now=now
        )
        return redirect("my:report", report.pk) if report else redirect("my:session")
    row = get_reason_row(step.entry.reason)
    context = {
        "patient": patient,
        "run": run,
        "step": step,
        "reasons": list_offered_reasons(run.flags),
        "report_id": get_report_of_day(patient, step.entry.reason, patient.today(now))
        if step.entry.reason
        else None,
        "words": row.words if row else (),
        "undo": step,
    }
    return render(request, "patients/sessions/session/why.html", context)


@in_session
def undo(
    request: AuthenticatedRequest,
    patient: Patient,
    now: datetime.datetime,
    session: ExerciseSession,
    item_id: uuid.UUID,
) -> HttpResponse:
    """Delete the last answer and ask for its exercise again."""
    run = get_session_progress(session, now)
    step = get_step_or_none(run, item_id)
    if request.method != "POST" or step is None:
        return go_to_next(run)
    actions.undo_last_answer(session=session, item=step.item, by=request.user)
    return redirect("my:session_step", session.pk, item_id)


@in_session
def effort(
    request: AuthenticatedRequest,
    patient: Patient,
    now: datetime.datetime,
    session: ExerciseSession,
    item_id: uuid.UUID,
) -> HttpResponse:
    """Ask how hard the exercise was that has just been done."""
    run = get_session_progress(session, now)
    step = get_step_or_none(run, item_id)
    if step is None or not step.is_done:
        return go_to_next(run)
    form = EffortForm(request.POST)
    if request.method == "POST" and form.is_valid():
        actions.save_effort(
            session=session, item=step.item, effort=form.cleaned_data["effort"], by=request.user
        )
        return redirect("my:session")
    undo = step if step == run.last_answered else None
    context = {"patient": patient, "run": run, "step": step, "efforts": Effort.choices, "undo": undo}
    return render(request, "patients/sessions/session/effort.html", context)


@in_session
def check_in(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """Ask the questions at the end."""
    known = [each.id for each in questions.dangers_in(session.answers) if each.is_sign]
    asked = questions_at_end(patient, session, patient.today(now))
    form = CheckInForm(
        request.POST if request.method == "POST" else None, initial={"signs": known}, asked=asked
    )
    if not form.is_valid():
        is_urgent = save_dangers(request, session, form.dangers, now)
        if is_urgent or session.is_finished:  # the note is not asked for again
            send_note(session=session, text=form.written, by=request.user, now=now)
        if session.is_finished:  # the page was opened late, or sent a second time
            return redirect("my:session_advice", session.pk)
        if is_urgent:
            return go_on_after(Screen.CHECK_IN, patient, session, now)
        context = {
            "patient": patient,
            "session": session,
            "form": form,
            "advice": list_calls(form.dangers),  # told before already, and sent again
            "availability": get_opening_status(patient.clinic, now),
        }
        return render(request, "patients/sessions/session/check_in.html", context)
    answers = questions.keep_worst(session.told, form.answers)
    actions.finish_session(session=session, answers=answers, by=request.user, now=now, note=form.written)
    return go_on_after(Screen.CHECK_IN, patient, session, now)


@in_session
def advice(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """Show the advice for the saved answers."""
    if not session.is_finished or questions.follow_ups(get_told(session)):
        return go_to_next(get_session_progress(session, now))
    version = get_current_version(patient)
    is_on = version is not None and version.plan.state == PlanState.ACTIVE
    next_date = get_next_planned_date(version, after=patient.today(now)) if version and is_on else None
    return render_advice_page(
        request,
        patient,
        now,
        get_check_in(session),
        next_date=next_date,
        exercises_done=exercises_done(session),
    )


@in_session
def discard(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, session: ExerciseSession
) -> HttpResponse:
    """Ask for confirmation, then delete an open session."""
    if request.method == "POST" or session.is_finished:
        actions.discard_session(session=session, by=request.user)
        return redirect("my:today")
    if session.has_consequences:
        return redirect("my:session_check_in", session.pk)
    return render(request, "patients/sessions/session/drop.html", {"patient": patient, "session": session})
