"""Steps shared by the tests of planned and taken days: days and times counted from the first Monday, in New York."""

import datetime
from zoneinfo import ZoneInfo

from patients.summaries.taken_days import get_taken_days
from tests.factories import MONDAY

DAY = datetime.timedelta(days=1)
NEW_YORK = ZoneInfo("America/New_York")


def days(*numbers):
    """Return days counted from MONDAY: 0 is that Monday."""
    return {MONDAY + number * DAY for number in numbers}


def local(number, hour=0, minute=0):
    """Return a time in New York on a day counted from MONDAY."""
    return datetime.datetime.combine(
        MONDAY + number * DAY, datetime.time(hour, minute), tzinfo=NEW_YORK
    ).astimezone(datetime.UTC)


def taken(*holds, ill=(), today=6, schedules=(), flags=()):
    """Return the days that these holds, days of illness and flags take, on a day counted from MONDAY."""
    return get_taken_days(
        holds, ill, zone=NEW_YORK, today=MONDAY + today * DAY, schedules=schedules, flags=flags
    )
