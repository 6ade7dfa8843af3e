"""Adherence: of the days that were planned, how many were done.

Pure functions over rows that a read model has loaded; no query, no clock. The rules, each on the patient's side:

- **Which plan counts on a day.** The version in force is the latest one published on or before that day, where the
  patient lives. A day before the first publication, or outside the version's first and last day, is not planned.
- **A pause is not a miss.** A day on which the plan rested for any part of the day is not planned; nor is the day on
  which it was finished, or any later one.
- **Today is not over.** It counts once it is done, never as missed.
- **What counts is how often.** Three planned days and three days done in the same week is all of it, whichever days
  they were; doing more than planned does not make up for another week.

Weeks are ISO weeks, Monday to Sunday. A person is adherent at 70 % of what was planned (clinical rules, progression).
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from patients.models import PlanEvent, PlanState, PlanVersion
from patients.models.schedule import Span, is_scheduled

#: Adherent = 70 % of the planned sessions (clinical rules, progression).
ADHERENT_PERCENT = 70

ONE_DAY = datetime.timedelta(days=1)
ONE_WEEK = datetime.timedelta(weeks=1)


@dataclass(frozen=True)
class Schedule:
    """When one published version asked for exercise. All days are where the patient lives."""

    plan: object
    published_at: datetime.datetime
    in_force_from: datetime.date
    start_date: datetime.date
    end_date: datetime.date
    weekdays: frozenset[int]
    #: See `patients.models.schedule`: a day of the plan on which no exercise is planned is not a planned day.
    asked_days: Sequence[Span] = ()

    @classmethod
    def of(cls, version: PlanVersion, zone: ZoneInfo) -> Schedule:
        """Wants a published version."""
        assert version.published_at is not None  # noqa: S101  # a draft has no day on which it came into force
        return cls(
            plan=version.plan_id,
            published_at=version.published_at,
            in_force_from=version.published_at.astimezone(zone).date(),
            start_date=version.start_date,
            end_date=version.end_date,
            weekdays=frozenset(version.weekdays),
            asked_days=version.asked_days,
        )

    def asks_for(self, day: datetime.date) -> bool:
        """Whether any exercise is planned for that day."""
        if not (self.start_date <= day <= self.end_date and day.weekday() in self.weekdays):
            return False
        return is_scheduled(self.asked_days, (day - self.start_date).days // 7 + 1, day.weekday())


@dataclass(frozen=True)
class PlanPause:
    """Days on which a plan asked for nothing, both ends included; `last` is None while it still rests."""

    plan: object
    first: datetime.date
    last: datetime.date | None

    def covers(self, day: datetime.date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def get_pauses(events: Iterable[PlanEvent], zone: ZoneInfo) -> list[PlanPause]:
    """The pauses and the end of each plan, from its events in any order."""
    rests: list[PlanPause] = []
    since: dict[object, datetime.date] = {}
    for event in sorted(events, key=lambda event: event.at):
        day = event.at.astimezone(zone).date()
        if event.to_state in (PlanState.PAUSED, PlanState.FINISHED):
            since.setdefault(event.plan_id, day)
        elif event.plan_id in since:
            rests.append(PlanPause(event.plan_id, since.pop(event.plan_id), day))
    return rests + [PlanPause(plan, first, None) for plan, first in since.items()]


def list_days(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    """Every day from `first` to `last`, both included."""
    for ahead in range((last - first).days + 1):
        yield first + ahead * ONE_DAY


def planned_days(
    schedules: Sequence[Schedule], rests: Sequence[PlanPause], *, first: datetime.date, last: datetime.date
) -> set[datetime.date]:
    """The days from `first` to `last` on which exercise was asked for. Takes the versions of any number of plans."""
    in_order = sorted(schedules, key=lambda schedule: schedule.published_at)
    planned = set()
    for day in list_days(first, last):
        current = next((schedule for schedule in reversed(in_order) if schedule.in_force_from <= day), None)
        if current is None or not current.asks_for(day):
            continue
        if not any(rest.plan == current.plan and rest.covers(day) for rest in rests):
            planned.add(day)
    return planned


@dataclass(frozen=True)
class Week:
    """One ISO week: days planned so far, and days on which a session was finished, counted up to what was planned."""

    monday: datetime.date
    planned: int
    done: int

    @property
    def percent(self) -> int | None:
        """Whole percent, rounded down so that 69.9 is not yet 70; None in a week that asked for nothing."""
        return self.done * 100 // self.planned if self.planned else None

    @property
    def is_adherent(self) -> bool:
        return self.percent is not None and self.percent >= ADHERENT_PERCENT


def list_weeks(
    planned: Collection[datetime.date],
    done: Collection[datetime.date],
    *,
    first: datetime.date,
    today: datetime.date,
) -> list[Week]:
    """One `Week` for each ISO week from that of `first` to that of `today`. `done`: days with a finished session."""
    planned, done = set(planned), {day for day in done if day <= today}
    counted = {day for day in planned if day < today or (day == today and day in done)}
    monday = first - first.weekday() * ONE_DAY
    weeks = []
    while monday <= today:
        days = {monday + ahead * ONE_DAY for ahead in range(7)}
        planned_count = len(counted & days)
        weeks.append(Week(monday=monday, planned=planned_count, done=min(len(done & days), planned_count)))
        monday += ONE_WEEK
    return weeks


def total_percent(weeks: Iterable[Week]) -> int | None:
    """Adherence over all the weeks together; None when nothing was planned."""
    weeks = list(weeks)
    planned = sum(week.planned for week in weeks)
    return sum(week.done for week in weeks) * 100 // planned if planned else None


def list_missed_days(
    planned: Collection[datetime.date], *, last_done: datetime.date | None, today: datetime.date
) -> list[datetime.date]:
    """The planned days after the last finished session and before today, in order: how long someone has been quiet."""
    return sorted(day for day in planned if day < today and (last_done is None or day > last_done))
