"""Selector of `/my/offline/`, the copy of the plan that a patient's own phone stores for use without a connection."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clinic.models import User
from exercises.models import load_contents
from patients.models import ExerciseSession, Outcome, Patient, PlanState, SessionEntry
from patients.plans.prescription import Prescribed, prescribed
from patients.plans.reduction import Reduction
from patients.plans.selectors.exercise_precautions import for_now, list_left_out
from patients.safety.holds import DEMANDS_KEPT_AWAY, HoldKind, keeps_away
from patients.safety.return_rules import AFTER_ANSWER, RETURN_RULES
from patients.safety.selectors.flags import get_live_flags
from patients.safety.selectors.return_notes import ReturnNote
from patients.screening.advice import list_screening_advice, list_screening_dangers, list_screening_holds
from patients.sessions import check_in
from patients.sessions.advice import every_advice
from patients.sessions.flow import flow_data
from patients.sessions.not_today import REASONS, ReasonRow, list_offered_reasons
from patients.sessions.offline.payload import account_tag
from patients.sessions.questions import Advice, Answer, Place, Question, Recheck
from patients.sessions.selectors.foot_checks import CHANGED_BY, FOOT_CHECK
from patients.sessions.selectors.pain import get_pain_and_feet
from patients.sessions.selectors.session_progress import Step, build_step, with_gentler_exercise
from patients.sessions.selectors.stop_sheet import StopTier, list_tiers
from patients.sessions.selectors.today import (
    DAYS_AHEAD,
    EARLIER_DAY_AFTER,
    Today,
    TodayState,
    get_today,
)
from patients.sessions.selectors.versions import list_scheduled_items


@dataclass(frozen=True)
class SnapshotStep:
    """One exercise, and the gentler one that may be done instead."""

    step: Step
    gentler: Step | None

    @property
    def item_id(self) -> str:
        return str(self.step.item.pk)


@dataclass(frozen=True)
class OfflineSnapshot:
    """All data for the sessions of the coming days.

    `steps` has each exercise once; `data` has the exercises of each day, and what else the script needs. `questions`
    are those of the check-in, `ready` and `sugar` those before the first exercise, and `follow_ups` all that an answer
    may open. `advice` is all advice, the most urgent first.
    """

    today: Today
    steps: tuple[SnapshotStep, ...]
    data: dict[str, Any]
    questions: tuple[Question, ...]
    ready: tuple[Question, ...]
    sugar: tuple[Question, ...]
    follow_ups: tuple[Question, ...]
    of_reasons: tuple[Question, ...]
    reason_rows: tuple[ReasonRow, ...]
    tiers: tuple[StopTier, ...]
    reasons: tuple[tuple[str, object], ...]
    advice: tuple[Advice, ...]
    #: Notes for the time after a report, now and on the coming days; the steps are reduced by all of them.
    return_notes: tuple[ReturnNote, ...]

    @property
    def dates(self) -> list[datetime.date]:
        """The days for which the phone may show this copy, from today on."""
        return [self.today.date + datetime.timedelta(days=ahead) for ahead in range(DAYS_AHEAD)]

    @property
    def notes_after_answers(self) -> list[tuple[str, str]]:
        """The question, and the note for the time after a yes that the server does not know yet."""
        return [(name, str(RETURN_RULES[rule].to_patient)) for name, rule in AFTER_ANSWER.items()]

    @property
    def sugar_and_ketones(self) -> tuple[Question, ...]:
        """The questions about blood sugar, with the ketones, which are asked with them to end a hold."""
        return (*self.sugar, check_in.question("ketones")) if self.sugar else ()


def get_snapshot(patient: Patient, by: User, now: datetime.datetime) -> OfflineSnapshot:
    """Return the copy at `now`.

    Three queries more than today's page: gentler exercises, entries of an open session, the usual pain.
    """
    today = get_today(patient, now)
    notes = (*today.return_notes, *today.coming_notes)
    reduction = Reduction.of(notes)
    allowed = _list_allowed(today, reduction)
    days = _days(today, allowed)
    wanted = {pk for asked in days.values() for pk in asked}
    steps = _steps(today, [row for row in allowed if str(row.item.pk) in wanted], reduction)
    flags = _flags_of(today, patient)
    asked = check_in.asked_at(Place.CHECK_IN, flags)
    needs_sugar = bool(today.care.glucose_bands)
    ready, sugar = (check_in.asked_at(place, flags) for place in (Place.READY, Place.SUGAR))
    pain, are_feet_checked = get_pain_and_feet(patient, today.date)
    open_session = today.open_session if today.state == TodayState.UNDER_WAY else None
    return OfflineSnapshot(
        today=today,
        steps=steps,
        data={
            "tag": account_tag(by, patient),
            "version": str(today.version.pk) if today.version else None,
            "zone": str(patient.zone),
            "days": days,
            "held": {
                kind: [str(row.item.pk) for row in allowed if row.is_kept_away([kind])] for kind in HoldKind
            },
            "keeps_all": [kind for kind, demands in DEMANDS_KEPT_AWAY.items() if demands is None],
            "instead": {kind: _substituted(today, steps, kind) for kind in HoldKind},
            "live": [
                {"kind": hold.kind, "ends_at": hold.ends_at.isoformat() if hold.ends_at else None}
                for hold in today.holds
            ],
            "session": _open_session_data(open_session) if open_session else None,
            "check_in": check_in_data(asked, ready, sugar if needs_sugar else ()),
            "pain": pain,
            "flow": flow_data(),
            "left_behind_after": EARLIER_DAY_AFTER.total_seconds(),
            "feet": today.date.isoformat() if are_feet_checked else None,
            "done": today.date.isoformat() if today.state == TodayState.DONE else None,
            "resting": today.date.isoformat() if today.state == TodayState.RESTING else None,
        },
        questions=asked,
        ready=ready,
        sugar=sugar if needs_sugar else (),
        follow_ups=check_in.list_follow_ups(),
        of_reasons=tuple(each for each in check_in.QUESTIONS if any(each.id in row.asks for row in REASONS)),
        reason_rows=REASONS,
        tiers=tuple(list_tiers()),
        reasons=tuple(list_offered_reasons(flags)),
        advice=(*every_advice(), *list_screening_advice()),
        return_notes=notes,
    )


def _list_allowed(today: Today, reduction: Reduction) -> list[Prescribed]:
    """Return the exercises that the coming days may have, in order, with the strictest reduction of these days.

    A hold that no person of the team has to end is left to the phone: tomorrow, its exercises may be back.
    """
    plan = today.plan
    lasting = [hold.kind for hold in today.holds if hold.needs_a_person]
    back = [row for row in plan.suspended if not row.is_kept_away(lasting)]
    rows = (*plan.before, *plan.now, *plan.later, *back)
    left_out = list_left_out(rows, today.safety, reduction)
    if reduction:
        rows = tuple(for_now(prescribed(row.item), today.safety[row.item.pk], reduction) for row in rows)
    return sorted((row for row in rows if row.item.pk not in left_out), key=lambda row: row.item.order)


def _flags_of(today: Today, patient: Patient) -> frozenset[str]:
    """Return the patient's live flags, without a query if the plan was checked against them."""
    checked = next(iter(today.safety.values()), None)
    return frozenset(row.flag for row in checked.patient_safety.flags) if checked else get_live_flags(patient)


