"""A prescribed exercise in words: its dose for one side or both, its days and its weeks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Weekday
from clinic.weeks import sort_weekdays
from exercises.doses import Dose
from patients.models import Side
from patients.models.schedule import HasPhase, is_planned_in

_ONE_SIDE = {
    Side.LEFT: gettext_lazy("on your left side only"),
    Side.RIGHT: gettext_lazy("on your right side only"),
}


class HasDose(HasPhase, Protocol):
    """The attributes of a line that its text is made of; see `PlanLine`."""

    @property
    def dose(self) -> Dose: ...
    @property
    def side(self) -> str: ...


def session_dose(row: HasDose) -> Dose:
    """Return the dose of one session, for one side if the line is for one side.

    It has no days a week: on the day itself they say nothing.
    """
    return replace(row.dose, each_side=row.dose.each_side and not row.side, days_min=None, days_max=None)


def session_sentence(row: HasDose) -> str:
    """Return the dose of one session as a sentence, such as "10 times on your left side only"."""
    return _sentence(row, replace(row.dose, days_min=None, days_max=None))


def shorter_dose(row: HasDose) -> Dose | None:
    """Return about half of one session's dose, for a day on which the whole is too much; None if it cannot be less."""
    return session_dose(row).shorter()


def shorter_sentence(row: HasDose) -> str:
    """Return the shorter dose as a sentence, "" if it cannot be less."""
    shorter = shorter_dose(row)
    return _sentence(row, shorter) if shorter else ""


def draft_sentence(row: HasDose) -> str:
    """Return the dose as the clinician reads it: with its days a week, unless it has weekdays."""
    return session_sentence(row) if row.weekdays else _sentence(row, row.dose)


def _sentence(row: HasDose, dose: Dose) -> str:
    """Return a dose of the line as a sentence, with the side if the line is for one side."""
    if not row.side:
        return dose.sentence()
    return replace(dose, each_side=True).sentence(side=str(_ONE_SIDE[Side(row.side)]))


def short_dose(row: HasDose) -> str:
    """Return the dose of one session in a few words, for lists."""
    short = session_dose(row).short()
    if not row.side:
        return short
    return _("%(amount)s %(side)s") % {"amount": short, "side": _ONE_SIDE[Side(row.side)]}


def when(row: HasDose, plan_days: Collection[int] = ()) -> str:
    """Return its days and weeks: "On Monday and Friday. In weeks 3 to 6."

    A line without days of its own has those of the plan, if they are given. Return "" if there are no days and no
    weeks.
    """
    days = row.weekdays or plan_days
    return f"{_days(days) if days else ''} {_weeks(row)}".strip()


def _days(weekdays: Collection[int]) -> str:
    if len(weekdays) == len(Weekday):
        return _("Every day.")
    days = [str(day.label) for day in sort_weekdays(weekdays)]
    return _("On %(days)s.") % {"days": get_text_list(days, _("and"))}


def _weeks(row: HasDose) -> str:
    first, last = row.first_week, row.last_week
    if last is None:
        return _("From week %(first)s on.") % {"first": first} if first > 1 else ""
    if last == first:
        return _("In week %(first)s.") % {"first": first}
    return _("In weeks %(first)s to %(last)s.") % {"first": first, "last": last}


def get_fullest_day(rows: Iterable[HasDose]) -> list[HasDose]:
    """Return the rows of the longest session of a plan.

    A session holds the rows of one day in one week, so it has neither two phases of an exercise nor the rows of other
    days.
    """
    rows = list(rows)
    days = {day for row in rows for day in row.weekdays} or {0}
    sessions: Sequence[list[HasDose]] = [
        [row for row in rows if is_planned_in(row, week) and (not row.weekdays or day in row.weekdays)]
        for week in {1} | {row.first_week for row in rows}
        for day in days
    ]
    return max(sessions, key=lambda session: sum(session_dose(row).session_seconds() for row in session))
