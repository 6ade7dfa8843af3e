"""Compute when a reminder is due: a local time of day as a moment that occurs exactly once on each day.

When daylight saving begins, a local time that the day skips becomes the first moment after the gap; when it ends, a
time that occurs twice is its first occurrence. Nothing here reads the clock.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from zoneinfo import ZoneInfo

ONE_DAY = datetime.timedelta(days=1)
#: Days to search, relative to the current one. It begins with the day before, since a gap may move that day's moment
#: past midnight. A week contains every weekday; two weeks allow for a moment of today that has passed.
DAYS_AHEAD = range(-1, 15)


def get_moment(day: datetime.date, time: datetime.time, zone: ZoneInfo) -> datetime.datetime:
    """Return the UTC moment at which the clocks of `zone` first show `time`, or a later time, on that day.

    If they skip it, that is the end of the gap: 2:30 in a night that jumps from 2:00 to 3:00 is the moment of 3:00.
    """
    wall = datetime.datetime.combine(day, time, tzinfo=zone)
    moment = wall.astimezone(datetime.UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    # In a gap. With the offset before it (fold=0) the moment is after the jump, with the one after it (fold=1) before.
    return _jump_between(wall.replace(fold=1).astimezone(datetime.UTC), moment, zone)


def get_next_moment(
    after: datetime.datetime, *, time: datetime.time, weekdays: Collection[int], zone: ZoneInfo
) -> datetime.datetime:
    """Return the first moment (UTC) at or after the aware moment `after` that shows `time` on one of the weekdays.

    Monday is 0. Each chosen calendar day has exactly one such moment. Raises ValueError if `weekdays` is empty.
    """
    if not weekdays:
        raise ValueError("A reminder needs at least one weekday.")
    first = after.astimezone(zone).date()
    days = (first + ahead * ONE_DAY for ahead in DAYS_AHEAD)
    moments = (get_moment(day, time, zone) for day in days if day.weekday() in weekdays)
    return next(moment for moment in moments if moment >= after)


def _jump_between(low: datetime.datetime, high: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    """Return the second at which the clocks of `zone` jump, after `low` and not after `high`, by bisection."""
    offset = high.astimezone(zone).utcoffset()
    while (seconds := int((high - low).total_seconds())) > 1:
        middle = low + datetime.timedelta(seconds=seconds // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return high
