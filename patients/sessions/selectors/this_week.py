"""The days of the current week, and the welcome after a gap. Both count days that were done, never missed ones.

Pure functions over rows that a selector has loaded: no queries, no clock.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from clinic.weeks import start_of_week
from patients.models import ExerciseSession, PlanState, PlanVersion
from patients.plans.prescription import Prescribed
from patients.summaries.adherence import PlannedItem, Schedule
from patients.summaries.taken_days import TakenDays, counts_as_done

#: A patient without a session for longer than this is welcomed back, if the gap has more planned days than
#: `MAX_DAYS_WITHOUT_WELCOME`.
GAP = datetime.timedelta(days=7)
MAX_DAYS_WITHOUT_WELCOME = 1


class DayMark(StrEnum):
    """Mark of a day of the week. No day is ever marked as missed."""

    DONE = "done"
    PLANNED = "planned"
    NONE = ""


@dataclass(frozen=True)
class WeekDay:
    """One day of the week, with its mark; only today and later days are marked as planned."""

    date: datetime.date
    mark: DayMark
    is_today: bool


@dataclass(frozen=True)
class ThisWeek:
    """Number of days done and of planned days in a week of the active region, and these `days` in order.

    A day that a hold or an illness took away is neither (`patients.summaries.taken_days`).
    """

    done: int
    planned: int
    days: tuple[WeekDay, ...] = field(default=(), compare=False)

    @property
    def is_shown(self) -> bool:
        """True if the week has a planned or a done day."""
        return bool(self.done or self.planned)

    @property
    def is_full(self) -> bool:
        """True if every planned day is done; without planned days, as soon as one day is done."""
        return self.done >= max(self.planned, 1)

    @property
    def is_more_than_planned(self) -> bool:
        return self.done > self.planned > 0


def list_days_done(sessions: Iterable[ExerciseSession]) -> set[datetime.date]:
    """Return the days of these finished sessions, without those on which only a danger was told.

    The sessions are read with `with_has_done`.
    """
    return {row.on_date for row in sessions if counts_as_done(row.answers, has_done=row.has_done)}


def this_week(
    version: PlanVersion | None,
    done_days: Collection[datetime.date],
    today: datetime.date,
    taken: TakenDays | None = None,
) -> ThisWeek:
    """Return the numbers for the week of `today`. A plan that is not active has no planned days.

    Days of `taken` count neither as planned nor as done.

    Days done before this version began were planned by the one before: they count as planned, since otherwise a plan
    that changes in the middle of a week would show "2 of 1 days".
    """
    days = [start_of_week(today) + datetime.timedelta(days=ahead) for ahead in range(7)]
    taken = taken or TakenDays()
    done = taken.done(set(days) & set(done_days))
    planned: set[datetime.date] = set()
    if version is not None and version.plan.state == PlanState.ACTIVE:
        planned = taken.planned({day for day in days if version.is_planned_on(day)}, done)
        planned |= {day for day in done if day < version.start_date}
    marked = (WeekDay(day, _get_mark(day, today, done, planned), day == today) for day in days)
    return ThisWeek(done=len(done), planned=len(planned), days=tuple(marked))


def _get_mark(
    day: datetime.date,
    today: datetime.date,
    done: Collection[datetime.date],
    planned: Collection[datetime.date],
) -> DayMark:
    if day in done:
        return DayMark.DONE
    return DayMark.PLANNED if day >= today and day in planned else DayMark.NONE


def get_schedule(version: PlanVersion | None, items: Iterable[Prescribed], zone: ZoneInfo) -> list[Schedule]:
    """Return the schedule of the version with its items, as of the first day of the plan; [] without a version.

    The week shows the days of the current version, also those before it was published.
    """
    if version is None or version.published_at is None:
        return []
    planned = [PlannedItem(row.line, row.all_demands) for row in items]
    return [replace(Schedule.of(version, zone, planned), in_force_from=version.start_date)]


def is_back_after_gap(
    version: PlanVersion | None, last_done: datetime.date | None, today: datetime.date
) -> bool:
    """Return whether the patient is back after a gap; False without any earlier session."""
    if version is None or version.plan.state != PlanState.ACTIVE or last_done is None:
        return False
    if today - last_done <= GAP:
        return False
    passed = (last_done + datetime.timedelta(days=ahead) for ahead in range(1, (today - last_done).days))
    return sum(version.is_planned_on(day) for day in passed) > MAX_DAYS_WITHOUT_WELCOME
