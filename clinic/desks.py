"""Clinics as a visitor meets them: when they are open, and by when they answer."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from itertools import groupby

from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from .models import Clinic, OpeningHours, Weekday


@dataclass(frozen=True)
class HoursRow:
    """Neighbouring weekdays with the same hours: "Monday to Thursday", "9 am to 5 pm"."""

    days: str
    hours: str


@dataclass(frozen=True)
class Desk:
    """A clinic that takes requests. `answer_by` is None while the clinic has no opening hours on record."""

    clinic: Clinic
    hours: tuple[HoursRow, ...]
    answer_by: datetime.date | None

    @property
    def choice(self) -> str:
        return str(self.clinic.pk)


def desks_taking_requests(now: datetime.datetime | None = None) -> list[Desk]:
    """All clinics that a visitor can ask, by name. Two queries."""
    now = now or timezone.now()
    return [
        desk_of(clinic, now) for clinic in Clinic.objects.taking_requests().prefetch_related("opening_hours")
    ]


def desk_of(clinic: Clinic, now: datetime.datetime) -> Desk:
    """The desk of one clinic, seen at `now`. One query unless the opening hours are prefetched."""
    week: dict[int, list[OpeningHours]] = {day: [] for day in Weekday.values}
    for opening in sorted(clinic.opening_hours.all(), key=lambda row: row.opens_at):
        week[opening.weekday].append(opening)
    return Desk(clinic=clinic, hours=_rows(week), answer_by=_answer_by(week, clinic.today(now)))


def _answer_by(week: dict[int, list[OpeningHours]], today: datetime.date) -> datetime.date | None:
    """The first day after `today` on which the clinic is open: there is a whole open day to answer in."""
    for days in range(1, 8):
        day = today + datetime.timedelta(days=days)
        if week[day.weekday()]:
            return day
    return None


def _rows(week: dict[int, list[OpeningHours]]) -> tuple[HoursRow, ...]:
    if not any(week.values()):
        return ()
    rows = []
    for hours, group in groupby(week, key=lambda day: _in_words(week[day])):
        days = [str(Weekday(day).label) for day in group]
        if len(days) == 1:
            label = days[0]
        elif len(days) == 2:
            label = _("%(first)s and %(last)s") % {"first": days[0], "last": days[1]}
        else:
            label = _("%(first)s to %(last)s") % {"first": days[0], "last": days[-1]}
        rows.append(HoursRow(days=label, hours=hours))
    return tuple(rows)


def _in_words(openings: list[OpeningHours]) -> str:
    if not openings:
        return _("closed")
    return ", ".join(
        _("%(opens)s to %(closes)s")
        % {"opens": time_format(row.opens_at), "closes": time_format(row.closes_at)}
        for row in openings
    )
