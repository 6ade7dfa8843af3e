"""Safety rules of the catalogue: exercises, routines and general advice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exercises import catalogue
from exercises.catalogue import EXERCISES, ROUTINES
from exercises.catalogue.checks import FOOT_REST_DEMANDS
from exercises.catalogue.entries import ExerciseEntry, RoutineEntry
from exercises.catalogue.notes import (
    CHECK_GLUCOSE,
    FELL_BEFORE,
    HOLD_ON_MORE,
    NO_PRESSURE_ON_A_SORE,
    NO_WATER_ON_A_SORE,
    NO_WEIGHT_ON_A_SORE,
    TALK_TEST,
)
from exercises.demands import BLOCKING_DEMANDS

BY_SLUG = {exercise.slug: exercise for exercise in EXERCISES}
ROUTINE_BY_SLUG = {routine.slug: routine for routine in ROUTINES}
SUPPORTS = ("counter", "wall", "chair", "rail", "door frame", "cane")

each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.slug)
each_routine = pytest.mark.parametrize("routine", ROUTINES, ids=lambda routine: routine.slug)


# --- Exercises ---


@pytest.mark.parametrize(
    ("demands", "note"),
    [
        ({"weight_bearing"}, NO_WEIGHT_ON_A_SORE),
        ({"single_leg", "narrow_base", "step"}, FELL_BEFORE),
        ({"immersion"}, NO_WATER_ON_A_SORE),
        ({"aerobic"}, CHECK_GLUCOSE),
    ],
    ids=["weight", "narrow", "water", "aerobic"],
)
def test_an_exercise_has_the_warning_that_its_demands_require(demands: set[str], note: str) -> None:
    demanding = {exercise.slug for exercise in EXERCISES if demands & set(exercise.demands)}
    assert demanding
    assert {exercise.slug for exercise in EXERCISES if note in exercise.safety_notes} == demanding


def test_pressing_on_a_foot_is_warned_against_in_both_positions() -> None:
    pressing = [exercise for exercise in EXERCISES if "foot_pressure" in exercise.demands]
    banded = [exercise for exercise in EXERCISES if {"foot_band", "shoes_off"} & set(exercise.demands)]
    assert len(pressing) == 8
    assert all({NO_WEIGHT_ON_A_SORE, NO_PRESSURE_ON_A_SORE} & set(entry.safety_notes) for entry in pressing)
    assert len(banded) == 8
    assert all(NO_PRESSURE_ON_A_SORE in entry.safety_notes for entry in banded)


def test_aerobic_exercise_goes_by_the_talk_test_except_for_swimmers() -> None:
    aerobic = {exercise.slug for exercise in EXERCISES if "aerobic" in exercise.demands}
    talking = {exercise.slug for exercise in EXERCISES if TALK_TEST in exercise.safety_notes}
    assert aerobic - talking == {"swimming"}


def names_a_support(exercise: ExerciseEntry) -> bool:
    """Return True if the step that says how to hold on names something to hold."""
    said = [
        words
        for step, words in zip(exercise.steps, exercise.list_steps(), strict=True)
        if step.kind == "support"
    ]
    return any(support in text.lower() for support in SUPPORTS for text in said)


@each_exercise
def test_a_standing_exercise_names_its_support(exercise: ExerciseEntry) -> None:
    assert exercise.position != "standing" or names_a_support(exercise)


def test_a_standing_exercise_without_a_support_is_found() -> None:
    quiet = tuple(step for step in BY_SLUG["knee-raise"].steps if step.kind != "support")
    assert names_a_support(BY_SLUG["knee-raise"])
    assert not names_a_support(replace(BY_SLUG["knee-raise"], steps=quiet))


@each_exercise
def test_an_exercise_with_a_support_says_that_one_may_hold_on_more(exercise: ExerciseEntry) -> None:
    walks_away = exercise.slug in {"brisk-walk", "walking-plan"}
    holds = exercise.position == "standing" and not walks_away
    assert not holds or HOLD_ON_MORE in exercise.safety_notes


@each_exercise
def test_steps_never_give_the_numbers_of_a_dose_that_a_clinician_may_change(exercise: ExerciseEntry) -> None:
    prescribed = {str(value) for value in exercise.dose.as_dict().values() if type(value) is int}
    said = {word.strip(".,") for step in exercise.steps for word in step.text.split()}
    assert prescribed
    assert not prescribed & said


@each_exercise
def test_the_easier_alternative_is_done_sitting(exercise: ExerciseEntry) -> None:
    if exercise.easier:
        assert BY_SLUG[exercise.easier].position == "seated"
    else:
        assert not BLOCKING_DEMANDS & set(exercise.demands)


# --- Routines ---


def test_the_routines_that_a_clinic_asks_for_first_are_there() -> None:
    names = [routine.name for routine in ROUTINES]
    assert len(names) >= 8
    assert {"First steps: seated", "Steady on your feet", "Feet and ankles"} <= set(names)


@each_routine
def test_a_routine_takes_ten_to_thirty_minutes(routine: RoutineEntry) -> None:
    minutes = sum(item.dose.session_seconds() for item in routine.items) / 60
    assert 10 <= minutes <= 30


@pytest.mark.parametrize("slug", ["first-steps-seated", "feet-and-ankles", "hands-neck-shoulders"])
def test_a_seated_routine_is_seated_and_keeps_weight_off_the_feet(slug: str) -> None:
    for item in ROUTINE_BY_SLUG[slug].items:
        exercise = BY_SLUG[item.exercise]
        assert exercise.position == "seated"
        assert "weight_bearing" not in exercise.demands


def test_the_first_routine_on_foot_holds_on_with_both_hands_and_keeps_both_feet_down() -> None:
    standing = [BY_SLUG[item.exercise] for item in ROUTINE_BY_SLUG["first-steps-standing"].items]
    on_foot = [exercise for exercise in standing if exercise.position == "standing"]
    assert len(on_foot) >= 3
    assert {exercise.support for exercise in on_foot} == {"two_hands"}
    assert not any({"single_leg", "narrow_base", "step"} & set(exercise.demands) for exercise in on_foot)


@each_routine
def test_a_routine_with_less_than_a_hand_of_support_leaves_it_to_the_clinician(routine: RoutineEntry) -> None:
    supports = {BY_SLUG[item.exercise].support for item in routine.items if is_balance_on_foot(item.exercise)}
    assert not supports & {"fingertips", "none"} or "your clinician" in routine.for_whom.lower()


#: Exercises that build strength (clinical rules, "Changes to the catalogue", and the new exercises).
STRENGTHENING = {
    *("seated-dorsiflexion", "band-ankle-inversion", "band-ankle-eversion", "ball-squeeze"),
    *("calf-raise", "side-leg-raise", "sit-to-stand", "mini-squat", "step-up", "back-leg-raise"),
    *("toe-raise", "seated-knee-extension"),
    *("sit-to-stand-with-hands", "standing-knee-curl", "wall-push-up", "seated-row-band", "arm-raise"),
    *("toe-press", "short-foot"),
}


def test_the_exercises_that_the_source_calls_strengthening_say_strength_and_no_other() -> None:
    assert {entry.slug for entry in EXERCISES if "strength" in entry.focus} == STRENGTHENING
    assert {BY_SLUG[slug].category for slug in STRENGTHENING} == {"balance"}


@each_routine
def test_a_routine_leaves_days_of_rest_between_strength_work(routine: RoutineEntry) -> None:
    for item in routine.items:
        exercise = BY_SLUG[item.exercise]
        most = exercise.dose.days_max or exercise.dose.days_min or 3
        if exercise.slug in STRENGTHENING and most <= 3:
            assert (item.dose.days_max or item.dose.days_min or 7) <= 3


@pytest.mark.parametrize("slug", ["first-steps-seated", "first-steps-standing"])
def test_a_first_routine_has_no_exercise_whose_easier_step_was_not_mastered_before(slug: str) -> None:
    steps = {"sit-to-stand", "heel-to-toe-stand", "one-leg-stand", "step-up", "towel-toe-curls"}
    assert not steps & {item.exercise for item in ROUTINE_BY_SLUG[slug].items}


def test_under_a_foot_rest_every_exercise_has_an_alternative_that_leaves_the_feet_alone() -> None:
    offered = {catalogue.get_foot_rest_alternative(entry.category) for entry in EXERCISES}
    assert offered == {"arm-raise", "seated-arm-swing"}
    assert catalogue.get_foot_rest_alternative(BY_SLUG["brisk-walk"].category) == "seated-arm-swing"
    for slug in offered:
        assert BY_SLUG[slug].position == "seated"
        assert not FOOT_REST_DEMANDS & set(BY_SLUG[slug].demands)


@pytest.mark.parametrize(
    ("slug", "easier"),
    [
        ("weight-shift-side", "seated-side-reach"),
        ("feet-together-stand", "seated-side-reach"),
        ("semi-tandem-stand", "seated-side-reach"),
        ("sit-to-stand-with-hands", "seated-knee-extension"),
        ("standing-knee-curl", "seated-knee-extension"),
        ("wall-push-up", "arm-raise"),
        ("seated-row-band", "arm-raise"),
        ("seated-heel-raise", "seated-ankle-pump"),
        ("toe-press", "seated-ankle-pump"),
        ("toe-spread", "seated-ankle-pump"),
        ("toe-lift", "seated-ankle-pump"),
        ("short-foot", "seated-ankle-pump"),
        ("stationary-cycling", "seated-arm-swing"),
        ("swimming", "seated-arm-swing"),
        ("pool-walking", "seated-arm-swing"),
    ],
)
def test_the_easier_alternative_is_the_one_of_the_source(slug: str, easier: str) -> None:
    assert BY_SLUG[slug].easier == easier


def is_balance_on_foot(slug: str) -> bool:
    return BY_SLUG[slug].category == "balance" and BY_SLUG[slug].position == "standing"


# --- General advice ---


def test_the_weekly_targets_are_those_of_the_sources() -> None:
    targets = {
        entry.slug: (entry.days_min, entry.days_max, entry.minutes_per_week, entry.longest_gap_days)
        for entry in catalogue.CATEGORIES
    }
    assert targets == {
        "balance": (2, 3, None, None),
        "aerobic": (3, 5, 150, 2),
        "stretching": (2, 3, None, None),
    }


def test_the_stop_signs_are_split_into_tiers_by_what_to_do() -> None:
    signs = {
        action.slug: {sign.slug for sign in catalogue.STOP_SIGNS if sign.action == action.slug}
        for action in catalogue.STOP_ACTIONS
    }
    assert signs == {
        "emergency": {
            *("chest", "breath", "faint", "stroke", "saddle", "leg-and-breath"),
            *("low-and-drowsy", "bad-fall", "bad-foot"),
        },
        "clinic": {
            *("fall", "new-sore", "hot-foot", "calf", "slow-weakness", "new-pain"),
            *("very-low-sugar", "racing-heart", "eye", "both-legs"),
        },
        "rest": {"dizzy", "more-pain", "shaky", "out-of-breath", "calf-walking", "tired"},
    }
    assert [action.tier for action in catalogue.STOP_ACTIONS] == [1, 2, 3]


def test_support_levels_go_from_two_hands_to_a_locked_last_level() -> None:
    ladder = [(support.slug, support.locked) for support in catalogue.SUPPORT_LEVELS]
    assert ladder == [
        ("two_hands", False),
        ("one_hand", False),
        ("fingertips", False),
        ("none", False),
        ("eyes_closed", True),
    ]


def test_every_blood_sugar_falls_into_exactly_one_band() -> None:
    borders = [(band.from_mg_dl, band.below_mg_dl) for band in catalogue.GLUCOSE_BANDS]
    assert borders == [(None, 54), (54, 70), (70, 90), (90, 150), (150, 250), (250, 350), (350, None)]
    tenths = [(band.from_mmol_l, band.below_mmol_l) for band in catalogue.GLUCOSE_BANDS]
    assert tenths == [(None, 30), (30, 40), (40, 50), (50, 83), (83, 139), (139, 194), (194, None)]


def test_the_general_advice_covers_shoes_pads_clothing_feet_and_support() -> None:
    assert {"shoes", "never-barefoot", "pads", "clothing", "feet-first", "support", "hold-on-more"} <= {
        advice.slug for advice in catalogue.GENERAL_ADVICE
    }


def test_the_symptoms_and_the_number_of_people_are_those_of_the_article() -> None:
    symptoms = [symptom.slug for symptom in catalogue.SYMPTOMS]
    assert symptoms == ["pain", "numbness", "tingling", "muscle-weakness", "poor-balance"]
    facts = {fact.slug: fact.text for fact in catalogue.FACTS}
    assert "20 million people in the United States" in facts["people-affected"]
