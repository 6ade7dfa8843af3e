"""What a patient's own phone keeps to go on without a connection: the read model of `/my/offline/`."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from clinic.models import User
from exercises.models import Equipment
from patients.models import ExerciseSession, Outcome, Patient, PlanState, SessionEntry
from patients.plans.prescription import Prescribed, build_substitute
from patients.plans.selectors.exercise_precautions import get_gentler_alternative
from patients.sessions import check_in
from patients.sessions.advice import every_advice
from patients.sessions.flow import flow_data
from patients.sessions.offline.payload import account_tag
from patients.sessions.questions import Advice, Hold, Place, Question, Until
from patients.sessions.selectors.questions import questions_for
from patients.sessions.selectors.session_progress import Step
from patients.sessions.selectors.today import (
    EARLIER_DAY_AFTER,
    Today,
    TodayState,
    get_today,
    list_scheduled_items,
)

#: The plan of so many days is on the phone, today included.
DAYS_AHEAD = 14


@dataclass(frozen=True)
class SnapshotStep:
    """One exercise, and the gentler one that may be done in its place."""

    step: Step
    gentler: Step | None

    @property
    def item_id(self) -> str:
        return str(self.step.item.pk)


@dataclass(frozen=True)
class OfflineSnapshot:
    """All that a session of the coming days needs. `steps` has each exercise once; `data` says which on which day.

    `questions` are those of the check-in, `advice` all that may be told after it, the most pressing first, and
    `found_advice` what is told at once when the foot check finds something.
    """

    today: Today
    steps: tuple[SnapshotStep, ...]
    data: dict[str, Any]
    questions: tuple[Question, ...]
    advice: tuple[Advice, ...]
    found_advice: Advice


def get_snapshot(patient: Patient, by: User, now: datetime.datetime) -> OfflineSnapshot:
    """The pack as it stands at `now`, in two queries more than today's page: gentler steps, and an open session's.

    One more where a question of the check-in is not for everyone.
    """
    today = get_today(patient, now)
    plan = today.plan
    allowed = sorted((*plan.before, *plan.now, *plan.later), key=lambda row: row.item.order)
    days = _days(today, allowed)
    wanted = {pk for asked in days.values() for pk in asked}
    steps = _steps(today, [row for row in allowed if str(row.item.pk) in wanted])
    asked = questions_for(patient, Place.CHECK_IN)
    carried_on = today.open_session if today.state == TodayState.UNDER_WAY else None
    return OfflineSnapshot(
        today=today,
        steps=steps,
        data={
            "tag": account_tag(by, patient),
            "version": str(today.version.pk) if today.version else None,
            "zone": str(patient.zone),
            "days": days,
            "standing": [str(row.item.pk) for row in allowed if row.is_suspended],
            "sitting": _sitting(today, steps),
            "session": _carried_on(carried_on) if carried_on else None,
            "check_in": check_in_data(asked),
            "flow": flow_data(),
            "left_behind_after": EARLIER_DAY_AFTER.total_seconds(),
            "done": today.date.isoformat() if today.state == TodayState.DONE else None,
        },
        questions=asked,
        advice=tuple(every_advice()),
        found_advice=check_in.asked_at(Place.FEET)[0].advice[0],
    )


def _days(today: Today, allowed: Sequence[Prescribed]) -> dict[str, list[str]]:
    """Day → the exercises of a session on it, for as long as the plan says."""
    version = today.version
    if version is None or version.plan.state != PlanState.ACTIVE:
        return {}
    days = {}
    for ahead in range(DAYS_AHEAD):
        day = today.date + datetime.timedelta(days=ahead)
        asked = list_scheduled_items(version, allowed, day)
        rests = ahead == 0 and today.state == TodayState.RESTING
        if day >= version.start_date and asked and not rests:
            days[day.isoformat()] = [str(row.item.pk) for row in asked]
    return days


def _steps(today: Today, exercises: Sequence[Prescribed]) -> tuple[SnapshotStep, ...]:
    steps = [
        Step(
            number,
            row,
            None,
            gentler=get_gentler_alternative(row, today.safety[row.item.pk], sitting_only=today.on_hold),
        )
        for number, row in enumerate(exercises, start=1)
    ]
    gentler = [step.gentler for step in steps if step.gentler]
    # What one needs for it is not told in a session, so it is not asked for.
    prefetch_related_objects(gentler, "steps", Prefetch("equipment", Equipment.objects.none()))
    return tuple(SnapshotStep(step, _gentler(step)) for step in steps)


def _gentler(step: Step) -> Step | None:
    if step.gentler is None:
        return None
    return replace(step, exercise=build_substitute(step.item, step.gentler, step.gentler.support))


def _sitting(today: Today, steps: Sequence[SnapshotStep]) -> list[str]:
    """What is still done after a new sore: of the standing exercises, those with a gentler one that is done sitting.

    Each of those once, and none that is in the plan anyway.
    """
    taken = {kept.step.item.exercise_id for kept in steps}
    found = []
    for kept in steps:
        row = kept.step.exercise
        gentler = (
            get_gentler_alternative(row, today.safety[row.item.pk], sitting_only=True)
            if row.is_suspended
            else None
        )
        if gentler is not None and gentler == kept.step.gentler and gentler.pk not in taken:
            taken.add(gentler.pk)
            found.append(kept.item_id)
    return found


def _carried_on(session: ExerciseSession) -> dict[str, Any]:
    """What an open session already has, so that it is not asked again, and what it only waits to hear the effort of."""
    entries = list(session.entries.all())
    waiting = [entry for entry in entries if entry.outcome == Outcome.DONE and not entry.effort]
    return {
        "id": str(session.pk),
        "version": str(session.version_id),
        "day": session.on_date.isoformat(),
        "pain_before": session.pain_before,
        "feet": session.feet_checked_at is not None,
        "answered": [str(entry.item_id) for entry in entries if entry not in waiting],
        "entries": [_kept_entry(entry) for entry in waiting],
    }


def _kept_entry(entry: SessionEntry) -> dict[str, str]:
    return {
        "item": str(entry.item_id),
        "outcome": entry.outcome,
        "effort": "",
        "way": entry.way,
        "instead": str(entry.instead_id or ""),
        "support": entry.support,
        "at": entry.at.isoformat(),
    }


def check_in_data(asked: Sequence[Question]) -> dict[str, Any]:
    """What a phone must know of the questions: which it asks, and which answers mean rest, or a hold, at once.

    `finds` is what each answer to the foot check tells. `rests` and `holds` are conditions (`Told.as_data`); one that
    is met is enough. Of `efforts` the last is the hardest.
    """
    return {
        "asked": [question.id for question in asked],
        "finds": {found: dict.fromkeys(answers, "yes") for found, answers in check_in.FOOT_CHECK.items()},
        "rests": _dangers_with(Hold.ALL, Until.END_OF_DAY),
        "holds": _dangers_with(Hold.STANDING, Until.SETTLED),
        "efforts": [value for value, _label in check_in.question("effort").options],
        "strong_pain": check_in.STRONG_PAIN,
    }


def _dangers_with(hold: Hold, until: Until) -> list[dict[str, Any]]:
    return [
        question.danger.as_data()
        for question in check_in.QUESTIONS
        if question.danger and question.has_hold(hold, until)
    ]
