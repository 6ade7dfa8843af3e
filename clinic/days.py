"""Days that people type, and days in addresses."""

from __future__ import annotations

import datetime

#: Sums with a day of these years, in any time zone, stay within what Python and the databases can hold.
FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)


def is_usual_day(day: datetime.date) -> bool:
    """Return whether somebody may mean this day: from `FIRST_DAY` to `LAST_DAY`."""
    return FIRST_DAY <= day <= LAST_DAY


def parse_day(text: str) -> datetime.date | None:
    """Return the day of an ISO date such as "2026-03-02"; None for anything else, or outside of the usual years."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if is_usual_day(day) else None
