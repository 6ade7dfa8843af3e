"""The support, the alternatives and the notes that a patient gets for a flag set after the plan was published."""

import pytest

from exercises.models import Position, Support
from patients.models import Flag
from patients.plans.prescription import build_substitute, prescribed
from patients.plans.selectors.exercise_precautions import (
    for_now,
    get_effects_on_plan,
    get_gentler_alternative,
    get_precautions,
    list_excluded,
)
from patients.safety.holds import HoldKind
from patients.safety.selectors.plan_safety import get_item_safety
from tests.factories import (
    ExerciseFactory,
    PatientFlagFactory,
    published_plan,
)

pytestmark = pytest.mark.django_db


def exercise_and_safety(patient, *flags, support=None, **facts):
    """Return a published exercise as the patient sees it, with its safety; the flags were set afterwards."""
    version = published_plan(patient, [ExerciseFactory(**({"support": support} if support else {}), **facts)])
    for flag in flags:
        PatientFlagFactory(patient=patient, flag=flag)
    item = version.items.select_related("exercise__easier").get()
    return prescribed(item), get_item_safety([item], patient)


class TestSupport:
    def test_is_the_stricter_of_the_plan_and_the_flags(self, patient):
        walk, safety = exercise_and_safety(
            patient, Flag.FELL, demands=["walking"], support=Support.NONE, name="Sideways walk"
        )

        shown = for_now(walk, safety[walk.item.pk])

        assert (walk.line.support, shown.line.support) == (Support.NONE, Support.ONE_HAND)
        assert shown.line.dose == walk.line.dose

    def test_is_that_of_the_plan_if_the_flags_ask_for_no_more(self, patient):
        walk, safety = exercise_and_safety(patient, Flag.FELL, demands=["walking"], support=Support.TWO_HANDS)

        assert for_now(walk, safety[walk.item.pk]) is walk


class TestTheGentlerAlternative:
    @pytest.mark.parametrize(
        ("facts", "kinds", "expected"),
        [
            ({"demands": []}, [HoldKind.FEET], True),
            ({"demands": ["foot_pressure"]}, [HoldKind.FEET], False),
            ({"demands": ["foot_motion"]}, [HoldKind.FEET], True),
            ({"demands": ["foot_motion"]}, [HoldKind.FOOT_REST], False),
            ({"demands": ["foot_pressure"]}, [HoldKind.STANDING], True),
            ({"demands": []}, [HoldKind.ALL], False),
            ({"demands": [], "position": Position.WATER}, [HoldKind.STANDING], False),
            ({"demands": [], "position": Position.STANDING}, [], True),
        ],
    )
    def test_is_none_that_a_hold_keeps_away(self, patient, facts, kinds, expected):
        easier = ExerciseFactory(**{"position": Position.SEATED} | facts)
        exercise, safety = exercise_and_safety(patient, demands=["standing"], easier=easier)

        found = get_gentler_alternative(exercise, safety[exercise.item.pk], holds=kinds)

        assert found == (easier if expected else None)

    def test_brings_no_warning_that_no_clinician_has_seen(self, patient):
        easier = ExerciseFactory(position=Position.SEATED, demands=["foot_motion"])
        exercise, safety = exercise_and_safety(
            patient, Flag.FOOT_SORE, demands=["weight_bearing"], easier=easier
        )

        assert get_gentler_alternative(exercise, safety[exercise.item.pk]) is None


class TestNotes:
    def test_of_a_block_say_why_the_exercise_is_left_out(self, patient):
        exercise, safety = exercise_and_safety(patient, Flag.CANNOT_STAND, demands=["standing"])

        (left_out,) = list_excluded([exercise], safety)

        assert left_out.notes == ("Do these sitting down.",)

    def test_of_warnings_are_printed_as_those_of_notes(self, patient):
        exercise, safety = exercise_and_safety(patient, Flag.FELL, Flag.NUMB_FEET, demands=["walking"])

        assert get_precautions([exercise], safety).notes == (
            "Use your cane or walker. Flat ground. At a counter, keep a hand on it.",
            "Wear shoes that hold your feet. Check both feet first.",
        )

    def test_are_those_of_the_exercise_that_is_done_instead(self, patient):
        bare = ExerciseFactory(position=Position.SEATED, demands=["shoes_off"])
        exercise, safety = exercise_and_safety(patient, Flag.NUMB_FEET, demands=["walking"], easier=bare)
        instead = build_substitute(exercise.item, bare, bare.support)

        assert get_precautions([instead], safety).notes == (
            "Sit down first. Clean floor, smooth socks. Shoes on before you stand.",
        )


class TestForTheTeam:
    def test_the_exercises_that_are_left_out_and_those_with_more_support_are_named(
        self, patient, django_assert_max_num_queries
    ):
        published_plan(
            patient,
            [
                ExerciseFactory(name="Calf raise", demands=["weight_bearing"], support=Support.NONE),
                ExerciseFactory(
                    name="Chair rise", position=Position.SEATED, demands=["rise"], support=Support.NONE
                ),
                ExerciseFactory(name="Hum", position=Position.SEATED, demands=[]),
            ],
        )
        for flag in (Flag.FOOT_SORE, Flag.BP_DROP):
            PatientFlagFactory(patient=patient, flag=flag)

        with django_assert_max_num_queries(4):
            effects = get_effects_on_plan(patient)

        assert effects.left_out == ("Calf raise",)
        assert effects.more_support == ("Chair rise (hold on with two hands)",)

    def test_without_a_plan_nothing_is_named(self, patient):
        assert get_effects_on_plan(patient).left_out == ()
