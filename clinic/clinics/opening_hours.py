"""Opening hours of a clinic: the week as plain values, the status at a moment, and the text that describes them.

Opening hours are wall-clock times in the clinic's time zone, also on days of 23 or 25 hours.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.models import Clinic, OpeningHours, Weekday
from clinic.models.aggregates import JSONArrayAgg

ONE_DAY = datetime.timedelta(days=1)
DAYS_A_WEEK = 7


@dataclass(frozen=True, order=True)
class OpeningInterval:
    """An interval of one day, from `opens_at` up to and excluding `closes_at`."""

    opens_at: datetime.time
    closes_at: datetime.time


@dataclass(frozen=True)
class OpeningHoursRow:
    """Consecutive weekdays with the same hours, as text: "Monday to Thursday", "9 am to 5 pm"."""

    days: str
    hours: str


@dataclass(frozen=True)
class OpeningWeek:
    """The intervals of each weekday in order. A clinic without stored hours has none on any day.

    Opening hours are read and entered from Monday on in every region, so that the working days and the weekend each
    share a row.
    """

    zone: ZoneInfo
    days: tuple[tuple[OpeningInterval, ...], ...]

    @classmethod
    def of(cls, clinic: Clinic) -> OpeningWeek:
        """Return the clinic's week. One query, unless the opening hours are prefetched or were read with a patient."""
        known = clinic.known_hours
        rows = clinic.opening_hours.all() if known is None else [_as_hours(values) for values in known]
        return cls.from_rows(clinic.zone, rows)

    @classmethod
    def from_rows(cls, zone: ZoneInfo, rows: Iterable[OpeningHours]) -> OpeningWeek:
        """Return the week that consists of `rows`, in any order. No query."""
        days: list[list[OpeningInterval]] = [[] for _day in range(DAYS_A_WEEK)]
        for row in rows:
            days[row.weekday].append(OpeningInterval(row.opens_at, row.closes_at))
        return cls(zone, tuple(tuple(sorted(intervals)) for intervals in days))

    @property
    def is_known(self) -> bool:
        return any(self.days)

    def on(self, day: datetime.date) -> tuple[OpeningInterval, ...]:
        """Return the intervals of a calendar day."""
        return self.days[day.weekday()]

    def is_open(self, now: datetime.datetime) -> bool:
        """Return True if the clinic is open at the aware moment `now`."""
        local = now.astimezone(self.zone)
        clock = local.time()
        return any(interval.opens_at <= clock < interval.closes_at for interval in self.on(local.date()))

    def next_opening(self, now: datetime.datetime) -> datetime.datetime | None:
        """Return the start of the first interval after `now`, in the clinic's zone; None if the week has none."""
        today = now.astimezone(self.zone).date()
        for ahead in range(DAYS_A_WEEK + 1):  # today's weekday twice: its intervals may all have begun
            day = today + ahead * ONE_DAY
            for interval in self.on(day):
                opens = datetime.datetime.combine(day, interval.opens_at, tzinfo=self.zone)
                if opens.astimezone(datetime.UTC) > now:
                    return opens
        return None

    def after_open_minutes(self, start: datetime.datetime, minutes: int) -> datetime.datetime:
        """Return the moment, in UTC, at which the clinic has been open for `minutes` (1 or more) since `start`.

        Time when it is closed does not count. A clinic without stored hours counts as always open.
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

    def after_a_working_day(self, start: datetime.datetime) -> datetime.datetime:
        """Return the moment, in UTC, one working day after `start`: the same time of the next day with open hours.

        If the clinic is closed at `start`, the day counts from the next opening. A clinic without stored hours counts
        as open on every day.
        """
        opens = None if self.is_open(start) else self.next_opening(start)
        local = (opens or start).astimezone(self.zone)
        day = self.first_open_day_after(local.date()) or local.date() + ONE_DAY
        return datetime.datetime.combine(day, local.time(), tzinfo=self.zone).astimezone(datetime.UTC)

    def _open_from(self, at: datetime.datetime) -> datetime.datetime:
        """Return `at` if the clinic is open then, else the next opening. A clock that is put forward may skip one."""
        while not self.is_open(at):
            opens = self.next_opening(at)
            assert opens is not None  # noqa: S101  # `is_known`: some weekday has an interval
            at = opens.astimezone(datetime.UTC)
        return at

    def _closing(self, at: datetime.datetime) -> datetime.datetime:
        """Return the end of the interval that is open at `at`, in UTC; the latest end if intervals overlap."""
        local = at.astimezone(self.zone)
        ends = [
            interval.closes_at
            for interval in self.on(local.date())
            if interval.opens_at <= local.time() < interval.closes_at
        ]
        # The hour may occur twice when the clock is put back: the end gets the same fold as `at`.
        closes = datetime.datetime.combine(local.date(), max(ends), tzinfo=self.zone)
        return closes.replace(fold=local.fold).astimezone(datetime.UTC)

    def first_open_day_after(self, day: datetime.date) -> datetime.date | None:
        """Return the first day after `day` with any open time, or None if the week has none."""
        week = (day + ahead * ONE_DAY for ahead in range(1, DAYS_A_WEEK + 1))
        return next((date for date in week if self.on(date)), None)

    def describe(self, *, closed_days: bool = True) -> tuple[OpeningHoursRow, ...]:
        """Return the week as text, Monday first: consecutive days with equal hours share a row.

        Without `closed_days`, closed days are left out. Empty if no hours are stored.
        """
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
    """The clinic's hours and its state now, for people who want to reach it.

    `opens` describes the next opening; it is None while the clinic is open or if no hours are stored.
    """

    hours: tuple[OpeningHoursRow, ...]
    is_open: bool
    opens: str | None


def with_opening_hours(clinic: OuterRef) -> dict[str, Subquery]:
    """Return an annotation for any query that holds a clinic's opening hours, for `Clinic.known_hours`."""
    row = JSONObject(weekday="weekday", opens_at="opens_at", closes_at="closes_at")
    grouped = OpeningHours.objects.filter(clinic=clinic).order_by().values("clinic")
    return {"known_hours": Subquery(grouped.annotate(rows=JSONArrayAgg(row)).values("rows"))}


