"""Validation of the catalogue, used by the command `load_catalogue` before it writes, and by the tests.

Every function returns or yields one message per error. Nothing here reads the database.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import get_args

from exercises.catalogue import entries
from exercises.catalogue.alternatives import FOOT_REST_ALTERNATIVES
from exercises.catalogue.entries import EquipmentEntry, ExerciseEntry, FocusEntry, RoutineEntry
from exercises.catalogue.routines import MAX_EXERCISES
from exercises.demands import BLOCKING_DEMANDS, is_something_to_hold
from exercises.doses import RANGES, SIDES, Dose
from exercises.models import demands_of

#: Least and largest number of steps of an exercise, and largest number of words in a step, which is one action.
FEWEST_STEPS, MAX_STEPS, MOST_WORDS_IN_A_STEP = 4, 8, 14
#: The first side in the words of the steps, without "on your left side", where something stands, and "sit right back".
NAMED_SIDE = re.compile(r"\b(?:right|left)\b(?! side| back)")
#: Demands of which the alternatives under a foot rest have none either: a hot foot is not even moved.
FOOT_REST_DEMANDS = BLOCKING_DEMANDS | {"foot_motion"}


def problems(
    exercises: Sequence[ExerciseEntry],
    routines: Sequence[RoutineEntry],
    equipment: Sequence[EquipmentEntry],
    focus: Sequence[FocusEntry],
) -> list[str]:
    """Return all errors of a catalogue, each with the slug that it concerns."""
    by_slug = {exercise.slug: exercise for exercise in exercises}
    owned = {entry.slug for entry in equipment}
    focused = {entry.slug for entry in focus}
    found: list[str] = []
    for kind in (exercises, routines, equipment, focus):
        found += _repeated(entry.slug for entry in kind)
    found += _foot_rest_problems(by_slug)
    for exercise in exercises:
        faults = [
            *_vocabulary_problems(exercise, owned, focused),
            *_reference_problems(exercise, by_slug),
            *_dose_problems(exercise.dose),
            *step_problems(exercise),
        ]
        found += [f"{exercise.slug}: {fault}" for fault in faults]
    for routine in routines:
        found += [f"{routine.slug}: {fault}" for fault in routine_problems(routine, by_slug)]
    return found


def step_problems(exercise: ExerciseEntry) -> Iterator[str]:
    """Yield errors of the steps.

    These are their number, kinds and length, the step that says how to hold on, and left and right for a dose on each
    side, in the order in which a session counts them.
    """
    steps = exercise.steps
    if not FEWEST_STEPS <= len(steps) <= MAX_STEPS:
        yield f"{len(steps)} steps, not {FEWEST_STEPS} to {MAX_STEPS}"
    for step in steps:
        if step.kind not in get_args(entries.StepKind):
            yield f"no such kind of step: {step.kind}"
        if len(step.text.split()) > MOST_WORDS_IN_A_STEP:
            yield f"too long for one step: {step.text}"
        if (step.kind == "support") != (step.text == ""):
            yield f"a step to hold on, and only that, has no words: {step.kind}: {step.text}"
    holding = [step for step in steps if step.kind == "support"]
    position = exercise.position if exercise.position in get_args(entries.Position) else ""
    demands = demands_of(position=position, demands=exercise.demands)
    if len(holding) > 1 or (is_something_to_hold(demands) and not holding):
        yield f"{len(holding)} steps to hold on"
    kinds = {step.kind if step.kind != "support" else "get_ready" for step in steps}
    for needed in ("get_ready", "do", "breathe"):
        if needed not in kinds:
            yield f"no step to {needed}"
    if exercise.dose.each_side:
        yield from _side_problems(" ".join(step.text for step in steps).lower())


def _side_problems(words: str) -> Iterator[str]:
    if not ("left" in words and "right" in words):
        yield "the dose is for each side, but the steps do not name left and right"
    named = NAMED_SIDE.search(words)
    if named and named.group() != SIDES[0]:
        yield f"its steps begin with the {named.group()} side, but a session with the {SIDES[0]} one"


def routine_problems(routine: RoutineEntry, by_slug: dict[str, ExerciseEntry]) -> Iterator[str]:
    """Yield errors of a routine.

    A routine is one session: few exercises, each of which exists and occurs once, on the same days, and with no larger
    dose than the exercise suggests.
    """
    if not 1 <= len(routine.items) <= MAX_EXERCISES:
        yield f"{len(routine.items)} exercises in one session"
    yield from _repeated(item.exercise for item in routine.items)
    if len({(item.dose.days_min, item.dose.days_max) for item in routine.items}) > 1:
        yield "its exercises are not on the same days"
    for item in routine.items:
        exercise = by_slug.get(item.exercise)
        faults = list(_dose_problems(item.dose))
        faults += ["no such exercise"] if exercise is None else _overdoses(item.dose, exercise.dose)
        yield from (f"{item.exercise}: {fault}" for fault in faults)


def _dose_problems(dose: Dose) -> Iterator[str]:
    yield from (f"dose, {field}: {fault}" for field, fault in dose.problems().items())


def _overdoses(dose: Dose, suggested: Dose) -> Iterator[str]:
    """Yield the parts in which a dose exceeds, or differs in kind from, the suggested dose."""
    if dose.each_side != suggested.each_side:
        yield "each side differs from the exercise"
    if (dose.sets or 0) > (suggested.sets or 0):
        yield "more sets than the exercise suggests"
    for name in RANGES:
        most = _most(dose, name)
        limit = _most(suggested, name)
        if most is not None and limit is None and name != "days":
            yield f"{name} means nothing in this exercise"
        elif most is None and limit is not None:
            yield f"{name} is missing"
        elif most is not None and limit is not None and most > limit:
            yield f"{name} up to {most}, but the exercise suggests at most {limit}"


def _most(dose: Dose, name: str) -> int | None:
    most: int | None = getattr(dose, f"{name}_max") or getattr(dose, f"{name}_min")
    return most


def _vocabulary_problems(exercise: ExerciseEntry, equipment: set[str], focus: set[str]) -> Iterator[str]:
    choices = {
        "category": ((exercise.category,), get_args(entries.Category)),
        "position": ((exercise.position,), get_args(entries.Position)),
        "support": ((exercise.support,), get_args(entries.Support)),
        "demand": (exercise.demands, get_args(entries.Demand)),
        "equipment": (exercise.equipment, equipment),
        "focus": (exercise.focus, focus),
    }
    for name, (chosen, allowed) in choices.items():
        yield from (f"no such {name}: {choice}" for choice in chosen if choice not in allowed)
        if name != "demand" and not chosen:
            yield f"no {name}"
    if exercise.position == "standing" and "standing" not in exercise.demands:
        yield "is done standing but does not demand it"


def _reference_problems(exercise: ExerciseEntry, by_slug: dict[str, ExerciseEntry]) -> Iterator[str]:
    for name in ("progression_of", "easier"):
        slug = getattr(exercise, name)
        if slug and slug not in by_slug:
            yield f"{name} names no exercise: {slug}"
    if exercise.easier in by_slug:
        demanded = BLOCKING_DEMANDS & set(by_slug[exercise.easier].demands)
        if demanded:
            yield f"its easier alternative demands {', '.join(sorted(demanded))}"
    elif BLOCKING_DEMANDS & set(exercise.demands):
        yield "can be blocked for a patient but offers no easier alternative"
    for name in ("progression_of", "easier"):
        if _has_cycle(exercise.slug, name, by_slug):
            yield f"{name} leads back to itself"


def _foot_rest_problems(by_slug: Mapping[str, ExerciseEntry]) -> Iterator[str]:
    """Yield errors of the exercises that are offered while a foot must rest."""
    for category, slug in FOOT_REST_ALTERNATIVES.items():
        if slug not in by_slug:
            yield f"{slug}: the alternative to {category} exercises under a foot rest does not exist"
        elif demanded := FOOT_REST_DEMANDS & set(by_slug[slug].demands):
            yield f"{slug}: is offered under a foot rest but demands {', '.join(sorted(demanded))}"


def _has_cycle(slug: str, name: str, by_slug: dict[str, ExerciseEntry]) -> bool:
    following = slug
    for _each in by_slug:
        following = getattr(by_slug[following], name)
        if following not in by_slug:
            return False
        if following == slug:
            return True
    return False


def _repeated(slugs: Iterable[str]) -> list[str]:
    return [f"{slug}: named {count} times" for slug, count in Counter(slugs).items() if count > 1]
