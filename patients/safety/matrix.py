"""Every exercise of the catalogue × every flag as a matrix of text, for people to look at. Pure code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from exercises.catalogue import EXERCISES
from exercises.catalogue.entries import ExerciseEntry
from exercises.models import Support
from patients.models import Flag
from patients.safety.rules import Effect, demands_of, findings, least_support_for

LEGEND = (
    "B block, W warning, N note, · nothing; 1 and 2: at least one hand, two hands. "
    "The column “everyone” holds what applies to a patient without flags; the others, what the flag adds."
)
_LETTERS = {Effect.LOCK: "B", Effect.BLOCK: "B", Effect.WARN: "W", Effect.NOTE: "N"}
_HANDS = {Support.ONE_HAND: "1", Support.TWO_HANDS: "2"}
_COLUMNS: tuple[tuple[str, tuple[Flag, ...]], ...] = (
    ("everyone", ()),
    *((flag.value, (flag,)) for flag in Flag),
)
#: Characters of one column.
_WIDTH = 3


def describe_cell(flags: Sequence[Flag], exercise: ExerciseEntry) -> str:
    """Return the gravest effect of the flags on an exercise, and the least support: "W1".

    Rules for everyone count only without a flag.
    """
    demands = demands_of(position=exercise.position, demands=exercise.demands)
    found = [
        finding for finding in findings(flags, demands, exercise.support) if finding.rule.flags or not flags
    ]
    if not found:
        return "·"
    least = least_support_for(flags, demands)
    return _LETTERS[found[0].effect] + (_HANDS.get(least, "") if least else "")


def matrix_lines(exercises: Iterable[ExerciseEntry] = EXERCISES) -> list[str]:
    """Return the matrix: the names of the flags from top to bottom, then one line for each exercise."""
    exercises = tuple(exercises)
    names = max(len(exercise.slug) for exercise in exercises)
    height = max(len(name) for name, _flags in _COLUMNS)
    head = [
        " " * names + "".join(f" {name.rjust(height)[row]}".ljust(_WIDTH) for name, _flags in _COLUMNS)
        for row in range(height)
    ]
    body = [
        exercise.slug.ljust(names)
        + "".join(f" {describe_cell(flags, exercise)}".ljust(_WIDTH) for _name, flags in _COLUMNS)
        for exercise in exercises
    ]
    return [line.rstrip() for line in (*head, *body)]


def summary_lines(exercises: Iterable[ExerciseEntry] = EXERCISES) -> list[str]:
    """Return how many exercises each flag blocks, warns of and notes, and those it leaves without an effect."""
    exercises = tuple(exercises)
    return [
        f"| {flag.value} | {cells.count('B')} | {cells.count('W')} | {cells.count('N')} | {cells.count('·')} |"
        for flag in Flag
        if (cells := "".join(describe_cell((flag,), exercise)[0] for exercise in exercises))
    ]
