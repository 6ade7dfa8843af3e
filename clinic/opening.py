"""When a clinic is open: as a week of plain values, as an answer for a moment, and in words.

A clinic says its hours by the clock on its wall. So a day that is 23 or 25 hours long opens and closes by the clock
as well.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.formats import time_format
from django.utils.translation import gettext as _

from .models import Clinic, OpeningHours, Weekday

ONE_DAY = datetime.timedelta(days=1)
DAYS_A_WEEK = 7


@dataclass(frozen=True, order=True)
class Stretch:
    """Open from one time up to, and without, another of the same day."""

    opens_at: datetime.time
    closes_at: datetime.time


@dataclass(frozen=True)
class HoursRow:
    """Neighbouring weekdays with the same hours: "Monday to Thursday", "9 am to 5 pm"."""

    days: str
    hours: str


@dataclass(frozen=True)
class OpeningWeek:
    """The stretches of each weekday in order, Monday first. A clinic that gave no hours has none on any day."""

    zone: ZoneInfo
    days: tuple[tuple[Stretch, ...], ...]

    @classmethod
    def of(cls, clinic: Clinic) -> OpeningWeek:
        """One query, unless the opening hours are prefetched."""
        return cls.from_rows(clinic.zone, clinic.opening_hours.all())

    @classmethod
    def from_rows(cls, zone: ZoneInfo, rows: Iterable[OpeningHours]) -> OpeningWeek:
        """The same from rows at hand, in any order."""
        days: list[list[Stretch]] = [[] for _day in range(DAYS_A_WEEK)]
        for row in rows:
            days[row.weekday].append(Stretch(row.opens_at, row.closes_at))
        return cls(zone, tuple(tuple(sorted(stretches)) for stretches in days))

    @property
    def is_known(self) -> bool:
        return any(self.days)

    def on(self, day: datetime.date) -> tuple[Stretch, ...]:
        """The stretches of that calendar day."""
        return self.days[day.weekday()]

    def is_open(self, now: datetime.datetime) -> bool:
        """Whether the clinic is open at the aware moment `now`."""
        local = now.astimezone(self.zone)
        clock = local.time()
        return any(stretch.opens_at <= clock < stretch.closes_at for stretch in self.on(local.date()))

    def next_opening(self, now: datetime.datetime) -> datetime.datetime | None:
        """The first moment after `now` at which a stretch begins, in the clinic's zone; None if none ever does."""
        today = now.astimezone(self.zone).date()
        for ahead in range(DAYS_A_WEEK + 1):  # today's weekday twice: its stretches may all have begun
            day = today + ahead * ONE_DAY
            for stretch in self.on(day):
                opens = datetime.datetime.combine(day, stretch.opens_at, tzinfo=self.zone)
                if opens.astimezone(datetime.UTC) > now:
                    return opens
        return None

    def first_open_day_after(self, day: datetime.date) -> datetime.date | None:
        """The next day with any open time; None if there is none in a week."""
        week = (day + ahead * ONE_DAY for ahead in range(1, DAYS_A_WEEK + 1))
        return next((date for date in week if self.on(date)), None)

    def in_words(self) -> tuple[HoursRow, ...]:
        """The week, Monday first: neighbouring days with equal hours share a row. Empty when nothing is known."""
        if not self.is_known:
            return ()
        grouped = groupby(Weekday.values, key=lambda day: self.days[day])
        return tuple(HoursRow(_days_in_words(list(days)), _hours_in_words(hours)) for hours, days in grouped)

    def open_in_words(self) -> tuple[HoursRow, ...]:
        """The same without the days on which the clinic is closed."""
        grouped = groupby(Weekday.values, key=lambda day: self.days[day])
        return tuple(
            HoursRow(_days_in_words(list(days)), _hours_in_words(hours)) for hours, days in grouped if hours
        )


def _days_in_words(days: list[int]) -> str:
    names = [str(Weekday(day).label) for day in days]
    if len(names) == 1:
        return names[0]
    if len(names) == 2:
        return _("%(first)s and %(last)s") % {"first": names[0], "last": names[1]}
    return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}


def _hours_in_words(stretches: tuple[Stretch, ...]) -> str:
    if not stretches:
        return _("closed")
    return ", ".join(
        _("%(opens)s to %(closes)s")
        % {"opens": time_format(stretch.opens_at), "closes": time_format(stretch.closes_at)}
        for stretch in stretches
    )
