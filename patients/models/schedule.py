"""Scheduled days of a plan, in a form small enough to store with every version.

A version stores one `[first week, last week, weekdays]` for each distinct pattern of its items. An empty list means
every day of the plan in every week: older versions, from before items had days and weeks, have an empty list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

#: [first week, last week or None for the end of the plan, weekdays or [] for every day of the plan]
Span = Sequence[object]


class HasPhase(Protocol):
    """A line or an item of a plan, with its weekdays and weeks."""

    @property
    def weekdays(self) -> Sequence[int]: ...
    @property
    def first_week(self) -> int: ...
    @property
    def last_week(self) -> int | None: ...


def is_planned_in(phased: HasPhase, week: int) -> bool:
    """Return True if the item belongs to this week of the plan, counted from 1."""
    return phased.first_week <= week and (phased.last_week is None or week <= phased.last_week)


def is_planned_at(phased: HasPhase, week: int, weekday: int) -> bool:
    """Return True if the item is scheduled on this weekday of this week. Both must be in the plan."""
    return is_planned_in(phased, week) and (not phased.weekdays or weekday in phased.weekdays)


def get_scheduled_days(items: Iterable[HasPhase]) -> list[list[object]]:
    """Return the distinct patterns of these items; [] if one of them is scheduled on every day of the plan."""
    patterns = {(item.first_week, item.last_week, tuple(sorted(item.weekdays))) for item in items}
    if (1, None, ()) in patterns:
        return []
    in_order = sorted(patterns, key=lambda pattern: (pattern[0], pattern[1] or 0, pattern[2]))
    return [[first, last, list(weekdays)] for first, last, weekdays in in_order]


def is_scheduled(asked_days: Sequence[Span], week: int, weekday: int) -> bool:
    """Return True if any item is scheduled on this weekday of this week. Both must be in the plan."""
    return not asked_days or any(_covers(span, week, weekday) for span in asked_days)


def _covers(span: Span, week: int, weekday: int) -> bool:
    first, last, weekdays = span
    assert isinstance(first, int)  # noqa: S101  # written by get_scheduled_days
    assert isinstance(weekdays, list)  # noqa: S101
    in_weeks = first <= week and (not isinstance(last, int) or week <= last)
    return in_weeks and (not weekdays or weekday in weekdays)
