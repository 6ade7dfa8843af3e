"""Tests of the order of today's page: the next step, what is new, the week, the note and the exercises."""

import datetime

import pytest

from exercises.models import Position
from patients.sessions.selectors.today import TodayState, get_today
from tests.factories import (
    MONDAY,
    NOON,
    ExerciseFactory,
    ExerciseHoldFactory,
    MessageFactory,
    published_plan,
)
from tests.factories_of_screenings import asked_screening
from tests.patients.session_steps import text

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def standing(**fields):
    return ExerciseFactory(position=Position.STANDING, **fields)


def seated(**fields):
    return ExerciseFactory(position=Position.SEATED, **fields)


def page(phone):
    return phone.get("/my/").content.decode()


class TestOrder:
    """The next step comes first, then what is new in one line each, then the rest of the day."""

    @pytest.fixture
    def version(self, patient):
        first = published_plan(patient, [standing(name="Calf raise")])
        exercises = [seated(name="Arm raise"), standing(name="Calf raise")]
        return published_plan(plan=first.plan, number=2, exercises=exercises, note="Slow is good.")

    def assert_in_order(self, shown, *parts):
        places = [shown.index(part) for part in parts]
        assert places == sorted(places)

    def test_start_stands_above_every_notice(self, patient, phone, version):
        ExerciseHoldFactory(patient=patient, kind="standing", question="fell", on_date=MONDAY - DAY)
        MessageFactory(patient=patient, is_from_patient=False)
        asked_screening(patient)
        self.assert_in_order(
            page(phone),
            'class="greeting-date">Monday, March 2<',
            ">Start</button>",
            "<h2>Sitting exercises only</h2>",
            "Your plan has changed",
            "Your clinic has some questions first",
            "1 new message from your clinic",
            'id="week-title"',
            "Slow is good.",
            "What you will do",
            ">Not today</a>",
        )

    def test_each_notice_is_closed_until_it_is_opened(self, patient, phone, version):
        ExerciseHoldFactory(patient=patient, kind="standing", question="fell", on_date=MONDAY - DAY)
        assert page(phone).count('<details class="notice-row') == 2
        assert "<details open" not in page(phone)

    def test_the_note_has_the_name_of_the_clinician_who_published_it(self, phone, version):
        for address in ("/my/", "/my/plan/"):
            assert f"Note from {version.published_by.name}</strong>" in text(phone.get(address))

    def test_a_hold_on_everything_comes_before_the_notices(self, patient, phone, version):
        ExerciseHoldFactory(patient=patient, kind="all", question="fell")
        self.assert_in_order(
            page(phone), "<h1>No exercises until the clinic says so</h1>", "Your plan has changed"
        )

    def test_the_reason_for_a_day_without_exercises_is_not_folded_away(self, patient, phone):
        published_plan(patient, [standing()])
        ExerciseHoldFactory(patient=patient)
        assert get_today(patient, NOON).state == TodayState.ON_HOLD
        assert '<details class="notice-row' not in page(phone)
        assert "Told on" in page(phone)
