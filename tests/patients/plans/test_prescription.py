"""The patient reads how to hold on at the support of the plan, also in copies of published plans."""

from __future__ import annotations

import pytest

from exercises.models import Equipment, ExerciseStep, Position, StepKind, Support
from patients.plans.prescription import build_substitute, content_of, prescribed
from tests.factories import ExerciseFactory, published_plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def exercise():
    """Return an exercise at a counter with both hands, with a step that says how to hold on."""
    row = ExerciseFactory(support=Support.TWO_HANDS, steps=["Lift both heels."])
    row.equipment.add(Equipment.objects.create(slug="counter", name="Kitchen counter"))
    ExerciseStep.objects.create(exercise=row, order=0, kind=StepKind.SUPPORT)
    return row


@pytest.fixture
def item(exercise):
    item = published_plan(exercises=[exercise]).items.get()
    item.content = content_of(exercise)
    return item


@pytest.mark.parametrize(
    ("support", "words"),
    [
        (Support.TWO_HANDS, "Hold the counter with both hands the whole time."),
        (Support.ONE_HAND, "Hold the counter with one hand the whole time."),
        (Support.FINGERTIPS, "Rest your fingertips on the counter. If you sway, hold it."),
        (Support.NONE, "Use no hands. If you sway, hold the counter."),
        (Support.EYES_CLOSED, "Use no hands. Close your eyes. If you sway, open them."),
    ],
)
def test_the_step_follows_the_support_of_the_plan(item, support, words):
    item.support = support
    assert prescribed(item).steps == [("support", words), ("do", "Lift both heels.")]
    item.content = {}  # a draft reads the live exercise
    assert prescribed(item).steps == [("support", words), ("do", "Lift both heels.")]


def test_a_copy_that_was_published_with_words_of_its_own_keeps_them(item):
    item.content["steps"] = [["get_ready", "Hold the counter with both hands."], ["do", "Lift both heels."]]
    del item.content["place"]
    item.support = Support.FINGERTIPS

    assert prescribed(item).steps == [
        ("get_ready", "Hold the counter with both hands."),
        ("do", "Lift both heels."),
    ]


def test_a_published_copy_keeps_what_there_was_to_hold(item, exercise):
    exercise.position = Position.WATER
    exercise.save()
    exercise.equipment.clear()

    assert prescribed(item).steps[0] == ("support", "Hold the counter with both hands the whole time.")


def test_a_gentler_exercise_says_how_to_hold_on_at_its_own_support(item, exercise):
    substitute = build_substitute(item, exercise, Support.ONE_HAND)
    assert substitute.steps[0] == ("support", "Hold the counter with one hand the whole time.")