def _days(today: Today, allowed: Sequence[Prescribed]) -> dict[str, list[str]]:
    """Return the item ids of a session on each of the coming days, by ISO date. Days without any are left out."""
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


def _steps(today: Today, exercises: Sequence[Prescribed], reduction: Reduction) -> tuple[SnapshotStep, ...]:
    steps = [
        build_step(number, row, today.safety[row.item.pk], holds=today.hold_kinds, reduction=reduction)
        for number, row in enumerate(exercises, start=1)
    ]
    load_contents(step.gentler for step in steps if step.gentler)
    return tuple(SnapshotStep(step, with_gentler_exercise(step)) for step in steps)


def _substituted(today: Today, steps: Sequence[SnapshotStep], kind: HoldKind) -> list[str]:
    """Return the ids of the items that this kind of hold keeps away, and that have an alternative which it does not.

    Each alternative is used once, and none that is in the plan anyway.
    """
    taken = {kept.step.item.exercise_id for kept in steps}
    found = []
    for kept in steps:
        gentler = kept.step.gentler
        if gentler is None or gentler.pk in taken or not kept.step.exercise.is_kept_away([kind]):
            continue
        if not keeps_away([kind], gentler.all_demands):
            taken.add(gentler.pk)
            found.append(kept.item_id)
    return found


