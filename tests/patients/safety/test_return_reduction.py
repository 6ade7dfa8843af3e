"""The return to exercise on the patient's pages, on paper and for the team: smaller doses and more support for a time.

The numbers are written by hand from the clinical rules, "Return to exercise".
"""

import datetime
import re
from html import unescape

import pytest
from django.urls import reverse

from exercises.models import Position, Support
from patients.documents.handout import handout, handout_html
from patients.models import PlanState, ReportPlace
from patients.plans.prescription import content_of
from patients.plans.services.drafts import create_next_version
from patients.sessions.offline.snapshot import get_snapshot
from patients.sessions.selectors.session_progress import gentler_step, get_session_progress, list_sessions
from patients.sessions.selectors.today import get_today
from patients.sessions.services.reports import save_report
from tests.factories import (
    MONDAY,
    NOON,
    ExerciseFactory,
    ExerciseSessionFactory,
    PlanFactory,
    PlanItemFactory,
    PlanVersionFactory,
    clinician,
)
from tests.patients.session_steps import get_ready, open_session, text, url
from tests.patients.sessions.offline.offline_steps import make_own

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
ARMS, WALK, LEG, POOL, BIKE = "Arm swing", "Walking", "Leg raise", "Pool walking", "Bike"


#: Fields of each exercise; those that begin with the dose are the plan's too.
EXERCISES = {
    ARMS: {"position": Position.SEATED, "demands": [], "support": Support.NONE},
    WALK: {"demands": ["weight_bearing", "walking", "aerobic"], "support": Support.NONE},
    LEG: {"demands": ["weight_bearing", "single_leg"], "support": Support.FINGERTIPS},
    POOL: {
        "position": Position.WATER,
        "demands": ["aerobic", "immersion", "standing", "walking"],
        "support": Support.ONE_HAND,
    },
    BIKE: {
        "position": Position.SEATED,
        "demands": ["aerobic", "foot_pressure", "single_leg"],
        "support": Support.NONE,
    },
}
NO_TIMES = {"sets": None, "reps_min": None, "reps_max": None}
DOSES = {
    ARMS: {"reps_min": 10, "reps_max": None},
    WALK: {**NO_TIMES, "minutes_min": 30},
    LEG: {"reps_min": 8, "reps_max": 12},
    POOL: {"reps_min": 10, "reps_max": 15},
    BIKE: {**NO_TIMES, "minutes_min": 20},
}


def plan_of(patient, *names):
    """Return a published plan of these exercises since 60 days. The arms are gentler than the leg raise."""
    exercises = {name: ExerciseFactory(name=name, **EXERCISES[name], **DOSES[name]) for name in names}
    if {LEG, ARMS} <= set(names):
        exercises[LEG].easier = exercises[ARMS]
        exercises[LEG].save()
    begins = MONDAY - 60 * DAY
    version = PlanVersionFactory(
        plan=PlanFactory(patient=patient, state=PlanState.ACTIVE), start_date=begins, weeks=40
    )
    for order, (name, exercise) in enumerate(exercises.items(), start=1):
        PlanItemFactory(
            version=version,
            exercise=exercise,
            order=order,
            support=exercise.support,
            content=content_of(exercise),
            **DOSES[name],
        )
    version.published_at, version.published_by = NOON, clinician(patient.clinic)
    version.save()
    return version


@pytest.fixture
def version(patient):
    return plan_of(patient, *EXERCISES)


def did(version, *days, **answers):
    for day in days:
        at = NOON + day * DAY
        ExerciseSessionFactory(version=version, on_date=MONDAY + day * DAY, started_at=at, **answers)


def as_told(rows):
    """Return the dose and the support of each exercise by its name."""
    return {row.name: (row.line.session_sentence, str(row.line.support)) for row in rows}


def asked(patient, day=0):
    return as_told(get_today(patient, NOON + day * DAY).exercises)


