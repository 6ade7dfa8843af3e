"""How a prescribed exercise is told: its dose for one side or both, on which days, in which weeks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Protocol

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Weekday
from exercises.doses import Dose
from patients.models import Side
from patients.models.schedule import HasPhase, is_planned_in

_ONE_SIDE = {
    Side.LEFT: gettext_lazy("on your left side only"),
    Side.RIGHT: gettext_lazy("on your right side only"),
}


class HasDose(HasPhase, Protocol):
    """What the words of a line are made of; see `PlanLine`."""

    @property
    def dose(self) -> Dose: ...
    @property
    def side(self) -> str: ...


def session_dose(row: HasDose) -> Dose:
    """What is done in one session, for as many sides as it is for. On the day itself, days a week are noise."""
    return replace(row.dose, each_side=row.dose.each_side and not row.side, days_min=None, days_max=None)


def session_sentence(row: HasDose) -> str:
    """The dose of one session as people read it: "10 times on your left side only." """
    return _sentence(row, replace(row.dose, days_min=None, days_max=None))


def shorter_dose(row: HasDose) -> Dose | None:
    """About half of one session's dose, for a day on which all of it is too much; None when it cannot be less."""
    return session_dose(row).shorter()


def shorter_sentence(row: HasDose) -> str:
    """The shorter dose as people read it; "" when it cannot be less."""
    shorter = shorter_dose(row)
    return _sentence(row, shorter) if shorter else ""


def draft_sentence(row: HasDose) -> str:
    """The dose as whoever prescribes it reads it: with its days a week, unless weekdays are named."""
    return session_sentence(row) if row.weekdays else _sentence(row, row.dose)


def _sentence(row: HasDose, dose: Dose) -> str:
    """A dose of the line in full, with whatever else of the line is told together with it."""
    if not row.side:
        return dose.sentence()
    return replace(dose, each_side=True).sentence(side=str(_ONE_SIDE[Side(row.side)]))


def short_dose(row: HasDose) -> str:
    """The dose of one session in a few words, for lists."""
    short = session_dose(row).short()
    if not row.side:
        return short
    return _("%(amount)s %(side)s") % {"amount": short, "side": _ONE_SIDE[Side(row.side)]}


def when(row: HasDose, plan_days: Collection[int] = ()) -> str:
    """Its days and weeks: "On Monday and Friday. In weeks 3 to 6."

    Without days of its own the plan's are told, where they are given; "" when there is nothing to tell.
    """
    days = row.weekdays or plan_days
    return f"{_days(days) if days else ''} {_weeks(row)}".strip()


def _days(weekdays: Collection[int]) -> str:
    if len(weekdays) == len(Weekday):
        return _("Every day.")
    days = [str(Weekday(day).label) for day in sorted(weekdays)]
    return _("On %(days)s.") % {"days": get_text_list(days, _("and"))}


def _weeks(row: HasDose) -> str:
    first, last = row.first_week, row.last_week
    if last is None:
        return _("From week %(first)s on.") % {"first": first} if first > 1 else ""
    if last == first:
        return _("In week %(first)s.") % {"first": first}
    return _("In weeks %(first)s to %(last)s.") % {"first": first, "last": last}


def get_fullest_day(rows: Iterable[HasDose]) -> list[HasDose]:
    """What the longest session of a plan holds: no day asks for two phases of an exercise, nor for other days' work."""
    rows = list(rows)
    days = {day for row in rows for day in row.weekdays} or {0}
    sessions: Sequence[list[HasDose]] = [
        [row for row in rows if is_planned_in(row, week) and (not row.weekdays or day in row.weekdays)]
        for week in {1} | {row.first_week for row in rows}
        for day in days
    ]
    return max(sessions, key=lambda session: sum(session_dose(row).session_seconds() for row in session))
