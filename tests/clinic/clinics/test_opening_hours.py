"""Opening hours in the clinic's time zone, and their description as text."""

import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.clinics.opening_hours import OpeningInterval, OpeningWeek, get_opening_status
from clinic.models import OpeningHours
from tests.factories import ClinicFactory

NEW_YORK = ZoneInfo("America/New_York")
HALF_AN_HOUR = datetime.timedelta(minutes=30)


def week_of(*days, zone=NEW_YORK):
    """Return a week of (weekday, opens, closes): `week_of((0, 9, 17))` is open on Mondays from 9 to 17."""
    rows = [
        OpeningHours(weekday=day, opens_at=datetime.time(opens), closes_at=datetime.time(closes))
        for day, opens, closes in days
    ]
    return OpeningWeek.from_rows(zone, rows)


def at(text, zone=NEW_YORK):
    """Return a moment in the clinic's time zone: `at("2026-03-02 12:00")`."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(datetime.UTC)


OFFICE = week_of(*[(day, 9, 17) for day in range(5)])


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        pytest.param("2026-03-02 08:59", False, id="a minute before it opens"),
        pytest.param("2026-03-02 09:00", True, id="as it opens"),
        pytest.param("2026-03-02 16:59", True, id="a minute before it closes"),
        pytest.param("2026-03-02 17:00", False, id="as it closes"),
        pytest.param("2026-03-07 12:00", False, id="on a Saturday"),
    ],
)
def test_a_clinic_is_open_from_its_first_minute_up_to_its_last(now, is_open):
    assert OFFICE.is_open(at(now)) is is_open


def test_it_closes_for_lunch():
    week = week_of((0, 9, 12), (0, 13, 17))
    assert not week.is_open(at("2026-03-02 12:30"))
    assert week.next_opening(at("2026-03-02 12:30")) == at("2026-03-02 13:00")


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        pytest.param("2026-03-02 07:00", "2026-03-02 09:00", id="later the same day"),
        pytest.param("2026-03-02 18:00", "2026-03-03 09:00", id="the next morning"),
        pytest.param("2026-03-06 18:00", "2026-03-09 09:00", id="after the weekend, with an hour lost in it"),
        pytest.param("2026-10-30 18:00", "2026-11-02 09:00", id="after the weekend, with an hour won in it"),
    ],
)
def test_it_opens_again_at_the_hour_in_the_clinics_time_zone(now, opens):
    assert OFFICE.next_opening(at(now)) == at(opens)


def test_a_clinic_open_once_a_week_opens_again_in_a_week():
    assert week_of((0, 9, 10)).next_opening(at("2026-03-02 09:00")) == at("2026-03-09 09:00")


def test_without_hours_it_is_never_open_and_nothing_is_said():
    week = week_of()
    assert not week.is_known
    assert not week.is_open(at("2026-03-02 12:00"))
    assert week.next_opening(at("2026-03-02 12:00")) is None
    assert week.describe() == week.describe(closed_days=False) == ()


def test_both_hours_that_the_clock_shows_twice_are_open_hours():
    """On 1 November 2026 the clock in New York goes from 1:59 back to 1:00."""
    week = week_of((6, 1, 2))
    first, second = at("2026-11-01 01:30"), at("2026-11-01 01:30") + datetime.timedelta(hours=1)
    assert second.astimezone(NEW_YORK).time() == datetime.time(1, 30)
    assert week.is_open(first)
    assert week.is_open(second)


@given(
    opens=st.integers(3, 21),
    hours=st.integers(1, 2),
    weekday=st.integers(0, 6),
    zone=st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Phoenix"]),
    start=st.sampled_from(["2026-03-05 00:00", "2026-03-26 00:00", "2026-10-01 00:00", "2026-10-29 00:00"]),
    halves=st.integers(0, 6 * 24 * 2),
)
def test_the_next_opening_is_the_first_half_hour_that_is_open_again(
    opens, hours, weekday, zone, start, halves
):
    """Compares with a walk through all half hours, over every change of the clock."""
    where = ZoneInfo(zone)
    week = week_of((weekday, opens, opens + hours), zone=where)
    now = at(start, where) + halves * HALF_AN_HOUR
    walked, was_open = now, week.is_open(now)
    while True:
        walked += HALF_AN_HOUR
        local = walked.astimezone(where)
        is_open = local.weekday() == weekday and opens <= local.hour < opens + hours
        assert week.is_open(walked) is is_open
        if is_open and not was_open:
            break
        was_open = is_open
    assert week.next_opening(now) == walked


def test_open_days_are_named_without_the_closed_ones(db):
    clinic = ClinicFactory()
    for day in (0, 1, 2, 4):
        OpeningHours.objects.create(
            clinic=clinic, weekday=day, opens_at=datetime.time(9), closes_at=datetime.time(17)
        )
    week = OpeningWeek.of(clinic)
    assert week.on(datetime.date(2026, 3, 2)) == (OpeningInterval(datetime.time(9), datetime.time(17)),)
    assert [(row.days, row.hours) for row in week.describe(closed_days=False)] == [
        ("Monday to Wednesday", "9:00 AM to 5:00 PM"),
        ("Friday", "9:00 AM to 5:00 PM"),
    ]


@pytest.mark.parametrize(
    ("now", "is_open", "opens"),
    [
        pytest.param("2026-03-02 12:00", True, None, id="while it is open"),
        pytest.param("2026-03-02 08:00", False, "at 9:00 AM today", id="early"),
        pytest.param("2026-03-02 18:00", False, "at 9:00 AM tomorrow", id="in the evening"),
        pytest.param("2026-03-06 18:00", False, "at 9:00 AM on Monday", id="on Friday evening"),
    ],
)
def test_the_next_opening_is_shown_as_text(db, now, is_open, opens):
    clinic = ClinicFactory()
    for day in range(5):
        OpeningHours.objects.create(
            clinic=clinic, weekday=day, opens_at=datetime.time(9), closes_at=datetime.time(17)
        )
    told = get_opening_status(clinic, at(now))
    assert (told.is_open, told.opens) == (is_open, opens)


def test_without_hours_no_opening_is_announced(db):
    told = get_opening_status(ClinicFactory(), at("2026-03-02 12:00"))
    assert (told.hours, told.is_open, told.opens) == ((), False, None)