WHOLE = {
    ARMS: ("10 times.", "none"),
    WALK: ("30 minutes.", "none"),
    LEG: ("8–12 times.", "fingertips"),
    POOL: ("10–15 times.", "one_hand"),
    BIKE: ("20 minutes.", "none"),
}
HALF_AND_HELD = {
    ARMS: ("5 times.", "none"),
    WALK: ("15 minutes.", "fingertips"),
    LEG: ("4–6 times.", "one_hand"),
    POOL: ("5–7 times.", "two_hands"),
    BIKE: ("10 minutes.", "fingertips"),
}
HALF = {name: (dose, WHOLE[name][1]) for name, (dose, _support) in HALF_AND_HELD.items()}
HELD = {name: (WHOLE[name][0], support) for name, (_dose, support) in HALF_AND_HELD.items()}
TWO_THIRDS_AND_HELD = HELD | {
    ARMS: ("6 times.", "none"),
    WALK: ("20 minutes.", "fingertips"),
    LEG: ("5–8 times.", "one_hand"),
    POOL: ("6–10 times.", "two_hands"),
    BIKE: ("13 minutes.", "fingertips"),
}


def of_feet(walk, leg, bike):
    """Return the exercises after a healed sore: all but the arms load the feet, and there is no pool."""
    return {
        ARMS: WHOLE[ARMS],
        WALK: (walk, "none"),
        LEG: (leg, "fingertips"),
        BIKE: (bike, "none"),
    }


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

    def test_the_pool_is_replaced_by_its_gentler_exercise_with_its_own_dose(self, patient, version, ended):
        pool = version.items.get(exercise__name=POOL).exercise
        pool.easier = ExerciseFactory(name="Side reach", position=Position.SEATED, support=Support.NONE)
        pool.save()
        ended("feet", "new_sore", "healed", start_on=MONDAY)
        did(version, -1)
        today = get_today(patient, NOON)
        assert as_told(today.substitutes) == {"Side reach": ("10–15 times.", "none")}
        assert POOL in {row.name for row in today.plan.suspended}

    def test_a_plan_of_the_pool_alone_says_that_nothing_is_left(self, patient, ended):
        version = plan_of(patient, POOL)
        ended("feet", "new_sore", "healed", start_on=MONDAY)
        did(version, -1)
        assert get_today(patient, NOON).state == "on_hold"
        assert get_today(patient, NOON + 84 * DAY).state != "on_hold"


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

    def test_the_session_asks_for_it_and_for_as_much_of_what_is_gentler(self, patient, session, leg):
        steps = get_session_progress(list_sessions(patient, NOON).get(pk=session.pk), NOON).steps
        assert as_told(step.exercise for step in steps) == HALF_AND_HELD
        (step,) = (step for step in steps if step.item == leg)
        assert as_told([gentler_step(step).exercise]) == {ARMS: HALF_AND_HELD[ARMS]}
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
            page = " ".join(unescape(text(phone.get(address))).split())
            assert "4–6 times" in page, address
            assert "8–12 times" not in page, address

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
        assert "After the fall: half as much for now, and hold on more. Until 8 March." in page


def printed(version, day=0):
    sheet = handout(version, version.plan.patient, now=NOON + day * DAY)
    page = unescape(handout_html(sheet, paper="letter"))
    leg = page.partition(LEG)[2].partition("</section>")[0]
    return page, [
        " ".join(each.split()) for each in re.findall(r"<li>(.*?)</li>", leg.partition('"later"')[2])
    ]


