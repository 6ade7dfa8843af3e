"""What a patient's own phone keeps to go on without a connection, and what it sends back: the read model of `/my/offline/`."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.crypto import salted_hmac

from clinic.models import User

from .advice import ADVICE, WELL_DONE, Advice, CheckIn
from .models import Effort, ExerciseSession, Outcome, Patient, PlanState
from .prescription import Prescribed
from .today import Today, TodayState, asked_on, today_for

#: The plan of so many days is on the phone, today included.
DAYS_AHEAD = 14
#: A session that says it is older than this did not happen then: the phone's clock is wrong.
OLDEST = datetime.timedelta(days=30)
#: Pain 0–10, and None for "not asked": what the rows of advice are tried with.
_PAIN = range(11)


# --- What the phone sends ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class SentEntry:
    """What became of one exercise."""

    item_id: uuid.UUID
    outcome: Outcome
    effort: Effort | None
    at: datetime.datetime


@dataclass(frozen=True, kw_only=True)
class SentSession:
    """A whole session that was done without a connection. Times are as the server's clock would have told them.

    `key` was made on the phone. `session_id` is the open session that it carries on, when one had been begun.
    """

    key: uuid.UUID
    version_id: uuid.UUID
    session_id: uuid.UUID | None
    started_at: datetime.datetime
    finished_at: datetime.datetime
    pain_before: int | None
    entries: tuple[SentEntry, ...]
    answers: CheckIn


@dataclass(frozen=True)
class Receipt:
    """What the patient is told of a session that arrived."""

    session: ExerciseSession
    plan_changed: bool = False
    day_corrected: bool = False


def account_tag(by: User, patient: Patient) -> str:
    """Who a phone keeps things for, without saying who: whoever else signs in gets another tag."""
    return salted_hmac("patients.offline", f"{by.pk}:{patient.pk}", algorithm="sha256").hexdigest()[:24]


# --- What the phone keeps ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class AdviceRow:
    """A row of the table of advice, and when it applies, so that a script can look it up.

    It applies when one of the answers in `told` was yes, or for the pain: `pain` has a digit for each pair of pain
    before (0 to 10, then "not asked") and pain after (0 to 10), "1" where it applies.
    """

    advice: Advice
    told: tuple[str, ...]
    pain: str


@dataclass(frozen=True)
class Pack:
    """All that a session of the coming days needs. `steps` has each exercise once; `days` says which on which day."""

    today: Today
    steps: tuple[Prescribed, ...]
    data: dict[str, Any]
    advice: tuple[AdviceRow, ...]


def pack_for(patient: Patient, by: User, now: datetime.datetime) -> Pack:
    """The pack as it stands at `now`, in one query more than today's page when a session is open."""
    today = today_for(patient, now)
    plan = today.plan
    allowed = sorted((*plan.before, *plan.now, *plan.later), key=lambda row: row.item.order)
    days = _days(today, allowed)
    wanted = {pk for asked in days.values() for pk in asked}
    carried_on = today.open_session if today.state == TodayState.UNDER_WAY else None
    return Pack(
        today=today,
        steps=tuple(row for row in allowed if str(row.item.pk) in wanted),
        data={
            "tag": account_tag(by, patient),
            "version": str(today.version.pk) if today.version else None,
            "zone": str(patient.zone),
            "days": days,
            "standing": [str(row.item.pk) for row in allowed if row.is_held_back],
            "session": _carried_on(carried_on) if carried_on else None,
            "done": today.date.isoformat() if today.state == TodayState.DONE else None,
        },
        advice=advice_rows(),
    )


def _days(today: Today, allowed: Sequence[Prescribed]) -> dict[str, list[str]]:
    """Day → the exercises of a session on it, for as long as the plan says."""
    version = today.version
    if version is None or version.plan.state != PlanState.ACTIVE:
        return {}
    days = {}
    for ahead in range(DAYS_AHEAD):
        day = today.date + datetime.timedelta(days=ahead)
        asked = asked_on(version, allowed, day)
        rests = ahead == 0 and today.state == TodayState.RESTING
        if day >= version.start_date and asked and not rests:
            days[day.isoformat()] = [str(row.item.pk) for row in asked]
    return days


def _carried_on(session: ExerciseSession) -> dict[str, Any]:
    """What an open session already has, so that it is not asked again."""
    answered = session.entries.exclude(outcome=Outcome.DONE, effort="").values_list("item", flat=True)
    return {
        "id": str(session.pk),
        "version": str(session.version_id),
        "day": session.on_date.isoformat(),
        "pain_before": session.pain_before,
        "answered": [str(pk) for pk in answered],
    }


def advice_rows() -> tuple[AdviceRow, ...]:
    """The table of `patients.advice`, the most pressing first, with "well done" for when nothing applies."""
    ordered = sorted(ADVICE, key=lambda advice: -advice.level)
    return (*(_advice_row(advice) for advice in ordered), AdviceRow(WELL_DONE, (), ""))


def _advice_row(advice: Advice) -> AdviceRow:
    told = ("fell", "faint_or_chest_pain", "new_sore", "too_hard")
    pairs = [(before, after) for before in (*_PAIN, None) for after in _PAIN]
    return AdviceRow(
        advice,
        told=tuple(name for name in told if advice.applies(_answers(**{name: True}))),
        pain="".join("01"[advice.applies(_answers(pain_before=b, pain_after=a))] for b, a in pairs),
    )


def _answers(**told: Any) -> CheckIn:
    well = {
        "pain_before": None,
        "pain_after": 0,
        "fell": False,
        "faint_or_chest_pain": False,
        "new_sore": False,
    }
    return CheckIn(**{**well, **told})
