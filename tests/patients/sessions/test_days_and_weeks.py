"""Tests of exercises with weekdays and weeks of their own: the days on which they are scheduled."""

import datetime

import pytest
from django.urls import reverse

from clinic.models import Weekday
from patients.plans.content import PlanContent
from patients.plans.lines import PlanLine
from patients.plans.services.drafts import publish_plan, save_draft
from patients.plans.services.plans import start_plan
from patients.sessions.selectors.session_progress import get_session_progress, list_sessions
from patients.sessions.selectors.today import TodayState, get_today
from patients.sessions.selectors.versions import get_next_planned_date
from patients.sessions.services.sessions import start_session
from patients.summaries.adherence import Schedule, planned_days
from tests.factories import MONDAY, NOON, ExerciseFactory, clinician

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
WEEK = datetime.timedelta(weeks=1)
MON, WED, FRI = Weekday.MONDAY.value, Weekday.WEDNESDAY.value, Weekday.FRIDAY.value


@pytest.fixture
def give(patient):
    """Return a function `give(("Name", line fields), …, **content)` that publishes these lines from MONDAY on."""

    def published(*lines, weekdays=(MON, WED, FRI), weeks=4):
        by = clinician(patient.clinic)
        plan = start_plan(patient=patient, by=by, now=NOON)
        content = PlanContent(
            start_date=MONDAY,
            weeks=weeks,
            weekdays=weekdays,
            lines=tuple(_line(name, fields) for name, fields in lines),
        )
        save_draft(plan=plan, content=content, edit_number=1, by=by, now=NOON)
        return publish_plan(plan=plan, number=1, edit_number=2, change_note="", by=by, now=NOON)

    known = {}

    def _line(name, fields):
        exercise = known.setdefault(name, ExerciseFactory(name=name, reps_min=10, days_min=3))
        plain = PlanLine.suggested(exercise)
        return PlanLine(plain.exercise_id, plain.dose, plain.support, **fields)

    return published


def asked(patient, ahead):
    """Return the names of the exercises scheduled so many days after MONDAY."""
    return [row.name for row in get_today(patient, NOON + ahead * DAY).exercises]


class TestScheduledExercises:
    def test_each_day_has_the_exercises_planned_on_it(self, patient, give):
        give(("Heel raise", {"weekdays": (MON,)}), ("Walk", {}), ("Calf stretch", {"weekdays": (WED, FRI)}))
        assert asked(patient, 0) == ["Heel raise", "Walk"]
        assert asked(patient, 2) == ["Walk", "Calf stretch"]

    def test_each_week_has_the_exercises_of_its_phase(self, patient, give):
        give(("Heel raise", {"last_week": 2}), ("Step up", {"first_week": 3}))
        assert asked(patient, 7) == ["Heel raise"]
        assert asked(patient, 14) == ["Step up"]

    def test_a_day_of_the_plan_without_an_exercise_is_a_rest_day(self, patient, give):
        version = give(("Heel raise", {"weekdays": (MON, FRI)}))
        wednesday = get_today(patient, NOON + 2 * DAY)
        assert wednesday.state == TodayState.REST_DAY
        assert wednesday.next_date == MONDAY + 4 * DAY
        assert wednesday.can_start
        assert not version.is_planned_on(MONDAY + 2 * DAY)

    def test_a_rest_day_offers_the_exercises_of_its_week(self, patient, give):
        give(("Heel raise", {"weekdays": (MON,), "last_week": 2}), ("Step up", {"first_week": 3}))
        assert asked(patient, 1) == ["Heel raise"]

    def test_a_week_without_exercises_offers_none_and_names_the_next_day(self, patient, give):
        give(("Heel raise", {"last_week": 1}), ("Step up", {"first_week": 4}))
        second_week = get_today(patient, NOON + 8 * DAY)
        assert second_week.state == TodayState.REST_DAY
        assert not second_week.can_start
        assert second_week.next_date == MONDAY + 3 * WEEK

    def test_before_the_plan_begins_its_first_day_is_shown(self, patient, give):
        give(("Heel raise", {"weekdays": (WED,)}), ("Walk", {"weekdays": (MON,)}), weekdays=(MON, WED))
        assert asked(patient, -1) == ["Walk"]

    def test_a_session_has_the_exercises_of_its_day(self, patient, give):
        give(("Heel raise", {"weekdays": (MON,)}), ("Calf stretch", {"weekdays": (WED,)}))
        start_session(patient=patient, by=patient.user, now=NOON + 2 * DAY)
        assert [
            step.exercise.name
            for step in get_session_progress(list_sessions(patient, NOON).get(), NOON).steps
        ] == ["Calf stretch"]


class TestPlannedDays:
    def test_only_days_with_an_exercise_are_planned_days(self, patient, give):
        version = give(("Heel raise", {"weekdays": (MON,), "last_week": 1}), ("Walk", {"first_week": 2}))
        schedule = Schedule.of(version, patient.zone)
        days = planned_days([schedule], [], first=MONDAY, last=MONDAY + 9 * DAY)
        assert sorted(days) == [MONDAY, MONDAY + 7 * DAY, MONDAY + 9 * DAY]

    def test_the_next_planned_date_may_be_weeks_away(self, patient, give):
        version = give(("Heel raise", {"last_week": 1}), ("Walk", {"first_week": 4}))
        assert get_next_planned_date(version, after=MONDAY + 4 * DAY) == MONDAY + 3 * WEEK

    def test_no_day_is_planned_after_the_last_phase(self, patient, give):
        version = give(("Heel raise", {"last_week": 1}))
        assert get_next_planned_date(version, after=MONDAY + 4 * DAY) is None


class TestPlanPage:
    @pytest.fixture
    def plan_page(self, phone, patient, give):
        give(
            ("Heel raise", {"weekdays": (MON, FRI), "last_week": 2, "side": "left"}),
            ("Walk", {}),
            ("Step up", {"first_week": 3}),
        )
        return lambda: " ".join(phone.get(reverse("my:plan")).text.split())

    def test_the_plan_names_days_and_weeks_in_plain_words(self, plan_page):
        page = plan_page()
        assert "On Monday and Friday. In weeks 1 to 2." in page
        assert "10–15 times on your left side only" in page
        assert "Later in your plan" in page
        assert "From week 3 on." in page

    def test_no_dose_contradicts_the_days_of_the_plan(self, plan_page):
        assert "days a week" not in plan_page()

    def test_past_weeks_have_a_section_of_their_own(self, plan_page, phone, patient, clock):
        assert "Behind you" not in plan_page()
        clock.move_to(NOON + 2 * WEEK, tick=False)
        phone.force_login(patient.user)
        assert "Behind you" in plan_page()

    def test_an_exercise_shows_its_own_days_or_else_those_of_the_plan(self, phone, patient, give):
        version = give(("Heel raise", {"weekdays": (FRI,)}), ("Walk", {}))
        pages = [phone.get(reverse("my:exercise", args=[item.pk])).text for item in version.items.in_order()]
        assert "On Friday." in pages[0]
        assert "On Monday, Wednesday and Friday." in pages[1]
