"""This week as a ring, and coming back after a gap: counted from days that were done, never from days that were not.

Pure functions over what a read model has loaded: no query, no clock.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from patients.models import PlanState, PlanVersion

#: Someone who did nothing for longer than this, though the plan asked for it more than once, is welcomed back.
GAP = datetime.timedelta(days=7)
MAX_DAYS_WITHOUT_WELCOME = 1


@dataclass(frozen=True)
class ThisWeek:
    """Days with a finished session, and days on which the plan asks for one, from Monday to Sunday."""

    done: int
    planned: int

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self.done or self.planned)

    @property
    def percent(self) -> int:
        """How far the ring is closed, 0–100. A week that asked for nothing is full once anything was done."""
        if not self.planned:
            return 100 if self.done else 0
        return min(100, 100 * self.done // self.planned)

    @property
    def is_full(self) -> bool:
        return self.percent == 100

    @property
    def is_more_than_planned(self) -> bool:
        return self.done > self.planned > 0


def monday_of(day: datetime.date) -> datetime.date:
    return day - datetime.timedelta(days=day.weekday())


def this_week(
    version: PlanVersion | None, done_days: Collection[datetime.date], today: datetime.date
) -> ThisWeek:
    """The week of `today`. A plan that is paused or finished asks for nothing.

    What was done before this version began was asked for by the one before: it counts as planned, or a plan that
    changed in the middle of a week would say "2 of 1 days".
    """
    days = {monday_of(today) + datetime.timedelta(days=ahead) for ahead in range(7)}
    done = days & set(done_days)
    if version is None or version.plan.state != PlanState.ACTIVE:
        return ThisWeek(done=len(done), planned=0)
    planned = {day for day in days if version.is_planned_on(day)}
    before = {day for day in done if day < version.start_date}
    return ThisWeek(done=len(done), planned=len(planned | before))


def is_back_after_gap(
    version: PlanVersion | None, last_done: datetime.date | None, today: datetime.date
) -> bool:
    """Whether someone who has done sessions before is back after a gap. Never for someone who is only beginning."""
    if version is None or version.plan.state != PlanState.ACTIVE or last_done is None:
        return False
    if today - last_done <= GAP:
        return False
    passed = (last_done + datetime.timedelta(days=ahead) for ahead in range(1, (today - last_done).days))
    return sum(version.is_planned_on(day) for day in passed) > MAX_DAYS_WITHOUT_WELCOME
