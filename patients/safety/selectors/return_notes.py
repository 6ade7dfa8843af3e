"""The rules of the return to exercise that are in force for a patient: after a report, an illness or a gap."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from patients.models import ExerciseHold, Patient
from patients.safety.holds import HOLDS_OF_A_DAY, HoldKind
from patients.safety.return_rules import GAP_DAYS, RETURN_RULES, ReturnRule, get_return_rule
from patients.safety.selectors.known_holds import SafetyRecord


@dataclass(frozen=True)
class ReturnNote:
    """One rule in force: its first day, and the last day on which it is shown; None if it ends with a session.

    `foot_share` is the share of exercises that load the feet in this week.
    """

    rule: ReturnRule
    first: datetime.date
    until: datetime.date | None = None
    foot_share: Fraction = Fraction(1)

    @property
    def text(self) -> str:
        """The words for the patient."""
        words = [str(self.rule.to_patient)]
        if self.until is not None:
            words.append(_("Until %(day)s.") % {"day": date_format(self.until, "MONTH_DAY_FORMAT")})
        if self.rule.changes_plan:
            words.append(_("The exercises show it already."))
        return " ".join(words)

    def on(self, day: datetime.date) -> ReturnNote | None:
        """Return the note as it will be on a later day; None if it is over then, or ends with a session."""
        if self.until is None or day > self.until:
            return None
        return replace(self, foot_share=get_foot_share(self.rule, (day - self.first).days))

    def list_changes(self) -> list[datetime.date]:
        """Return the days on which what the note takes off the plan changes: its weeks, and the day after its end."""
        if self.until is None:
            return []
        weeks = range(1, len(self.rule.foot_weeks) + 1)
        days = (self.first + week * datetime.timedelta(weeks=1) for week in weeks)
        return [*(day for day in days if day <= self.until), self.until + datetime.timedelta(days=1)]


def list_return_notes(patient: Patient, record: SafetyRecord, today: datetime.date) -> list[ReturnNote]:
    """Return the rules in force for the patient on this day, each once. No query.

    Those that take something off the plan are left out if a clinician has said that the whole plan is done again, and
    they began before that day.
    """
    notes = [
        *_after_holds(patient, record, today),
        *_after_near_falls(record.near_fall_days, today),
        *_after_a_gap(sorted(set(record.session_days)), today),
    ]
    again = patient.full_plan_from
    if again is not None and again <= today:
        notes = [note for note in notes if not note.rule.changes_plan or note.first >= again]
    return _one_for_each_rule(notes)


def list_coming_notes(
    patient: Patient, record: SafetyRecord, today: datetime.date, *, days: int
) -> list[ReturnNote]:
    """Return the rules after holds that end within so many days by themselves, as on their first day. No query."""
    ahead = (today + datetime.timedelta(days=number) for number in range(1, days))
    notes = [note for day in ahead for note in _after_holds(patient, record, day) if note.first > today]
    return _one_for_each_rule(notes)


def list_reducing_notes(patient: Patient, record: SafetyRecord, today: datetime.date) -> list[ReturnNote]:
    """Return those rules in force that take something off the plan, for the team. No query."""
    return [note for note in list_return_notes(patient, record, today) if note.rule.changes_plan]


def _one_for_each_rule(notes: Iterable[ReturnNote]) -> list[ReturnNote]:
    """Return one note for each rule: the one that holds back most, and of these the one that lasts longest."""
    found: dict[str, ReturnNote] = {}
    for note in notes:
        known = found.get(note.rule.id)
        if known is None or _strictness(note) > _strictness(known):
            found[note.rule.id] = note
    return list(found.values())


def _strictness(note: ReturnNote) -> tuple[Fraction, datetime.date]:
    return -note.foot_share, note.until or datetime.date.max


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
                yield ReturnNote(rule, first, until, get_foot_share(rule, (today - first).days))
        elif _count_after(hold, first, record.session_days) < rule.sessions:
            yield ReturnNote(rule, first)


def get_foot_share(rule: ReturnRule, days: int) -> Fraction:
    """Return the share of exercises that load the feet so many days after the first day of the rule."""
    week = days // 7
    return rule.foot_weeks[week] if week < len(rule.foot_weeks) else Fraction(1)


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
    if not told:
        return
    last = max(told)
    until = last + datetime.timedelta(days=rule.days - 1)
    if today <= until:
        yield ReturnNote(rule, last, until)


def _after_a_gap(days: list[datetime.date], today: datetime.date) -> Iterable[ReturnNote]:
    """The week begins with the first session after the gap; until then, with this day."""
    rule = RETURN_RULES["gap"]
    before = [day for day in days if day < today]
    if not before:
        return
    if (today - before[-1]).days >= GAP_DAYS:
        first = before[-1] + datetime.timedelta(days=GAP_DAYS)
        yield ReturnNote(rule, first, today + datetime.timedelta(days=rule.days - 1))
        return
    for earlier, later in pairwise(days):
        until = later + datetime.timedelta(days=rule.days - 1)
        if (later - earlier).days >= GAP_DAYS and later <= today <= until:
            yield ReturnNote(rule, earlier + datetime.timedelta(days=GAP_DAYS), until)
