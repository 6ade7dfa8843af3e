"""The moment of a reminder, compared with an oracle that steps through minutes of local time."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from patients.reminders.schedule import get_moment, get_next_moment
from tests.examples import examples

MINUTE = datetime.timedelta(minutes=1)
DAY = datetime.timedelta(days=1)
#: Zone → the days of 2026 on which its clocks go forward and back.
ZONES = {
    "America/New_York": ((2026, 3, 8), (2026, 11, 1)),
    "Europe/Berlin": ((2026, 3, 29), (2026, 10, 25)),
    "Australia/Lord_Howe": ((2026, 10, 4), (2026, 4, 5)),  # by half an hour
    "Africa/Casablanca": ((2026, 3, 22), (2026, 2, 15)),  # back for Ramadan, forward after it
    "America/Havana": ((2026, 3, 8), (2026, 11, 1)),  # at midnight
    "Asia/Kolkata": ((2026, 3, 8), (2026, 11, 1)),  # never
}
JUMPS = [(zone, datetime.date(*day)) for zone, days in ZONES.items() for day in days]
ALL_DAYS = frozenset(range(7))


def oracle(after, time, weekdays, zone):
    """Return the first due moment by stepping through minutes from before `after`, without using offsets.

    Each chosen day is due once, at the first minute whose local time is `time` or later. It is later only if the clocks
    skipped `time`.
    """
    rung = set()
    moment = (after - 2 * DAY).replace(second=0, microsecond=0)
    started = moment.astimezone(zone).date()
    while True:
        wall = moment.astimezone(zone)
        day = wall.date()
        has_come = wall.time().replace(tzinfo=None) >= time
        due = [day] if has_come else []
        if day - DAY not in rung:
            due.insert(0, day - DAY)  # the clocks skipped its time at the end of the day
        for each in due:
            if each > started and each not in rung:
                rung.add(each)
                if each.weekday() in weekdays and moment >= after:
                    return moment
        moment += MINUTE


@st.composite
def reminders_near_a_clock_change(draw):
    zone, day = draw(st.sampled_from(JUMPS))
    minutes = draw(st.integers(0, 24 * 60 - 1) | st.integers(0, 4 * 60))
    time = datetime.time(minutes // 60, minutes % 60)
    weekdays = draw(st.sets(st.integers(0, 6), min_size=1) | st.just(ALL_DAYS))
    noon = datetime.datetime(day.year, day.month, day.day, 12, tzinfo=datetime.UTC)
    after = noon + draw(st.integers(-36 * 60 * 60, 36 * 60 * 60)) * datetime.timedelta(seconds=1)
    return ZoneInfo(zone), time, frozenset(weekdays), after


@examples(150)
@given(reminders_near_a_clock_change())
def test_the_next_moment_is_the_one_that_counting_minutes_finds(reminder):
    zone, time, weekdays, after = reminder
    assert get_next_moment(after, time=time, weekdays=weekdays, zone=zone) == oracle(
        after, time, weekdays, zone
    )


@examples(60)
@given(st.sampled_from(JUMPS), st.integers(0, 24 * 60 - 1), st.sets(st.integers(0, 6), min_size=1))
@example(("America/New_York", datetime.date(2026, 3, 8)), 150, {0, 1, 2, 3, 4, 5, 6})
@example(("Australia/Lord_Howe", datetime.date(2026, 4, 5)), 105, {0, 1, 2, 3, 4, 5, 6})
def test_each_chosen_day_around_a_clock_change_is_due_exactly_once(jump, minutes, weekdays):
    name, day = jump
    zone, time = ZoneInfo(name), datetime.time(minutes // 60, minutes % 60)
    moment = datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC) - 8 * DAY
    rung = []
    while (moment := get_next_moment(moment, time=time, weekdays=weekdays, zone=zone)) < (
        datetime.datetime(day.year, day.month, day.day, tzinfo=datetime.UTC) + 8 * DAY
    ):
        rung.append(moment)
        moment += datetime.timedelta(microseconds=1)
    days = [each.astimezone(zone).date() for each in rung]
    assert days == sorted(set(days))
    inner = [day + ahead * DAY for ahead in range(-6, 7) if (day + ahead * DAY).weekday() in weekdays]
    assert set(inner) <= set(days)
    assert {each.weekday() for each in days} <= weekdays


@pytest.mark.parametrize(
    ("zone", "day", "time", "utc"),
    [
        ("America/New_York", (2026, 3, 8), (2, 30), (2026, 3, 8, 7, 0)),  # skipped: the first moment after
        ("America/New_York", (2026, 11, 1), (1, 30), (2026, 11, 1, 5, 30)),  # twice: the first
        ("Europe/Berlin", (2026, 3, 29), (2, 30), (2026, 3, 29, 1, 0)),
        ("Europe/Berlin", (2026, 10, 25), (2, 30), (2026, 10, 25, 0, 30)),
        ("Australia/Lord_Howe", (2026, 10, 4), (2, 15), (2026, 10, 3, 15, 30)),
        ("Australia/Lord_Howe", (2026, 4, 5), (1, 45), (2026, 4, 4, 14, 45)),
        ("America/Havana", (2026, 3, 8), (0, 30), (2026, 3, 8, 5, 0)),  # the day begins at 1:00
        ("Asia/Kolkata", (2026, 3, 8), (2, 30), (2026, 3, 7, 21, 0)),
    ],
)
def test_the_time_shifts_with_daylight_saving_changes(zone, day, time, utc):
    moment = get_moment(datetime.date(*day), datetime.time(*time), ZoneInfo(zone))
    assert moment == datetime.datetime(*utc, tzinfo=datetime.UTC)


def test_the_zones_of_the_property_do_change_their_clocks():
    for name, day in JUMPS:
        noon = datetime.datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(name))
        jumps = noon.utcoffset() != (noon - DAY).utcoffset()
        assert jumps == (name != "Asia/Kolkata"), (name, day)


def test_a_time_stays_the_same_across_both_clock_changes():
    zone = ZoneInfo("Europe/Berlin")
    for first in (datetime.date(2026, 3, 27), datetime.date(2026, 10, 23)):
        moments = [get_moment(first + ahead * DAY, datetime.time(8), zone) for ahead in range(5)]
        assert [moment.astimezone(zone).hour for moment in moments] == [8] * 5
        assert {moment.hour for moment in moments} == {6, 7}


def test_no_day_at_all_is_refused():
    with pytest.raises(ValueError, match="weekday"):
        get_next_moment(
            datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC),
            time=datetime.time(8),
            weekdays=(),
            zone=ZoneInfo("UTC"),
        )
