"""On which days of a plan something is asked for, kept small enough to stand on every version.

A version keeps one `[first week, last week, weekdays]` for each different pattern of its items. No list at all says:
on every day of the plan, in every week; that is what versions said before items had days and weeks of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

#: [first week, last week or None for the end of the plan, weekdays or [] for every day of the plan]
Span = Sequence[object]


class HasPhase(Protocol):
    """A line or an item: what has weekdays and weeks."""

    @property
    def weekdays(self) -> Sequence[int]: ...
    @property
    def first_week(self) -> int: ...
    @property
    def last_week(self) -> int | None: ...


def is_planned_in(phased: HasPhase, week: int) -> bool:
    """Whether it belongs to this week of the plan, counted from 1."""
    return phased.first_week <= week and (phased.last_week is None or week <= phased.last_week)


def is_planned_at(phased: HasPhase, week: int, weekday: int) -> bool:
    """Whether it is asked for on this weekday of this week, where both are in the plan."""
    return is_planned_in(phased, week) and (not phased.weekdays or weekday in phased.weekdays)


def get_scheduled_days(items: Iterable[HasPhase]) -> list[list[object]]:
    """The patterns of these items, each once; [] where one of them is asked for on every day of the plan."""
    patterns = {(item.first_week, item.last_week, tuple(sorted(item.weekdays))) for item in items}
    if (1, None, ()) in patterns:
        return []
    in_order = sorted(patterns, key=lambda pattern: (pattern[0], pattern[1] or 0, pattern[2]))
    return [[first, last, list(weekdays)] for first, last, weekdays in in_order]


def is_scheduled(asked_days: Sequence[Span], week: int, weekday: int) -> bool:
    """Whether something is asked for on this weekday of this week, where both are in the plan."""
    return not asked_days or any(_covers(span, week, weekday) for span in asked_days)


def _covers(span: Span, week: int, weekday: int) -> bool:
    first, last, weekdays = span
    assert isinstance(first, int)  # noqa: S101  # written by get_scheduled_days
    assert isinstance(weekdays, list)  # noqa: S101
    in_weeks = first <= week and (not isinstance(last, int) or week <= last)
    return in_weeks and (not weekdays or weekday in weekdays)
