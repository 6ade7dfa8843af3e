"""Minutes of opening hours: closed time does not count, also when the clocks change."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.clinics.opening_hours import OpeningWeek
from clinic.models import OpeningHours
from tests.examples import examples

NEW_YORK = ZoneInfo("America/New_York")
MINUTE = datetime.timedelta(minutes=1)


def week_of(*intervals, zone=NEW_YORK):
    """Return a week of (weekday, opens, closes): `week_of((0, "09:00", "17:00"))` is open on Mondays from 9 to 17."""
    rows = [
        OpeningHours(
            weekday=day,
            opens_at=datetime.time.fromisoformat(opens),
            closes_at=datetime.time.fromisoformat(to),
        )
        for day, opens, to in intervals
    ]
    return OpeningWeek.from_rows(zone, rows)


def at(text, zone=NEW_YORK):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(datetime.UTC)


OFFICE = week_of(*[(day, "09:00", "17:00") for day in range(5)])


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        pytest.param("2026-03-02 12:00", 30, "2026-03-02 12:30", id="in the middle of the day"),
        pytest.param("2026-03-02 16:30", 30, "2026-03-02 17:00", id="up to the last minute"),
        pytest.param("2026-03-02 16:50", 30, "2026-03-03 09:20", id="the rest on the next morning"),
        pytest.param("2026-03-02 03:00", 30, "2026-03-02 09:30", id="from before it opens"),
        pytest.param(
            "2026-03-06 16:50", 30, "2026-03-09 09:20", id="over a weekend in which the clock is put on"
        ),
        pytest.param("2026-10-30 16:50", 30, "2026-11-02 09:20", id="over a weekend in which it is put back"),
        pytest.param("2026-03-02 09:00", 8 * 60 + 1, "2026-03-03 09:01", id="longer than a day"),
    ],
)
def test_only_minutes_of_opening_hours_count(start, minutes, end):
    assert OFFICE.after_open_minutes(at(start), minutes) == at(end)


def test_a_clinic_without_hours_counts_by_the_clock():
    assert week_of().after_open_minutes(at("2026-03-07 23:50"), 30) == at("2026-03-08 00:20")


def test_intervals_that_touch_or_overlap_count_once():
    touching = week_of((0, "09:00", "12:00"), (0, "12:00", "17:00"))
    overlapping = week_of((0, "09:00", "13:00"), (0, "12:00", "17:00"))
    for week in (touching, overlapping):
        assert week.after_open_minutes(at("2026-03-02 11:50"), 90) == at("2026-03-02 13:20")


def test_an_hour_that_the_clock_skips_does_not_count_as_opening_hour():
    """On 8 March 2026 New York's clock goes from 1:59 to 3:00."""
    night = week_of((6, "02:15", "02:45"), (0, "09:00", "17:00"))
    assert night.after_open_minutes(at("2026-03-07 12:00"), 10) == at("2026-03-09 09:10")


def test_an_hour_that_the_clock_shows_twice_is_open_twice():
    """On 1 November 2026 it goes from 1:59 back to 1:00."""
    night = week_of((6, "00:00", "04:00"))
    start = at("2026-11-01 00:30")
    assert night.after_open_minutes(start, 180) == start + datetime.timedelta(hours=3)


times = st.tuples(st.integers(3, 22), st.sampled_from(["00", "30"])).map(lambda at: f"{at[0]:02}:{at[1]}")
intervals = st.tuples(st.integers(0, 6), times, times).filter(lambda row: row[1] < row[2])
weeks = st.builds(
    lambda rows, zone: week_of(*rows, zone=ZoneInfo(zone)),
    st.lists(intervals, min_size=1, max_size=4),
    st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Phoenix"]),
)
moments = st.builds(
    lambda day, minute: at(day) + minute * MINUTE,
    st.sampled_from(["2026-03-05 00:00", "2026-03-26 00:00", "2026-10-01 00:00", "2026-10-29 00:00"]),
    st.integers(0, 4 * 24 * 60),
)
amounts = st.integers(1, 300)


@examples(60)
@given(week=weeks, start=moments, minutes=amounts)
def test_it_ends_where_counting_minute_by_minute_ends(week, start, minutes):
    walked, left = start, minutes
    while left:
        left -= week.is_open(walked)
        walked += MINUTE
    assert week.after_open_minutes(start, minutes) == walked


@given(week=weeks, start=moments, first=amounts, more=amounts)
def test_two_waits_in_a_row_equal_one_long_wait(week, start, first, more):
    between = week.after_open_minutes(start, first)
    assert week.after_open_minutes(between, more) == week.after_open_minutes(start, first + more)


@given(week=weeks, start=moments, later=st.integers(0, 5000), minutes=amounts)
def test_a_later_start_never_ends_earlier(week, start, later, minutes):
    begun_later = week.after_open_minutes(start + later * MINUTE, minutes)
    assert week.after_open_minutes(start, minutes) <= begun_later


@pytest.mark.parametrize(
    ("start", "end"),
    [
        pytest.param("2026-03-02 12:00", "2026-03-03 12:00", id="the same time of the next day"),
        pytest.param(
            "2026-03-06 12:00", "2026-03-09 12:00", id="over a weekend in which the clock is put on"
        ),
        pytest.param("2026-10-30 12:00", "2026-11-02 12:00", id="over a weekend in which it is put back"),
        pytest.param("2026-03-02 03:00", "2026-03-03 09:00", id="from the opening, before it opens"),
        pytest.param("2026-03-02 17:00", "2026-03-04 09:00", id="from the next opening, after it has closed"),
        pytest.param("2026-03-07 12:00", "2026-03-10 09:00", id="from Monday, at the weekend"),
    ],
)
def test_a_working_day_ends_at_the_same_time_of_the_next_open_day(start, end):
    assert OFFICE.after_a_working_day(at(start)) == at(end)


def test_a_working_day_of_three_hours_is_one_working_day():
    mornings = week_of(*[(day, "09:00", "12:00") for day in range(5)])
    assert mornings.after_a_working_day(at("2026-03-05 09:00")) == at("2026-03-06 09:00")


def test_a_clinic_that_is_open_once_a_week_has_its_next_working_day_in_a_week():
    thursdays = week_of((3, "09:00", "12:00"))
    assert thursdays.after_a_working_day(at("2026-03-05 10:00")) == at("2026-03-12 10:00")


def test_a_clinic_without_hours_has_a_working_day_every_day():
    assert week_of().after_a_working_day(at("2026-03-07 23:50")) == at("2026-03-08 23:50")
