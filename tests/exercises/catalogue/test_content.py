"""The catalogue is consistent and agrees with its sources."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import get_args

import pytest

from exercises.catalogue import EQUIPMENT, EXERCISES, FOCUS, ROUTINES, entries
from exercises.catalogue.checks import problems
from exercises.catalogue.entries import ExerciseEntry, RoutineEntry, Step, hold_on
from exercises.doses import RANGES, SIDES, Dose
from exercises.models import Category, Exercise, Position, Routine, StepKind, Support
from tests.exercises.catalogue.catalogue_facts import DOSES, KINDS, USES, numbers, rows

BY_SLUG = {exercise.slug: exercise for exercise in EXERCISES}
#: Exercises whose position is not standing, but which require standing.
STANDS_UP = {"sit-to-stand", "sit-to-stand-with-hands", "pool-walking", "swimming"}

each_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.slug)


def with_exercise(**changes: object) -> list[str]:
    """Return the errors of the catalogue after applying `changes` to the calf raise."""
    spoiled = [replace(entry, **changes) if entry.slug == "calf-raise" else entry for entry in EXERCISES]
    return problems(spoiled, ROUTINES, EQUIPMENT, FOCUS)


def with_item(**changes: object) -> list[str]:
    """Return the errors of the catalogue after applying `changes` to the first item of the first routine."""
    first, *others = ROUTINES[0].items
    spoiled = replace(ROUTINES[0], items=(replace(first, **changes), *others))
    return problems(EXERCISES, [spoiled, *ROUTINES[1:]], EQUIPMENT, FOCUS)


# --- Consistency ---


def test_the_catalogue_has_no_problems() -> None:
    assert problems(EXERCISES, ROUTINES, EQUIPMENT, FOCUS) == []


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"category": "yoga"}, "calf-raise: no such category: yoga"),
        ({"position": "lying"}, "calf-raise: no such position: lying"),
        ({"support": "elbow"}, "calf-raise: no such support: elbow"),
        ({"demands": ("standing", "courage")}, "calf-raise: no such demand: courage"),
        ({"demands": ("weight_bearing",)}, "calf-raise: is done standing but does not demand it"),
        ({"equipment": ("trampoline",)}, "calf-raise: no such equipment: trampoline"),
        ({"focus": ()}, "calf-raise: no focus"),
        ({"progression_of": "calf-lower"}, "calf-raise: progression_of names no exercise: calf-lower"),
        ({"progression_of": "calf-raise"}, "calf-raise: progression_of leads back to itself"),
        ({"easier": "chair-yoga"}, "calf-raise: easier names no exercise: chair-yoga"),
        ({"easier": ""}, "calf-raise: can be blocked for a patient but offers no easier alternative"),
        (
            {"easier": "toe-raise"},
            "calf-raise: its easier alternative demands foot_pressure, standing, weight_bearing",
        ),
        ({"easier": "toe-spread"}, "calf-raise: its easier alternative demands shoes_off"),
        ({"steps": ()}, "calf-raise: 0 steps, not 4 to 8"),
        ({"steps": ()}, "calf-raise: 0 steps to hold on"),
        ({"steps": (hold_on(), hold_on())}, "calf-raise: 2 steps to hold on"),
        (
            {"steps": (Step(kind="do", text=""),)},
            "calf-raise: a step to hold on, and only that, has no words: do: ",
        ),
        (
            {"steps": (Step(kind="support", text="Hold on."),)},
            "calf-raise: a step to hold on, and only that, has no words: support: Hold on.",
        ),
        ({"slug": "toe-raise"}, "toe-raise: named 2 times"),
    ],
)
def test_an_invalid_exercise_is_reported_with_its_slug_and_error(
    changes: dict[str, object], complaint: str
) -> None:
    assert complaint in with_exercise(**changes)


@pytest.mark.parametrize(
    ("position", "demands", "is_needed"),
    [("seated", ("single_leg",), True), ("seated", ("rise",), True), ("seated", ("foot_motion",), False)],
)
def test_only_where_there_is_something_to_hold_a_step_has_to_say_how(
    position: str, demands: tuple[str, ...], is_needed: bool
) -> None:
    complaints = with_exercise(position=position, demands=demands, steps=())
    assert ("calf-raise: 0 steps to hold on" in complaints) is is_needed


def test_a_step_of_fifteen_words_is_too_long_and_one_of_fourteen_is_not() -> None:
    steps = BY_SLUG["calf-raise"].steps
    too_long, just_right = (" ".join(["step"] * count) for count in (15, 14))
    complaints = with_exercise(steps=(*steps, Step(kind="do", text=too_long)))
    assert complaints == [f"calf-raise: too long for one step: {too_long}"]
    assert with_exercise(steps=(*steps, Step(kind="do", text=just_right))) == []


def test_a_dose_for_each_side_needs_steps_that_name_both() -> None:
    dose = replace(BY_SLUG["calf-raise"].dose, each_side=True)
    assert "calf-raise: the dose is for each side, but the steps do not name left and right" in with_exercise(
        dose=dose
    )


@each_exercise
def test_its_steps_begin_with_the_side_that_a_session_counts_first(exercise: ExerciseEntry) -> None:
    words = " ".join(step.text for step in exercise.steps).lower()
    limb = r"(?:your|your whole|to the) (right|left)(?! side)"
    if exercise.dose.each_side:
        assert re.findall(limb, words)[0] == SIDES[0]


def test_steps_that_begin_with_the_other_side_are_reported() -> None:
    steps = tuple(Step(kind="do", text=f"Lift your {side} heel.") for side in reversed(SIDES))
    complaints = with_exercise(
        steps=(*BY_SLUG["calf-raise"].steps[:1], *steps), dose=Dose(reps_min=5, each_side=True)
    )
    assert "calf-raise: its steps begin with the left side, but a session with the right one" in complaints


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"exercise": "handstand"}, "handstand: no such exercise"),
        ({"exercise": "chest-stretch"}, "chest-stretch: named 2 times"),
        (
            {"dose": Dose(minutes_min=60, days_min=3)},
            "minutes up to 60, but the exercise suggests at most 10",
        ),
        ({"dose": Dose(reps_min=5, days_min=3)}, "reps means nothing in this exercise"),
        ({"dose": Dose(minutes_min=2, days_min=4)}, "its exercises are not on the same days"),
        ({"dose": Dose(minutes_min=2, days_min=3, each_side=True)}, "each side differs from the exercise"),
    ],
)
def test_an_invalid_routine_is_reported_with_its_slug_and_error(
    changes: dict[str, object], complaint: str
) -> None:
    complaints = with_item(**changes)
    assert any(said.startswith("first-steps-seated: ") and said.endswith(complaint) for said in complaints)


@pytest.mark.parametrize(
    ("choices", "vocabulary"),
    [
        (Category, entries.Category),
        (Position, entries.Position),
        (Support, entries.Support),
        (StepKind, entries.StepKind),
    ],
    ids=lambda either: getattr(either, "__name__", "vocabulary"),
)
def test_the_catalogue_and_the_database_have_the_same_choices(choices: type, vocabulary: object) -> None:
    assert set(choices.values) == set(get_args(vocabulary))


def test_every_piece_of_equipment_and_every_focus_is_used_by_some_exercise() -> None:
    assert {entry.slug for entry in EQUIPMENT} == {slug for entry in EXERCISES for slug in entry.equipment}
    assert {entry.slug for entry in FOCUS} == {slug for entry in EXERCISES for slug in entry.focus}


@pytest.mark.parametrize("entry", [*EXERCISES, *ROUTINES], ids=lambda entry: entry.slug)
def test_every_text_fits_its_column(entry: ExerciseEntry | RoutineEntry) -> None:
    model = Exercise if isinstance(entry, ExerciseEntry) else Routine
    limits = {
        field.name: field.max_length
        for field in model._meta.concrete_fields
        if getattr(field, "max_length", None) and isinstance(getattr(entry, field.name, None), str | tuple)
    }
    assert limits.keys() >= {"slug", "name", "summary"}
    for name, limit in limits.items():
        value = getattr(entry, name)
        text = value if isinstance(value, str) else "\n".join(value)
        assert len(text) <= limit, name


# --- Agreement with the sources ---


def test_all_53_exercises_of_the_sources_are_there_and_no_other() -> None:
    assert len(EXERCISES) == 53
    assert BY_SLUG.keys() == rows(KINDS).keys() == rows(DOSES).keys() == rows(USES).keys()


@each_exercise
def test_an_exercise_is_of_the_kind_that_its_source_says(exercise: ExerciseEntry) -> None:
    category, position, support, demands, after = rows(KINDS)[exercise.slug]
    assert (exercise.category, exercise.position, exercise.support) == (category, position, support)
    assert exercise.progression_of == after
    stands = position == "standing" or exercise.slug in STANDS_UP
    assert set(exercise.demands) == set(demands.split()) | ({"standing"} if stands else set())


@each_exercise
def test_an_exercise_has_the_dose_that_its_source_says(exercise: ExerciseEntry) -> None:
    sets, reps, hold, minutes, sides, days = rows(DOSES)[exercise.slug]
    ends = {}
    for name, cell in zip(RANGES, (reps, hold, minutes, days), strict=True):
        ends[f"{name}_min"], ends[f"{name}_max"] = numbers(cell)
    assert exercise.dose == Dose(sets=numbers(sets)[0], each_side=sides == "both", **ends)


@each_exercise
def test_an_exercise_uses_and_trains_what_its_source_says(exercise: ExerciseEntry) -> None:
    equipment, focus = rows(USES)[exercise.slug]
    assert set(exercise.equipment) == set(equipment.split())
    assert set(exercise.focus) == set(focus.split())


def test_a_changed_number_differs_from_the_tables() -> None:
    assert numbers("15–20") == (15, 20)
    assert rows(DOSES)["plantar-fascia-stretch"] == ("1", "1–3", "15–20", "", "both", "")
    assert BY_SLUG["plantar-fascia-stretch"].dose != Dose(
        sets=1, reps_min=1, reps_max=3, hold_seconds_min=15, hold_seconds_max=21, each_side=True
    )


@pytest.mark.parametrize(
    ("slug", "fact"),
    [
        ("toe-raise", "count of 5"),
        ("toe-raise", "at most 10"),
        ("sit-to-stand", "2 sets of 10 to 15"),
        ("sit-to-stand", "1 minute"),
        ("mini-squat", "start with 5 and build up to 10"),
        ("step-up", "5 on each leg"),
        ("heel-to-toe-walk", "5 steps and build up to 20"),
        ("seated-dorsiflexion", "start with 3 and build up to 10"),
        ("walking-plan", "Three walks of 10 minutes do you as much good as one of 30"),
        ("low-impact-aerobics", "Keep one foot on the floor"),
        ("swimming", "non-slip pool shoes"),
        ("pool-walking", "up to your waist"),
        ("chair-march", "Your clinician sets"),
        ("ankle-alphabet", "Your clinician sets"),
        ("towel-toe-curls", "Your clinician sets"),
        ("side-leg-raise", "Your clinician says when"),
        ("sit-to-stand-with-hands", "Stand still for one breath"),
        ("standing-knee-curl", "no ankle weight unless your clinician says so"),
        ("wall-push-up", "your heels down"),
        ("seated-row-band", "the middle of the band under both shoes"),
        ("arm-raise", "no weights unless your clinician says so"),
        ("seated-heel-raise", "Keep your shoes on"),
        ("toe-press", "Do not curl your toes"),
        ("toe-spread", "Start with 1 set"),
        ("toe-lift", "Start with 1 set"),
        ("seated-side-reach", "both hips stay on the seat"),
        ("weight-shift-side", "Keep both feet on the floor"),
    ],
)
def test_a_fact_that_is_not_part_of_the_dose_is_in_the_text(slug: str, fact: str) -> None:
    exercise = BY_SLUG[slug]
    assert any(fact in text for text in [*(step.text for step in exercise.steps), *exercise.safety_notes])


@pytest.mark.parametrize(
    "slug", ["ball-squeeze", "seated-heel-raise", "toe-press", "toe-spread", "toe-lift", "short-foot"]
)
def test_a_weak_source_is_marked_as_weak(slug: str) -> None:
    assert "weak source" in BY_SLUG[slug].source


@pytest.mark.parametrize(
    "slug", ["seated-arm-swing", "seated-side-reach", "weight-shift-side", "wall-push-up"]
)
def test_a_judgment_without_a_source_is_called_one(slug: str) -> None:
    assert "judgment" in BY_SLUG[slug].source


def test_addresses_of_sources_are_only_those_that_the_source_names() -> None:
    addresses = {exercise.slug: exercise.source_url for exercise in EXERCISES if exercise.source_url}
    assert addresses.keys() == {"swimming", "pool-walking"}
    assert all(address.split("/")[-2] in BY_SLUG[slug].source for slug, address in addresses.items())
