"""Notes for the patient for the time after a report, an illness or a gap. They change nothing in the plan."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from patients.models import ExerciseHold, ExerciseSession, Patient, SafetyReport
from patients.safety.holds import HOLDS_OF_A_DAY, HoldKind
from patients.safety.return_rules import GAP_DAYS, OLD_AFTER_DAYS, RETURN_RULES, ReturnRule, get_return_rule

#: Days of holds that are read: the longest note.
_HOLDS_OF = max(row.days for row in RETURN_RULES.values())
#: Days of sessions that are read, to find the last one before a gap.
_SESSIONS_OF = 180


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


def get_return_notes(patient: Patient, today: datetime.date) -> list[ReturnNote]:
    """Return the notes for the patient on this day, each rule once. Three queries."""
    sessions = list(
        ExerciseSession.objects.for_patient(patient)
        .finished()
        .filter(on_date__gt=today - datetime.timedelta(days=_SESSIONS_OF), on_date__lte=today)
        .order_by("on_date")
        .values_list("on_date", "answers")
    )
    days = sorted({day for day, _answers in sessions})
    notes = [*_after_holds(patient, today, [day for day, _answers in sessions])]
    told = [day for day, answers in sessions if answers.get("near_fall") is True]
    notes += _after_near_falls(patient, today, told)
    notes += _after_a_gap(today, days)
    return list({note.rule.id: note for note in notes}.values())


def _after_holds(
    patient: Patient, today: datetime.date, sessions: Iterable[datetime.date]
) -> Iterable[ReturnNote]:
    since = today - datetime.timedelta(days=_HOLDS_OF)
    holds = ExerciseHold.objects.filter(patient=patient, on_date__gt=since).exclude(
        ended_at=None, ends_at=None
    ) | ExerciseHold.objects.filter(patient=patient, ended_at__date__gt=since)
    done = list(sessions)
    for hold in holds.order_by("begun_at", "pk"):
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
        elif _is_recent(first, today) and _count_after(hold, first, done) < rule.sessions:
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


def _after_near_falls(
    patient: Patient, today: datetime.date, told: list[datetime.date]
) -> Iterable[ReturnNote]:
    rule = RETURN_RULES["near_fall"]
    since = today - datetime.timedelta(days=rule.days)
    reports = SafetyReport.objects.filter(
        patient=patient, on_date__gt=since, on_date__lte=today, answers__near_fall=True
    )
    days = [day for day in told if day > since] + list(reports.values_list("on_date", flat=True))
    if days:
        yield ReturnNote(rule, max(days) + datetime.timedelta(days=rule.days))


def _after_a_gap(today: datetime.date, days: list[datetime.date]) -> Iterable[ReturnNote]:
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
