"""A clinic's availability: its opening hours as text, and the day by which it answers."""

import datetime

import pytest

from clinic.clinics.selectors import get_clinic_availability
from clinic.models import OpeningHours
from tests.factories import NOON, ClinicFactory

FRIDAY_EVENING = datetime.datetime(2026, 3, 6, 23, 30, tzinfo=datetime.UTC)


def open_on(clinic, weekdays, opens=9, closes=17):
    for weekday in weekdays:
        OpeningHours.objects.create(
            clinic=clinic, weekday=weekday, opens_at=datetime.time(opens), closes_at=datetime.time(closes)
        )


@pytest.fixture
def office(db):
    clinic = ClinicFactory()
    open_on(clinic, range(5))
    return clinic


@pytest.mark.parametrize(
    ("now", "answer_by"),
    [
        pytest.param(NOON, datetime.date(2026, 3, 3), id="on Monday: Tuesday"),
        pytest.param(FRIDAY_EVENING, datetime.date(2026, 3, 9), id="on Friday evening: Monday"),
        pytest.param(
            datetime.datetime(2026, 3, 6, 3, 0, tzinfo=datetime.UTC),
            datetime.date(2026, 3, 6),
            id="when it is still Thursday at the clinic: Friday",
        ),
    ],
)
def test_the_answer_comes_by_the_next_open_day(office, now, answer_by):
    assert get_clinic_availability(office, now).answer_by == answer_by


def test_a_clinic_open_one_day_a_week_answers_on_that_day(db):
    clinic = ClinicFactory()
    open_on(clinic, [0])
    assert get_clinic_availability(clinic, NOON).answer_by == datetime.date(2026, 3, 9)


def test_without_opening_hours_nothing_is_promised(db):
    desk = get_clinic_availability(ClinicFactory(), NOON)
    assert desk.answer_by is None
    assert desk.hours == ()


def test_neighbouring_days_with_the_same_hours_share_a_row(db):
    clinic = ClinicFactory()
    open_on(clinic, range(3))
    open_on(clinic, [3, 4], closes=13)
    rows = [(row.days, row.hours) for row in get_clinic_availability(clinic, NOON).hours]
    assert rows == [
        ("Monday to Wednesday", "9:00 AM to 5:00 PM"),
        ("Thursday and Friday", "9:00 AM to 1:00 PM"),
        ("Saturday and Sunday", "closed"),
    ]


def test_a_lunch_break_is_said(db):
    clinic = ClinicFactory()
    open_on(clinic, [0], opens=13, closes=17)
    open_on(clinic, [0], opens=9, closes=12)
    hours = get_clinic_availability(clinic, NOON).hours[0].hours
    assert hours == "9:00 AM to 12:00 PM, 1:00 PM to 5:00 PM"
