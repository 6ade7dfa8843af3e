"""The return to exercise on the patient's pages, on paper and for the team: smaller doses and more support for a time.

The numbers are written by hand from the clinical rules, "Return to exercise".
"""

import datetime
from html import unescape

import pytest
from django.urls import reverse
from django.utils.html import strip_tags

from exercises.models import Position, Support
from patients.models import ReportPlace
from patients.sessions.offline.snapshot import get_snapshot
from patients.sessions.selectors.session_progress import gentler_step, get_session_progress, list_sessions
from patients.sessions.selectors.today import get_today
from patients.sessions.services.reports import save_report
from tests.factories import (
    MONDAY,
    NOON,
    ExerciseFactory,
)
from tests.patients.safety.return_plan import (
    ARMS,
    BIKE,
    DAY,
    HALF,
    HALF_AND_HELD,
    HELD,
    LEG,
    POOL,
    TWO_THIRDS_AND_HELD,
    WALK,
    WHOLE,
    as_told,
    asked,
    did,
    of_feet,
    plan_of,
)
from tests.patients.session_steps import get_ready, open_session, text, url
from tests.patients.sessions.offline.offline_steps import make_own

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(five_exercises):
    return five_exercises


class TestTheDay:
    def test_without_a_report_it_is_the_plan(self, patient, version):
        did(version, -1)
        assert asked(patient) == WHOLE

    def test_after_a_fall_it_is_half_with_more_support_for_a_week(self, patient, version, ended):
        ended("standing", "fell", "flag_kept")
        did(version, -1)
        assert asked(patient, 0) == asked(patient, 6) == HALF_AND_HELD
        assert asked(patient, 7) == WHOLE

    def test_after_a_near_fall_it_is_the_plan_with_more_support_for_two_weeks(self, patient, version):
        did(version, 0, near_fall=True)
        did(version, 10)
        assert asked(patient, 1) == asked(patient, 13) == HELD
        assert asked(patient, 14) == WHOLE

    def test_after_an_illness_it_is_half_for_two_sessions(self, patient, version, ended):
        ended("ill", "ill", ends_at=NOON - 7 * datetime.timedelta(hours=1))
        did(version, -2)
        assert asked(patient) == HALF
        did(version, 0)
        assert asked(patient, 1) == HALF
        did(version, 1)
        assert asked(patient, 2) == WHOLE

    def test_after_a_doctor_has_cleared_chest_pain_it_is_half_for_two_sessions(self, patient, version, ended):
        ended("all", "chest", "cleared", start_on=MONDAY)
        did(version, -2)
        assert asked(patient) == HALF
        did(version, 0, 1)
        assert asked(patient, 2) == WHOLE

    def test_after_a_break_it_is_two_thirds_with_more_support_for_a_week(self, patient, version):
        did(version, -14)
        assert asked(patient, -1) == WHOLE
        assert asked(patient, 0) == TWO_THIRDS_AND_HELD
        did(version, 0)
        assert asked(patient, 6) == TWO_THIRDS_AND_HELD
        assert asked(patient, 7) == WHOLE

    @pytest.mark.parametrize(
        ("kind", "question", "outcome"),
        [
            ("feet", "new_sore", "healed"),
            ("foot_rest", "hot_foot", "healed"),
            ("foot_rest", "hot_foot", "infection"),
        ],
    )
    def test_after_a_sore_or_a_hot_foot_what_loads_the_feet_comes_back_in_fifths(
        self, patient, version, ended, kind, question, outcome
    ):
        ended(kind, question, outcome, start_on=MONDAY, cause="Erysipelas" if outcome == "infection" else "")
        did(version, *range(-1, 84, 6))
        assert asked(patient, 0) == asked(patient, 6) == of_feet("6 minutes.", "1–2 times.", "4 minutes.")
        assert asked(patient, 7) == of_feet("12 minutes.", "3–4 times.", "8 minutes.")
        assert asked(patient, 14) == of_feet("18 minutes.", "4–7 times.", "12 minutes.")
        assert asked(patient, 21) == of_feet("24 minutes.", "6–9 times.", "16 minutes.")
        assert asked(patient, 28) == of_feet("30 minutes.", "8–12 times.", "20 minutes.")
        assert POOL not in asked(patient, 83)
        assert asked(patient, 84) == WHOLE

    def test_after_a_foot_that_was_not_hot_it_is_the_plan(self, patient, version, ended):
        ended("foot_rest", "hot_foot", "not_found")
        did(version, -1)
        assert asked(patient) == WHOLE

    def test_of_two_rules_the_smaller_share_counts_and_one_rung_more_in_all(self, patient, version, ended):
        ended("standing", "fell", "flag_kept")
        ended("feet", "new_sore", "healed", start_on=MONDAY - 7 * DAY)
        did(version, -1, near_fall=True)
        assert asked(patient) == {
            ARMS: ("5 times.", "none"),
            WALK: ("12 minutes.", "fingertips"),
            LEG: ("3–4 times.", "one_hand"),
            BIKE: ("8 minutes.", "fingertips"),
        }

    def test_the_pool_is_replaced_by_its_gentler_exercise_with_no_more_work_than_is_left_of_it(
        self, patient, version, ended
    ):
        pool = version.items.get(exercise__name=POOL).exercise
        pool.easier = ExerciseFactory(name="Side reach", position=Position.SEATED, support=Support.NONE)
        pool.save()
        ended("feet", "new_sore", "healed", start_on=MONDAY)
        did(version, -1)
        today = get_today(patient, NOON)
        assert as_told(today.substitutes) == {"Side reach": ("2–3 times.", "none")}
        assert POOL in {row.name for row in today.plan.suspended}

    def test_a_plan_of_the_pool_alone_says_that_nothing_is_left(self, patient, ended):
        version = plan_of(patient, POOL)
        ended("feet", "new_sore", "healed", start_on=MONDAY)
        did(version, -1)
        assert get_today(patient, NOON).state == "on_hold"
        assert get_today(patient, NOON + 84 * DAY).state != "on_hold"


