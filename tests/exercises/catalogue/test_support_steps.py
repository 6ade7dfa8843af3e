"""The steps say how to hold on at the support that is chosen, and never name another one."""

from __future__ import annotations

import re

import pytest

from exercises.catalogue import EXERCISES
from exercises.catalogue.checks import MOST_WORDS_IN_A_STEP
from exercises.catalogue.entries import ExerciseEntry
from exercises.models import Position, Support
from exercises.models.support_steps import Place, get_place, list_support_steps, support_step
from tests.readability import grade, longest_sentence

#: Words that name each support level, written without the texts of the steps.
NAMED_BY = {
    Support.TWO_HANDS: r"(both|two) hands|both palms",
    Support.ONE_HAND: r"one hand|a hand on|whole hand|with your (left|right) hand|hand next to",
    Support.FINGERTIPS: r"fingertip",
    Support.NONE: r"no hands|without holding|let go of the (counter|wall|rail)",
    Support.EYES_CLOSED: r"close your eyes|eyes closed",
}
#: A level that may be named with another: eyes closed means that no hand holds on.
IMPLIED = {Support.EYES_CLOSED: {Support.NONE}}
BY_SLUG = {exercise.slug: exercise for exercise in EXERCISES}

each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.slug)
each_support = pytest.mark.parametrize("support", Support)


def named_supports(texts: list[str]) -> set[Support]:
    """Return the support levels that these texts name."""
    said = " ".join(texts).lower()
    return {support for support, pattern in NAMED_BY.items() if re.search(pattern, said)}


def texts_of(exercise: ExerciseEntry, support: str) -> list[str]:
    return [exercise.start_position, *exercise.list_steps(support)]


@each_exercise
@each_support
def test_the_steps_never_name_another_support_than_the_chosen_one(
    exercise: ExerciseEntry, support: Support
) -> None:
    assert named_supports(texts_of(exercise, support)) <= {support} | IMPLIED.get(support, set())


@each_exercise
def test_a_standing_exercise_says_at_every_support_how_to_hold_on(exercise: ExerciseEntry) -> None:
    said = [tuple(exercise.list_steps(support)) for support in Support]
    if exercise.position == "standing":
        assert len(set(said)) == len(Support)
    for texts in said:
        assert all(texts)


@pytest.mark.parametrize(
    ("text", "support"),
    [
        ("Hold the counter with both hands.", Support.TWO_HANDS),
        ("Slide one hand along the rail.", Support.ONE_HAND),
        ("Hold it with your left hand.", Support.ONE_HAND),
        ("Rest your fingertips on it.", Support.FINGERTIPS),
        ("Stand without holding on.", Support.NONE),
        ("Now close your eyes.", Support.EYES_CLOSED),
    ],
)
def test_a_step_that_names_a_support_is_found(text: str, support: Support) -> None:
    assert named_supports([text]) == {support}


@pytest.mark.parametrize("place", Place)
@each_support
def test_every_place_has_words_for_every_support_and_names_only_that_one(
    place: Place, support: Support
) -> None:
    words = support_step(support, place)
    assert len(words.split()) <= MOST_WORDS_IN_A_STEP
    assert named_supports([words]) <= {support} | IMPLIED.get(support, set())


def test_the_words_are_simple() -> None:
    words = " ".join(list_support_steps())
    assert grade(words) <= 6
    assert longest_sentence(words) <= 19


@pytest.mark.parametrize(
    ("position", "equipment", "place"),
    [
        (Position.STANDING, ["counter"], Place.COUNTER),
        (Position.STANDING, ["chair", "counter"], Place.COUNTER_OR_CHAIR),
        (Position.STANDING, ["counter", "chair"], Place.COUNTER_OR_CHAIR),
        (Position.STANDING, ["counter", "band"], Place.FIRM),
        (Position.STANDING, ["chair"], Place.FIRM),
        (Position.STANDING, [], Place.FIRM),
        (Position.SEATED, ["chair"], Place.SEAT),
        (Position.SEATED, ["armchair"], Place.ARMRESTS),
        (Position.SEATED, ["bike"], Place.BARS),
        (Position.STANDING, ["outdoors"], Place.WALK),
        (Position.WATER, ["pool"], Place.RAIL),
    ],
)
def test_the_thing_to_hold_follows_from_what_the_exercise_needs(
    position: str, equipment: list[str], place: Place
) -> None:
    assert get_place(position, equipment) == place


def test_the_heel_to_toe_stand_at_each_support() -> None:
    stand = BY_SLUG["heel-to-toe-stand"]
    assert [stand.list_steps(support)[0] for support in Support] == [
        "Hold the counter with both hands the whole time.",
        "Hold the counter with one hand the whole time.",
        "Rest your fingertips on the counter. If you sway, hold it.",
        "Use no hands. If you sway, hold the counter.",
        "Use no hands. Close your eyes. If you sway, open them.",
    ]
    assert stand.list_steps() == stand.list_steps("fingertips")


def test_the_bike_is_held_on_getting_on_and_off_at_every_support() -> None:
    bike = BY_SLUG["stationary-cycling"]
    assert [bike.list_steps(support)[0] for support in Support] == [
        "Hold the bars with both hands as you get on and off.",
        "Hold the bars with one hand as you get on and off.",
        "Keep your fingertips on the bars as you get on and off.",
        "Hold the bars as you get on and off the bike.",
        "Hold the bars as you get on and off the bike.",
    ]
    assert bike.list_steps() == bike.list_steps("none")