def describe_known_hours(clinic: Clinic | None) -> tuple[OpeningHoursRow, ...]:
    """Return the hours as text, without closed days; empty if they were not read with a patient. No query."""
    if clinic is None or clinic.known_hours is None:
        return ()
    return OpeningWeek.of(clinic).describe(closed_days=False)


def get_opening_status(clinic: Clinic, now: datetime.datetime) -> OpeningStatus:
    """Return the clinic's hours without its closed days, and the next opening as text. At most one query."""
    week = OpeningWeek.of(clinic)
    is_open = week.is_open(now)
    opens = None if is_open else week.next_opening(now)
    next_opening = format_moment(opens, today=clinic.today(now)) if opens else None
    return OpeningStatus(hours=week.describe(closed_days=False), is_open=is_open, opens=next_opening)


def format_moment(moment: datetime.datetime, *, today: datetime.date) -> str:
    """Return a moment of the next seven days as text, in its own zone: "at 9:00 AM today", "at 9:00 AM on Monday".

    The hour comes first: "a.m." at the end of a sentence would end it with two full stops. Some languages have a
    singular form for 1 o'clock ("a la 1:00", "a las 2:00"), so the hour chooses the plural form.
    """
    hour = moment.hour % 12 or 12
    words = {"time": time_format(moment.time()), "day": Weekday(moment.weekday()).label}
    if moment.date() == today:
        return ngettext("at %(time)s today", "at %(time)s today", hour) % words
    if moment.date() == today + ONE_DAY:
        return ngettext("at %(time)s tomorrow", "at %(time)s tomorrow", hour) % words
    return ngettext("at %(time)s on %(day)s", "at %(time)s on %(day)s", hour) % words


def _as_hours(values: dict[str, Any]) -> OpeningHours:
    opens_at, closes_at = (datetime.time.fromisoformat(values[name]) for name in ("opens_at", "closes_at"))
    return OpeningHours(weekday=values["weekday"], opens_at=opens_at, closes_at=closes_at)


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
        % {"opens": time_format(interval.opens_at), "closes": time_format(interval.closes_at)}
        for interval in intervals
    )