class TestPaper:
    def test_the_handout_of_an_unhurt_patient_has_one_dose(self, version):
        did(version, -1)
        page, later = printed(version)
        assert "8–12 times" in page
        assert 'class="later"' not in page
        assert later == []

    def test_after_a_fall_it_prints_the_dose_for_now_and_that_of_the_plan_from_its_day_on(
        self, version, ended
    ):
        ended("standing", "fell", "flag_kept")
        did(version, -1)
        page, later = printed(version)
        assert "After the fall: half as much for now, and hold on more. Until 8 March." in page
        assert '<p class="dose">4–6 times.</p>' in page
        assert later[0] == "From 9 March on: 8–12 times. Fingertips on the support."

    def test_after_a_sore_it_prints_each_week_and_leaves_the_pool_out(self, version, ended):
        ended("feet", "new_sore", "healed", start_on=MONDAY)
        did(version, -1)
        page, later = printed(version)
        assert later[:4] == [
            "From 9 March on: 3–4 times.",
            "From 16 March on: 4–7 times.",
            "From 23 March on: 6–9 times.",
            "From 30 March on: 8–12 times.",
        ]
        assert "Leave this one out for now" in page.partition(POOL)[2].partition("</section>")[0]

    def test_after_an_illness_it_prints_the_rest_without_a_day(self, version, ended):
        ended("ill", "ill", ends_at=NOON - 7 * datetime.timedelta(hours=1))
        did(version, -1)
        assert printed(version)[1][0] == "After that: 8–12 times."


class TestTheTeam:
    def shown(self, client, name, pk):
        return " ".join(unescape(text(client.get(reverse(name, args=[pk])))).split())

    def test_the_page_of_the_patient_says_what_is_left_out_why_and_until_when(
        self, patient, version, ended, dana, signed_in
    ):
        client = signed_in(dana)
        words = f"For now {patient.short_name} does less than the plan says."
        did(version, -1)
        assert words not in self.shown(client, "staff:patient", patient.pk)
        ended("standing", "fell", "flag_kept")
        page = self.shown(client, "staff:patient", patient.pk)
        assert f"{words}</strong> A fall, no harm: Measure Timed Up and Go" in page
        assert "Until 8 Mar 2026." in page
        assert "NIH" not in page.partition(words)[2].partition("</details>")[0]
        assert "STEADI" in page.partition(words)[2].partition("</details>")[0]

    def test_a_note_that_changes_nothing_in_the_plan_is_left_out(
        self, patient, version, ended, dana, signed_in
    ):
        ended("sugar", "severe_low", ends_at=NOON)
        did(version, -1)
        assert "does less" not in self.shown(signed_in(dana), "staff:patient", patient.pk)

    def test_publishing_another_version_says_it_too(self, patient, version, ended, dana, signed_in):
        ended("standing", "fell", "flag_kept")
        did(version, -1)
        create_next_version(plan=version.plan, by=dana)
        assert "does less than the plan says" in self.shown(
            signed_in(dana), "staff:plan_publish", version.plan_id
        )


class TestTheWholePlanAgain:
    """A clinician ends the time after a report for all that was told before a day."""

    @pytest.fixture
    def again(self, patient):
        def save(day):
            patient.full_plan_from = MONDAY + day * DAY
            patient.full_plan_reason = "The skin is firm."
            patient.save()

        return save

    def test_from_its_day_on_the_plan_is_whole(self, patient, version, ended, again):
        ended("standing", "fell", "flag_kept")
        ended("feet", "new_sore", "healed", start_on=MONDAY)
        did(version, -1, near_fall=True)
        again(2)
        assert asked(patient, 1)[ARMS] == HALF_AND_HELD[ARMS]
        assert asked(patient, 2) == WHOLE

    def test_what_is_told_on_that_day_or_later_counts_again(self, patient, version, again):
        again(0)
        did(version, -1, 0, near_fall=True)
        assert asked(patient, 1) == HELD

    def test_a_break_that_began_before_it_is_over(self, patient, version, again):
        did(version, -20)
        assert asked(patient) == TWO_THIRDS_AND_HELD
        again(0)
        assert asked(patient) == WHOLE

    def test_a_note_that_changes_nothing_stays(self, patient, version, ended, again):
        ended("sugar", "severe_low", ends_at=NOON - DAY)
        did(version, -1)
        again(0)
        (note,) = get_today(patient, NOON).return_notes
        assert note.rule.id == "severe_low"