def _open_session_data(session: ExerciseSession) -> dict[str, Any]:
    """Return the answers of an open session, which are not asked again.

    `entries` are those that only lack the effort; `answered` are all others.
    """
    entries = list(session.entries.all())
    without_effort = [entry for entry in entries if entry.outcome == Outcome.DONE and not entry.effort]
    return {
        "id": str(session.pk),
        "version": str(session.version_id),
        "day": session.on_date.isoformat(),
        "pain_before": session.pain_before,
        "feet": session.feet_checked_at is not None,
        "told": {name: as_sent(answer) for name, answer in session.answers.items()},
        "answered": [str(entry.item_id) for entry in entries if entry not in without_effort],
        "entries": [_entry_data(entry) for entry in without_effort],
    }


def as_sent(answer: Answer) -> str:
    """Return an answer as forms send it."""
    return ("yes" if answer else "no") if isinstance(answer, bool) else str(answer)


def _entry_data(entry: SessionEntry) -> dict[str, str]:
    return {
        "item": str(entry.item_id),
        "outcome": entry.outcome,
        "effort": "",
        "way": entry.way,
        "instead": str(entry.instead_id or ""),
        "support": entry.support,
        "at": entry.at.isoformat(),
    }


def _recheck_data(recheck: Recheck) -> dict[str, Any]:
    return {
        "asks": list(recheck.asks),
        "ends_when": [[condition.as_data() for condition in each] for each in recheck.ends_when],
    }


def check_in_data(
    asked: Sequence[Question], ready: Sequence[Question] = (), sugar: Sequence[Question] = ()
) -> dict[str, Any]:
    """Return what a phone needs of the questions: the ids asked on each screen, and what follows from answers at once.

    `follow_ups` are the questions that an answer may open, with their conditions, all of which have to be met; with
    `again`, the answer is forgotten when the question that opened it is asked again. Of two answers to a question of
    `worst_is_no`, no is the graver one. `dangers` are the conditions of which one has to be met for a danger to be
    told. `holds` are the holds that begin on the phone as soon as all conditions of `when` are met; those with a
    `recheck` end with new answers to what it `asks`, if all conditions of one of `ends_when` are met. `reasons` has the
    questions of each reason for "not today". `feet` are the signs that are asked once a day, unless one of
    `feet_again` was told that day; those of `stands`, if answered with no before the exercises, are not asked at the
    end. The last of `efforts` is the hardest.
    """
    return {
        "asked": [question.id for question in asked],
        "ready": [question.id for question in ready],
        "sugar": [question.id for question in sugar],
        "follow_ups": [
            {
                "id": each.id,
                "only_if": [condition.as_data() for condition in each.only_if],
                "again": each.is_asked_again,
            }
            for each in check_in.list_follow_ups()
        ],
        "feet": [each.id for each in ready if each.id in FOOT_CHECK],
        "feet_again": list(CHANGED_BY),
        "stands": [each.id for each in check_in.QUESTIONS if each.stands_for_session],
        "worst_is_no": [each.id for each in check_in.QUESTIONS if each.worst_is_no],
        "dangers": [
            *(each.danger.as_data() for each in check_in.QUESTIONS if each.danger),
            *list_screening_dangers(),
        ],
        "holds": [
            *list_screening_holds(),
            *(
                {
                    "question": each.id,
                    "kind": hold.kind.value,
                    "until": hold.until.value,
                    "recheck": _recheck_data(hold.recheck) if hold.recheck else None,
                    "when": [condition.as_data() for condition in hold.when or (each.danger,) if condition],
                }
                for each in check_in.QUESTIONS
                for hold in each.holds
            ),
        ],
        "reasons": {row.reason.value: list(row.asks) for row in REASONS if row.asks or row.words},
        "efforts": [value for value, _label in check_in.question("effort").options],
        "pain_change": check_in.PAIN_CHANGE,
    }
