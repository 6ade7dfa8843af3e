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
from django.utils.translation import ngettext

from clinic.models import Clinic, OpeningHours, Weekday

ONE_DAY = datetime.timedelta(days=1)
DAYS_A_WEEK = 7


@dataclass(frozen=True, order=True)
class OpeningInterval:
    """Open from one time up to, and without, another of the same day."""

    opens_at: datetime.time
    closes_at: datetime.time


@dataclass(frozen=True)
class OpeningHoursRow:
    """Neighbouring weekdays with the same hours: "Monday to Thursday", "9 am to 5 pm"."""

    days: str
    hours: str


@dataclass(frozen=True)
class OpeningWeek:
    """The stretches of each weekday in order, Monday first. A clinic that gave no hours has none on any day."""

    zone: ZoneInfo
    days: tuple[tuple[OpeningInterval, ...], ...]

    @classmethod
    def of(cls, clinic: Clinic) -> OpeningWeek:
        """One query, unless the opening hours are prefetched."""
        return cls.from_rows(clinic.zone, clinic.opening_hours.all())

    @classmethod
    def from_rows(cls, zone: ZoneInfo, rows: Iterable[OpeningHours]) -> OpeningWeek:
        """The same from rows at hand, in any order."""
        days: list[list[OpeningInterval]] = [[] for _day in range(DAYS_A_WEEK)]
        for row in rows:
            days[row.weekday].append(OpeningInterval(row.opens_at, row.closes_at))
        return cls(zone, tuple(tuple(sorted(intervals)) for intervals in days))

    @property
    def is_known(self) -> bool:
        return any(self.days)

    def on(self, day: datetime.date) -> tuple[OpeningInterval, ...]:
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

    def after_open_minutes(self, start: datetime.datetime, minutes: int) -> datetime.datetime:
        """The moment, in UTC, at which the clinic has been open for so many minutes (1 or more) since `start`.

        Time when it is closed does not count. A clinic that gave no hours counts as always open.
        """
        at, left = start.astimezone(datetime.UTC), datetime.timedelta(minutes=minutes)
        if not self.is_known:
            return at + left
        while True:
            at = self._open_from(at)
            closes = self._closing(at)
            if closes - at >= left:
                return at + left
            left -= closes - at
            at = closes

    def _open_from(self, at: datetime.datetime) -> datetime.datetime:
        """`at` itself when open, else the next opening that there really is: a clock put forward may skip one."""
        while not self.is_open(at):
            opens = self.next_opening(at)
            assert opens is not None  # noqa: S101  # some day has a stretch, and it comes again every week
            at = opens.astimezone(datetime.UTC)
        return at

    def _closing(self, at: datetime.datetime) -> datetime.datetime:
        """When the stretch that is open at `at` ends, in UTC; the latest, where stretches overlap."""
        local = at.astimezone(self.zone)
        running = [
            stretch.closes_at
            for stretch in self.on(local.date())
            if stretch.opens_at <= local.time() < stretch.closes_at
        ]
        # The clock may show this hour twice: the end is looked for in the same round.
        closes = datetime.datetime.combine(local.date(), max(running), tzinfo=self.zone)
        return closes.replace(fold=local.fold).astimezone(datetime.UTC)

    def first_open_day_after(self, day: datetime.date) -> datetime.date | None:
        """The next day with any open time; None if there is none in a week."""
        week = (day + ahead * ONE_DAY for ahead in range(1, DAYS_A_WEEK + 1))
        return next((date for date in week if self.on(date)), None)

    def describe(self, *, closed_days: bool = True) -> tuple[OpeningHoursRow, ...]:
        """The week, Monday first: neighbouring days with equal hours share a row. Empty when nothing is known."""
        if not self.is_known:
            return ()
        grouped = groupby(Weekday.values, key=lambda day: self.days[day])
        return tuple(
            OpeningHoursRow(_format_days(list(days)), _format_hours(hours))
            for hours, days in grouped
            if hours or closed_days
        )


@dataclass(frozen=True)
class OpeningStatus:
    """What a person is told who wants to reach the clinic now. `opens` is None while it is open, or if nobody knows."""

    hours: tuple[OpeningHoursRow, ...]
    is_open: bool
    opens: str | None


def get_opening_status(clinic: Clinic, now: datetime.datetime) -> OpeningStatus:
    """The clinic's hours without its closed days, and in words when it opens next. One query."""
    week = OpeningWeek.of(clinic)
    is_open = week.is_open(now)
    opens = None if is_open else week.next_opening(now)
    describe = format_moment(opens, today=clinic.today(now)) if opens else None
    return OpeningStatus(hours=week.describe(closed_days=False), is_open=is_open, opens=describe)


def format_moment(moment: datetime.datetime, *, today: datetime.date) -> str:
    """A moment of the next seven days, by its own clock: "at 9:00 a.m. today", "at 9:00 a.m. on Monday".

    The hour comes first: "a.m." at the end of a sentence would end it with two full stops. Some languages say 1 o'clock
    in the singular ("a la 1:00", "a las 2:00"), so the hour chooses the form.
    """
    hour = moment.hour % 12 or 12
    said = {"time": time_format(moment.time()), "day": Weekday(moment.weekday()).label}
    if moment.date() == today:
        return ngettext("at %(time)s today", "at %(time)s today", hour) % said
    if moment.date() == today + ONE_DAY:
        return ngettext("at %(time)s tomorrow", "at %(time)s tomorrow", hour) % said
    return ngettext("at %(time)s on %(day)s", "at %(time)s on %(day)s", hour) % said


def _format_days(days: list[int]) -> str:
    names = [str(Weekday(day).label) for day in days]
    if len(names) == 1:
        return names[0]
    if len(names) == 2:
        return _("%(first)s and %(last)s") % {"first": names[0], "last": names[1]}
    return _("%(first)s to %(last)s") % {"first": names[0], "last": names[-1]}


def _format_hours(intervals: tuple[OpeningInterval, ...]) -> str:
    if not intervals:
        return _("closed")
    return ", ".join(
        _("%(opens)s to %(closes)s")
        % {"opens": time_format(stretch.opens_at), "closes": time_format(stretch.closes_at)}
        for stretch in intervals
    )
