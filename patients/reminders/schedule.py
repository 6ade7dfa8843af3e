"""When a reminder is due: a time of the day where a person lives, as a moment that comes exactly once a day.

Clocks jump. A time that a day leaves out (spring) becomes the first moment after the gap; a time that comes twice
(autumn) is its first coming. Nothing here reads a clock.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from zoneinfo import ZoneInfo

ONE_DAY = datetime.timedelta(days=1)
#: Looked at from the day before, since a gap may push its moment over midnight. In a week each weekday comes; two allow
#: for a moment of today that has passed.
DAYS_AHEAD = range(-1, 15)


def get_moment(day: datetime.date, time: datetime.time, zone: ZoneInfo) -> datetime.datetime:
    """The UTC moment at which the clocks of `zone` first show `time`, or a later time, on that day.

    Where they skip it, that is the end of the gap: 2:30 in a night from 2:00 to 3:00 is the moment of 3:00.
    """
    wall = datetime.datetime.combine(day, time, tzinfo=zone)
    moment = wall.astimezone(datetime.UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    # In a gap. Read by the offset of before (fold=0) it lies after the jump, by the one of after (fold=1) before it.
    return _jump_between(wall.replace(fold=1).astimezone(datetime.UTC), moment, zone)


def get_next_moment(
    after: datetime.datetime, *, time: datetime.time, weekdays: Collection[int], zone: ZoneInfo
) -> datetime.datetime:
    """The first moment at or after the aware moment `after` that shows `time` on one of the weekdays (Monday is 0).

    In UTC. Each chosen calendar day has exactly one. Raises ValueError without any weekday.
    """
    if not weekdays:
        raise ValueError("A reminder needs at least one weekday.")
    first = after.astimezone(zone).date()
    days = (first + ahead * ONE_DAY for ahead in DAYS_AHEAD)
    moments = (get_moment(day, time, zone) for day in days if day.weekday() in weekdays)
    return next(moment for moment in moments if moment >= after)


def _jump_between(low: datetime.datetime, high: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    """The second at which the clocks of `zone` jumped, after `low` and not after `high`."""
    offset = high.astimezone(zone).utcoffset()
    while (seconds := int((high - low).total_seconds())) > 1:
        middle = low + datetime.timedelta(seconds=seconds // 2)
        if middle.astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return high
