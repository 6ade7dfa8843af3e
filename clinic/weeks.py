"""Weeks and weekdays in the order of a region: in the United States a week starts on Sunday, elsewhere on Monday.

They are for what people see: calendars, charts, lists of weekdays, printed paper. Weekdays are stored and computed with
as numbered by `date.weekday()`: Monday is 0 in every region.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterable

from django.utils.dates import WEEKDAYS_ABBR

from clinic.models import Weekday
from clinic.regions import Region, get_active_region


def start_of_week(day: datetime.date, region: Region | None = None) -> datetime.date:
    """Return the first day of the week of `day`. Without a region, that of the active language tag decides."""
    first = (region or get_active_region()).first_weekday
    return day - datetime.timedelta(days=(day.weekday() - first) % 7)


def list_weekdays() -> list[Weekday]:
    """Return the seven weekdays in the order of the active region."""
    return [Weekday(day) for day in calendar.Calendar(get_active_region().first_weekday).iterweekdays()]


def sort_weekdays(days: Iterable[int]) -> list[Weekday]:
    """Return these weekdays without duplicates, in the order of the active region."""
    wanted = set(days)
    return [day for day in list_weekdays() if day in wanted]


def list_weekday_names() -> list[tuple[str, str]]:
    """Return the (short, full) name of each weekday, in the order of the active region: the columns of a calendar."""
    return [(str(WEEKDAYS_ABBR[day]), str(day.label)) for day in list_weekdays()]


def list_weekday_choices() -> list[tuple[int, str]]:
    """Return the choices of a form field for weekdays. Give the field the function, so that each form calls it."""
    return [(day.value, str(day.label)) for day in list_weekdays()]
