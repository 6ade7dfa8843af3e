"""Notes for the patient for the time after a report, an illness or a gap. They change nothing in the plan."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from patients.models import ExerciseHold, Patient
from patients.safety.holds import HOLDS_OF_A_DAY, HoldKind
from patients.safety.return_rules import GAP_DAYS, OLD_AFTER_DAYS, RETURN_RULES, ReturnRule, get_return_rule
from patients.safety.selectors.known_holds import SafetyRecord


@dataclass(frozen=True)
class ReturnNote:
    """One note: its rule, and the last day on which it is shown; None if it ends with a session."""

    rule: ReturnRule
    until: datetime.date | None = None

    @property
    def text(self) -> str:
        """The words for the patient."""
        if self.until is None:
            return str(self.rule.to_patient)
        until = _("Until %(day)s.") % {"day": date_format(self.until, "MONTH_DAY_FORMAT")}
        return f"{self.rule.to_patient} {until}"


def list_return_notes(patient: Patient, record: SafetyRecord, today: datetime.date) -> list[ReturnNote]:
    """Return the notes for the patient on this day, each rule once. No query."""
    notes = [
        *_after_holds(patient, record, today),
        *_after_near_falls(record.near_fall_days, today),
        *_after_a_gap(sorted(set(record.session_days)), today),
    ]
    return list({note.rule.id: note for note in notes}.values())


def _after_holds(patient: Patient, record: SafetyRecord, today: datetime.date) -> Iterable[ReturnNote]:
    for hold in record.holds:
        rule = get_return_rule(hold.kind, hold.outcome, hold.question)
        if rule is None or rule.to_patient is None or not _calls_for_note(hold, patient):
            continue
        first = _first_day(hold, patient)
        if first > today:
            continue
        if rule.days:
            until = first + datetime.timedelta(days=rule.days - 1)
            if today <= until:
                yield ReturnNote(rule, until)
        elif _is_recent(first, today) and _count_after(hold, first, record.session_days) < rule.sessions:
            yield ReturnNote(rule)


def _is_recent(first: datetime.date, today: datetime.date) -> bool:
    return (today - first).days < OLD_AFTER_DAYS


def _count_after(hold: ExerciseHold, first: datetime.date, done: Iterable[datetime.date]) -> int:
    """Return the number of sessions since; one of the day of the report does not count."""
    return sum(day > hold.on_date and day >= first for day in done)


def _calls_for_note(hold: ExerciseHold, patient: Patient) -> bool:
    """Return whether the time after the hold needs a note: not after a low that was treated, only after a severe one.

    The hold of a severe low ends 24 hours after it, and not with the day.
    """
    if hold.kind != HoldKind.SUGAR:
        return hold.outcome != "" or hold.kind in HOLDS_OF_A_DAY
    return hold.ends_at is not None and hold.ends_at.astimezone(patient.zone).time() != datetime.time.min


def _first_day(hold: ExerciseHold, patient: Patient) -> datetime.date:
    """Return the day from which the patient may exercise again."""
    if hold.start_on is not None:
        return hold.start_on
    if hold.kind in HOLDS_OF_A_DAY and hold.ended_at is None:
        return patient.today(hold.ends_at) if hold.ends_at else datetime.date.max
    return patient.today(hold.ended_at) if hold.ended_at else datetime.date.max


def _after_near_falls(told: list[datetime.date], today: datetime.date) -> Iterable[ReturnNote]:
    rule = RETURN_RULES["near_fall"]
    until = max(told, default=datetime.date.min) + datetime.timedelta(days=rule.days)
    if today < until:
        yield ReturnNote(rule, until)


def _after_a_gap(days: list[datetime.date], today: datetime.date) -> Iterable[ReturnNote]:
    """The week begins with the first session after the gap; until then, with this day."""
    rule = RETURN_RULES["gap"]
    before = [day for day in days if day < today]
    if not before:
        return
    if (today - before[-1]).days >= GAP_DAYS:
        yield ReturnNote(rule, today + datetime.timedelta(days=rule.days - 1))
        return
    for earlier, later in pairwise(days):
        until = later + datetime.timedelta(days=rule.days - 1)
        if (later - earlier).days >= GAP_DAYS and later <= today <= until:
            yield ReturnNote(rule, until)
