"""Adherence: the share of planned days on which the patient exercised.

Pure functions over rows that a selector has loaded; no query, no clock. The rules, each in the patient's favour:

- **Version in force.** The version in force on a day is the latest one published on or before that day, in the
  patient's time zone. A day before the first publication, or outside the version's first and last day, is not planned.
- **Pauses.** A day on which the plan was paused for any part of the day is not planned; nor is the day on which it
  was finished, or any later day.
- **Today.** It counts once it is done, and never as missed.
- **Frequency.** Three planned days and three days done in the same week are 100 %, on any days of the week; doing
  more than planned does not make up for another week.

Weeks start as in the region of the patient's clinic, so that they are those of the calendars that people see; no
clinical rule names a first day. A patient is adherent at 70 % of the planned days (clinical rules, progression).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from patients.models import PlanEvent, PlanState, PlanVersion
from patients.models.schedule import HasPhase, Span, is_planned_at, is_scheduled

#: Adherent = 70 % of the planned sessions (clinical rules, progression).
ADHERENT_PERCENT = 70

ONE_DAY = datetime.timedelta(days=1)
ONE_WEEK = datetime.timedelta(weeks=1)


@dataclass(frozen=True)
class PlannedItem:
    """One item of a version: its days, and the demands of its exercise together with those of the position."""

    days: HasPhase
    demands: frozenset[str]


@dataclass(frozen=True)
class Schedule:
    """The planned days of one published version. All days are in the patient's time zone."""

    plan: object
    published_at: datetime.datetime
    in_force_from: datetime.date
    start_date: datetime.date
    end_date: datetime.date
    weekdays: frozenset[int]
    #: See `patients.models.schedule`: a day of the plan on which no exercise is planned is not a planned day.
    asked_days: Sequence[Span] = ()
    version: object = None
    #: Read only where a hold or a flag keeps some exercises away (`leaves_nothing`).
    items: Sequence[PlannedItem] = ()

    @classmethod
    def of(cls, version: PlanVersion, zone: ZoneInfo, items: Sequence[PlannedItem] = ()) -> Schedule:
        """Return the schedule of a published version, with days in `zone`."""
        assert version.published_at is not None  # noqa: S101  # a draft has no day on which it came into force
        return cls(
            plan=version.plan_id,
            published_at=version.published_at,
            in_force_from=version.published_at.astimezone(zone).date(),
            start_date=version.start_date,
            end_date=version.end_date,
            weekdays=frozenset(version.weekdays),
            asked_days=version.asked_days,
            version=version.pk,
            items=items,
        )

    def asks_for(self, day: datetime.date) -> bool:
        """Return True if the version has any exercise on that day."""
        if not (self.start_date <= day <= self.end_date and day.weekday() in self.weekdays):
            return False
        return is_scheduled(self.asked_days, self._week_of(day), day.weekday())

    def leaves_nothing(self, day: datetime.date, is_left_out: Callable[[frozenset[str]], bool]) -> bool:
        """Return True if every exercise of that day is left out; False for a day without any.

        `is_left_out` tells it from the demands of an exercise.
        """
        if not self.asks_for(day):
            return False
        asked = [each for each in self.items if is_planned_at(each.days, self._week_of(day), day.weekday())]
        return bool(asked) and all(is_left_out(each.demands) for each in asked)

    def _week_of(self, day: datetime.date) -> int:
        return (day - self.start_date).days // 7 + 1


@dataclass(frozen=True)
class PlanPause:
    """Days on which a plan was paused or finished, both ends included; `last` is None if it still is."""

    plan: object
    first: datetime.date
    last: datetime.date | None

    def covers(self, day: datetime.date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def get_pauses(events: Iterable[PlanEvent], zone: ZoneInfo) -> list[PlanPause]:
    """Return the pauses and the end of each plan, from its events in any order."""
    pauses: list[PlanPause] = []
    since: dict[object, datetime.date] = {}
    for event in sorted(events, key=lambda event: event.at):
        day = event.at.astimezone(zone).date()
        if event.to_state in (PlanState.PAUSED, PlanState.FINISHED):
            since.setdefault(event.plan_id, day)
        elif event.plan_id in since:
            pauses.append(PlanPause(event.plan_id, since.pop(event.plan_id), day))
    return pauses + [PlanPause(plan, first, None) for plan, first in since.items()]


def list_days(first: datetime.date, last: datetime.date) -> Iterator[datetime.date]:
    """Yield every day from `first` to `last`, both included."""
    for ahead in range((last - first).days + 1):
        yield first + ahead * ONE_DAY


def sort_schedules(schedules: Iterable[Schedule]) -> list[Schedule]:
    """Return the schedules, the one that was published last first."""
    return sorted(schedules, key=lambda schedule: schedule.published_at, reverse=True)


def get_schedule_of(newest_first: Iterable[Schedule], day: datetime.date) -> Schedule | None:
    """Return the schedule of the version in force on that day; None before the first publication."""
    return next((schedule for schedule in newest_first if schedule.in_force_from <= day), None)


def planned_days(
    schedules: Sequence[Schedule], rests: Sequence[PlanPause], *, first: datetime.date, last: datetime.date
) -> set[datetime.date]:
    """Return the planned days from `first` to `last`. `schedules` and `rests` may be those of several plans."""
    newest_first = sort_schedules(schedules)
    planned = set()
    for day in list_days(first, last):
        current = get_schedule_of(newest_first, day)
        if current is None or not current.asks_for(day):
            continue
        if not any(rest.plan == current.plan and rest.covers(day) for rest in rests):
            planned.add(day)
    return planned


@dataclass(frozen=True)
class Week:
    """One week: the days planned so far, and the days with a finished session, at most as many as were planned."""

    starts_on: datetime.date
    planned: int
    done: int

    @property
    def percent(self) -> int | None:
        """Whole percent, rounded down so that 69.9 is not 70; None for a week without planned days."""
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
    first_weekday: int,
) -> list[Week]:
    """Return one `Week` for each week from that of `first` to that of `today`.

    `done` are the days with a finished session, `first_weekday` is that of the region.
    """
    planned, done = set(planned), {day for day in done if day <= today}
    counted = {day for day in planned if day < today or (day == today and day in done)}
    starts_on = first - (first.weekday() - first_weekday) % 7 * ONE_DAY
    weeks = []
    while starts_on <= today:
        days = {starts_on + ahead * ONE_DAY for ahead in range(7)}
        planned_count = len(counted & days)
        weeks.append(
            Week(starts_on=starts_on, planned=planned_count, done=min(len(done & days), planned_count))
        )
        starts_on += ONE_WEEK
    return weeks


def total_percent(weeks: Iterable[Week]) -> int | None:
    """Return the adherence over all weeks in whole percent, rounded down; None if nothing was planned."""
    weeks = list(weeks)
    planned = sum(week.planned for week in weeks)
    return sum(week.done for week in weeks) * 100 // planned if planned else None


def list_missed_days(
    planned: Collection[datetime.date], *, last_done: datetime.date | None, today: datetime.date
) -> list[datetime.date]:
    """Return the planned days after `last_done` and before today, in order."""
    return sorted(day for day in planned if day < today and (last_done is None or day > last_done))