def test_exercises_of_later_weeks_keep_the_dose_that_they_will_have(patient, ended):
    version = plan_of(patient, ARMS, LEG, from_week_12=[LEG])
    ended("standing", "fell", "flag_kept")
    did(version, -1)
    plan = get_today(patient, NOON).plan
    assert as_told(plan.now) == {ARMS: HALF_AND_HELD[ARMS]}
    assert as_told(plan.later) == {LEG: WHOLE[LEG]}


class TestEveryPlace:
    """The fall of a week ago asks for half, held with one rung more, wherever the exercise is shown."""

    @pytest.fixture
    def leg(self, version, ended):
        ended("standing", "fell", "flag_kept")
        did(version, -1)
        return version.items.get(exercise__name=LEG)

    @pytest.fixture
    def session(self, phone, version, leg):
        session = open_session(version, started_at=NOON, on_date=MONDAY)
        get_ready(phone, session)
        return session

    def test_the_session_asks_for_it_and_for_no_more_of_what_is_gentler(self, patient, session, leg):
        steps = get_session_progress(list_sessions(patient, NOON).get(pk=session.pk), NOON).steps
        assert as_told(step.exercise for step in steps) == HALF_AND_HELD
        (step,) = (step for step in steps if step.item == leg)
        assert as_told([gentler_step(step).exercise]) == {ARMS: ("4 times.", "none")}
        assert step.gentler_sentence == "4 times."
        assert step.line.shorter_sentence == "2 times."
        assert step.more_support == ["two_hands"]

    def test_the_page_of_the_step_says_shows_and_counts_it(self, phone, session, leg):
        page = text(phone.get(url("step", session, leg)))
        assert "4–6 times" in page
        assert "8–12 times" not in page
        assert "Hold on with one hand" in page
        assert "Fingertips" not in page

    def test_the_list_of_the_plan_and_the_exercise_say_it(self, phone, leg):
        for address in ("/my/plan/", reverse("my:exercise", args=[leg.pk])):
            page = " ".join(strip_tags(unescape(text(phone.get(address)))).split())
            assert "4–6 times" in page, address
            assert "8–12 times" not in page, address
        assert "After the fall: half as much for now" in text(phone.get("/my/plan/"))

    def test_the_phone_without_a_connection_has_it(self, patient, phone, leg):
        snapshot = get_snapshot(patient, patient.user, NOON)
        assert as_told(each.step.exercise for each in snapshot.steps) == HALF_AND_HELD
        make_own(phone)
        assert "8–12 times" not in text(phone.get("/my/offline/"))

    def test_the_pool_is_not_in_the_copy_of_the_phone(self, patient, version, leg, ended):
        ended("feet", "new_sore", "healed", start_on=MONDAY)
        snapshot = get_snapshot(patient, patient.user, NOON)
        assert POOL not in {each.step.exercise.name for each in snapshot.steps}

    def test_a_near_fall_told_meanwhile_asks_for_more_support_in_the_rest_of_the_session(
        self, patient, version
    ):
        session = open_session(version, started_at=NOON, on_date=MONDAY)
        save_report(
            patient=patient, place=ReportPlace.STOP, answers={"near_fall": True}, by=patient.user, now=NOON
        )
        steps = get_session_progress(list_sessions(patient, NOON).get(pk=session.pk), NOON).steps
        assert as_told(step.exercise for step in steps) == HELD

    def test_the_words_say_for_how_long(self, phone, leg):
        page = unescape(text(phone.get("/my/")))
        assert "After the fall: half as much for now, and hold on more. Until March 8." in page
