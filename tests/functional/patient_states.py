"""Patients in each state that a page can show, with what their pages need."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from exercises.models import Exercise
from patients.models import (
    Flag,
    Outcome,
    Patient,
    Plan,
    PlanState,
    PlanVersion,
    Reason,
    ReportPlace,
    SessionEntry,
    SkippedDay,
)
from patients.sessions.services.reports import save_report
from patients.sessions.services.sessions import finish_session, save_answers
from patients.sessions.services.skipped_days import skip_day
from tests.factories import (
    AlertFactory,
    ExerciseHoldFactory,
    ExerciseSessionFactory,
    PatientFlagFactory,
    published_plan,
)
from tests.factories_of_screenings import asked_screening, screening_answers


def _plan(patient: Patient, **fields: Any) -> PlanVersion:
    exercises = [Exercise.objects.get(slug=slug) for slug in PRESCRIBED]
    start = {"start_date": patient.today(timezone.now()) - WEEK}
    return published_plan(patient, exercises, **(start | fields))


def _item(version: PlanVersion) -> dict[str, Any]:
    return {"plan_id": version.plan_id, "version_id": version.pk, "item_id": version.items.in_order()[0].pk}


def _session(version: PlanVersion, *, days_ago: int = 0, **fields: Any) -> dict[str, Any]:
    at = timezone.now() - datetime.timedelta(days=days_ago)
    on_date = version.plan.patient.today(at)
    session = ExerciseSessionFactory(
        version=version, on_date=on_date, started_at=at, **({"finished_at": at} | fields)
    )
    return _item(version) | {"session_id": session.pk}


def _open_session(version: PlanVersion, **fields: Any) -> dict[str, Any]:
    unanswered = dict.fromkeys(("finished_at", "pain_after", "fell", "faint_or_chest_pain", "new_sore"))
    return _session(version, **(unanswered | fields))


def _waiting(patient: Patient) -> dict[str, Any]:
    version = _plan(patient)
    _session(version, days_ago=1)
    return _item(version)


def _new_version(patient: Patient) -> dict[str, Any]:
    first = _plan(patient)
    second = _plan(patient, plan=first.plan, number=2)
    return _item(second)


def _rest_day(patient: Patient) -> dict[str, Any]:
    tomorrow = (patient.today(timezone.now()).weekday() + 1) % 7
    return _item(_plan(patient, weekdays=[tomorrow]))


def _starts_later(patient: Patient) -> dict[str, Any]:
    return _item(_plan(patient, start_date=patient.today(timezone.now()) + WEEK))


def _over(patient: Patient) -> dict[str, Any]:
    return _item(_plan(patient, start_date=patient.today(timezone.now()) - 4 * WEEK, weeks=2))


def _under_way(patient: Patient) -> dict[str, Any]:
    version = _plan(patient)
    things = _open_session(version, pain_before=8)
    item = version.items.in_order()[0]
    session = version.plan.patient.sessions.get()
    SessionEntry.objects.create(session=session, item=item, outcome=Outcome.DONE)
    return things


def _refusing(patient: Patient) -> dict[str, Any]:
    """Create a session in which one exercise was not done, without a reason so far."""
    things = _open_session(_plan(patient), pain_before=2)
    session = patient.sessions.get()
    SessionEntry.objects.create(session=session, item_id=things["item_id"], outcome=Outcome.NOT_TODAY)
    return things


def _on_feet(patient: Patient, **fields: Any) -> dict[str, Any]:
    """Create a session whose next exercise is a standing one with a gentler alternative; the feet were checked."""
    version = _plan(patient)
    ready = {"feet_checked_at": timezone.now(), "ill": False, "new_sore": False, "hot_foot": False}
    things = _open_session(version, pain_before=2, **(ready | fields))
    return things | {"item_id": version.items.in_order()[1].pk}


def _answered(patient: Patient, **answers: Any) -> dict[str, Any]:
    """Create a session in which these answers were given before the first exercise."""
    things = _open_session(_plan(patient), pain_before=2)
    told = {"ill": False, "new_sore": False, "hot_foot": False} | answers
    save_answers(session=patient.sessions.get(), answers=told, by=patient.user, now=timezone.now())
    return things


def _with_insulin(patient: Patient, **answers: Any) -> dict[str, Any]:
    PatientFlagFactory(patient=patient, flag=Flag.GLUCOSE_LOWERING)
    return _answered(patient, **answers)


def _told(patient: Patient, **answers: Any) -> dict[str, Any]:
    """Create a session that was finished just now with these answers."""
    things = _open_session(_plan(patient), pain_before=2)
    told = {"pain_after": 2, "chest": False, "fell": False} | answers
    finish_session(session=patient.sessions.get(), answers=told, by=patient.user, now=timezone.now())
    return things


def _reported(patient: Patient, days_ago: int = 0, **answers: Any) -> dict[str, Any]:
    """Create a report from the stop sheet."""
    things = _item(_plan(patient))
    now = timezone.now() - datetime.timedelta(days=days_ago)
    report = save_report(patient=patient, place=ReportPlace.STOP, answers=answers, by=patient.user, now=now)
    return things | {"report_id": report.pk}


def _foot_not_today(patient: Patient) -> dict[str, Any]:
    things = _item(_plan(patient))
    report = skip_day(patient=patient, reason=Reason.FOOT, by=patient.user, now=timezone.now())
    assert report is not None
    return things | {"report_id": report.pk}


def _sitting_only(patient: Patient) -> dict[str, Any]:
    """Create a patient who told of a fall the day before yesterday."""
    things = _item(_plan(patient))
    at = timezone.now() - datetime.timedelta(days=2)
    ExerciseHoldFactory(patient=patient, on_date=patient.today(at), begun_at=at)
    return things


def _not_today(patient: Patient) -> dict[str, Any]:
    version = _plan(patient)
    today = patient.today(timezone.now())
    SkippedDay.objects.create(patient=patient, on_date=today, reason=Reason.FOOT, by=patient.user)
    return _item(version)


def _on_hold(patient: Patient) -> dict[str, Any]:
    version = published_plan(
        patient,
        [Exercise.objects.get(slug="one-leg-stand")],
        start_date=patient.today(timezone.now()) - WEEK,
    )
    things = _session(version, days_ago=2, fell=True)
    session = patient.sessions.get()
    AlertFactory(session=session, kind="fall", raised_at=timezone.now())
    ExerciseHoldFactory(
        patient=patient,
        kind="all",
        session=session,
        on_date=session.on_date,
        begun_at=session.finished_at,
    )
    return things


def _moved_to(state: str) -> Any:
    def build(patient: Patient) -> dict[str, Any]:
        version = _plan(patient)
        Plan.objects.filter(pk=version.plan_id).update(state=state)
        return _item(version)

    return build


def _to_screen(**answers: str | int) -> Any:
    def build(patient: Patient) -> None:
        asked_screening(patient, answers=answers or None)

    return build


def _sent_screening(patient: Patient) -> None:
    asked_screening(patient, answers=screening_answers(), sent_at=timezone.now())


def _all_but(*left_out: str) -> dict[str, str | int]:
    return {name: answer for name, answer in screening_answers().items() if name not in left_out}


#: Name of a patient's state → the function that creates it. The team's pages are about "patient".
PATIENTS: dict[str, Any] = {
    "patient": _waiting,
    "changed": _new_version,
    "without_plan": lambda patient: None,
    "paused": _moved_to(PlanState.PAUSED),
    "finished": _moved_to(PlanState.FINISHED),
    "rest_day": _rest_day,
    "starts_later": _starts_later,
    "over": _over,
    "not_begun": lambda patient: _open_session(_plan(patient), pain_before=None),
    "under_way": _under_way,
    "refusing": _refusing,
    "on_feet": _on_feet,
    "sugar_due": _with_insulin,
    "sugar_high": lambda patient: _with_insulin(patient, low_before=False, sugar="very_high"),
    "sugar_low": lambda patient: _with_insulin(patient, low_before=False, sugar="low"),
    "sugar_small": lambda patient: _with_insulin(patient, low_before=False, sugar="high", ketones="small"),
    "sore_found": lambda patient: _answered(patient, new_sore=True),
    "hot_foot_found": lambda patient: _answered(patient, hot_foot=True),
    "ill": lambda patient: _answered(patient, ill=True),
    "fell": lambda patient: _reported(patient, fell=True),
    "emergency": lambda patient: _reported(patient, chest=True),
    "low": lambda patient: _reported(patient, low_sugar=True, severe_low=False),
    "ketones": lambda patient: _reported(patient, days_ago=1, sugar="high", ketones="moderate"),
    "foot": _foot_not_today,
    "sitting_only": _sitting_only,
    "not_today": _not_today,
    "left_behind": lambda patient: _open_session(_plan(patient), days_ago=2),
    "done": lambda patient: _session(_plan(patient)),
    "resting": lambda patient: _told(patient, fell=True, fell_head=False, fell_stands=True),
    "sore": lambda patient: _told(patient, new_sore=True, sore_bad=False, pain_after=8, new_pain=False),
    "on_hold": _on_hold,
    "to_screen": _to_screen(),
    "screening": _to_screen(s_saddle="no", s_sore="no", s_hot="yes"),
    "screening_pain": _to_screen(**_all_but("s_pain")),
    "screening_falls": _to_screen(**_all_but("s_fell"), s_fell="yes"),
    "screening_text": _to_screen(**_all_but("s_told_not"), s_told_not="yes"),
    "screening_end": _to_screen(**screening_answers()),
    "screening_stopped": _to_screen(s_saddle="yes"),
    "screening_sent": _sent_screening,
}


#: Sitting, standing with two hands, standing on one leg: short and long names, with and without support.
PRESCRIBED = ("seated-knee-extension", "calf-raise", "one-leg-stand")


WEEK = datetime.timedelta(weeks=1)
