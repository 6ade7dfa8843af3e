"""Data of one patient by day and by week, for the plots of the team's patient page.

Pure functions over rows that the page's selector has loaded. Days are in the patient's time zone.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.models import Alert, Effort, PlanEvent, PlanState, PlanVersion
from patients.summaries.adherence import (
    ONE_DAY,
    ONE_WEEK,
    PlanPause,
    Schedule,
    Week,
    get_pauses,
    planned_days,
)
from patients.summaries.taken_days import TakenDays


class DayMark(StrEnum):
    """Mark of a day. A day with a session is done, planned or not."""

    DONE = "done"
    TAKEN = "taken"
    MISSED = "missed"
    RESTED = "rested"
    PLANNED = "planned"
    NONE = "none"

    @property
    def describe(self) -> Promise:
        return _WORDS[self]


_WORDS: dict[DayMark, Promise] = {
    DayMark.DONE: gettext_lazy("Done"),
    DayMark.TAKEN: gettext_lazy("On hold, ill or all left out: counts neither way"),
    DayMark.MISSED: gettext_lazy("Planned, not done"),
    DayMark.RESTED: gettext_lazy("Plan paused"),
    DayMark.PLANNED: gettext_lazy("Planned for today"),
    DayMark.NONE: gettext_lazy("Not planned"),
}


@dataclass(frozen=True)
class Days:
    """The days of a period: planned, not planned because of a pause, and done.

    `taken` are those that a hold or an illness took away; they are neither planned nor done.
    """

    planned: set[datetime.date]
    rested: set[datetime.date]
    done: set[datetime.date]
    taken: set[datetime.date] = field(default_factory=set)

    def mark(self, day: datetime.date, today: datetime.date) -> DayMark:
        if day in self.taken:
            return DayMark.TAKEN
        if day in self.done:
            return DayMark.DONE
        if day in self.planned:
            return DayMark.PLANNED if day == today else DayMark.MISSED
        return DayMark.RESTED if day in self.rested else DayMark.NONE


def get_days(
    schedules: Sequence[Schedule],
    events: Collection[PlanEvent],
    done: Collection[datetime.date],
    *,
    zone: ZoneInfo,
    first: datetime.date,
    last: datetime.date,
    taken: TakenDays | None = None,
) -> Days:
    """Return the days of a period, from the schedules and state changes of any number of plans.

    `done` are days with a finished session; those of `taken` count neither as planned nor as done.
    """
    planned = planned_days(schedules, get_pauses(events, zone), first=first, last=last)
    ends: list[PlanPause] = get_pauses(
        (event for event in events if event.to_state == PlanState.FINISHED), zone
    )
    without_pauses = planned_days(schedules, ends, first=first, last=last)
    rested = without_pauses - planned
    in_period = {day for day in done if first <= day <= last}
    if not taken:
        return Days(planned, rested, in_period)
    counted = taken.planned(planned, in_period)
    return Days(counted, rested, taken.done(in_period), planned - counted)


@dataclass(frozen=True)
class CalendarWeek:
    """Seven days from `starts_on`; None for a day in the future."""

    starts_on: datetime.date
    days: tuple[DayMark | None, ...]


def build_calendar(days: Days, *, starts_on: datetime.date, today: datetime.date) -> list[CalendarWeek]:
    """Return the weeks from that of `starts_on` to that of `today`."""
    weeks = []
    while starts_on <= today:
        dates = [starts_on + ahead * ONE_DAY for ahead in range(7)]
        marks = tuple(days.mark(date, today) if date <= today else None for date in dates)
        weeks.append(CalendarWeek(starts_on, marks))
        starts_on += ONE_WEEK
    return weeks


@dataclass(frozen=True)
class EffortWeek:
    """Number of exercises of one week rated easy, about right and too hard."""

    starts_on: datetime.date
    easy: int = 0
    about_right: int = 0
    too_hard: int = 0

    @property
    def rated(self) -> int:
        return self.easy + self.about_right + self.too_hard

    def percent(self, count: int) -> int | None:
        """Return `count` as whole percent of all ratings, rounded down; None in a week without ratings."""
        return count * 100 // self.rated if self.rated else None

    @property
    def percents(self) -> tuple[int | None, ...]:
        """Percent of easy, about right and too hard, in this order."""
        return tuple(self.percent(count) for count in (self.easy, self.about_right, self.too_hard))


def count_efforts(rated: Iterable[tuple[datetime.date, str]], weeks: Sequence[Week]) -> list[EffortWeek]:
    """Return the numbers of ratings for each of the weeks; `rated` are (day, effort) pairs.

    Ratings outside of these weeks are left out.
    """
    start_of = {week.starts_on + ahead * ONE_DAY: week.starts_on for week in weeks for ahead in range(7)}
    counts = Counter((start_of.get(day), effort) for day, effort in rated)
    return [
        EffortWeek(
            week.starts_on,
            easy=counts[week.starts_on, Effort.EASY],
            about_right=counts[week.starts_on, Effort.ABOUT_RIGHT],
            too_hard=counts[week.starts_on, Effort.TOO_HARD],
        )
        for week in weeks
    ]


class MarkKind(StrEnum):
    """Kind of an event on the timeline."""

    VERSION = "version"
    PAUSE = "pause"
    FINISH = "finish"
    ALERT = "alert"


@dataclass(frozen=True)
class TimelineEvent:
    """An event from `on` to `until`; only a pause has an end, which is None while it lasts."""

    kind: MarkKind
    on: datetime.date
    text: str
    label: str = ""
    until: datetime.date | None = None
    is_going_on: bool = False


def list_marks(
    versions: Iterable[PlanVersion], events: Iterable[PlanEvent], alerts: Iterable[Alert], zone: ZoneInfo
) -> list[TimelineEvent]:
    """Return published versions, pauses, finished plans and alerts, oldest first."""

    def day(moment: datetime.datetime) -> datetime.date:
        return moment.astimezone(zone).date()

    marks = [
        TimelineEvent(
            MarkKind.VERSION,
            day(version.published_at),
            _("Version %(number)s") % {"number": version.number},
            label=str(version.number),
        )
        for version in versions
        if version.published_at
    ]
    by_plan: dict[object, list[PlanEvent]] = {}
    for event in sorted(events, key=lambda event: event.at):
        by_plan.setdefault(event.plan_id, []).append(event)
    for moves in by_plan.values():
        for event, following in zip(moves, [*moves[1:], None], strict=True):
            if event.to_state == PlanState.PAUSED:
                until = day(following.at) if following else None
                text = _("Plan paused: %(why)s") % {"why": event.note} if event.note else _("Plan paused")
                marks.append(
                    TimelineEvent(
                        MarkKind.PAUSE, day(event.at), text, until=until, is_going_on=following is None
                    )
                )
            elif event.to_state == PlanState.FINISHED:
                marks.append(TimelineEvent(MarkKind.FINISH, day(event.at), _("Plan finished")))
    marks += [
        TimelineEvent(MarkKind.ALERT, day(alert.raised_at), alert.get_kind_display()) for alert in alerts
    ]
    return sorted(marks, key=lambda mark: mark.on)
