"""Exercises in the place of those that a hold or a flag keeps away."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Container, Mapping, Sequence

from django.db.models import prefetch_related_objects

from exercises.catalogue import get_foot_rest_alternative
from exercises.models import Exercise
from patients.plans.prescription import Prescribed
from patients.plans.selectors.exercise_precautions import get_gentler_alternative
from patients.safety.holds import HoldKind, keeps_away
from patients.safety.rules import demands_of
from patients.safety.selectors.plan_safety import ItemSafety


def find_substitutes(
    items: Sequence[Prescribed],
    held: Container[uuid.UUID],
    safety: Mapping[uuid.UUID, ItemSafety],
    holds: Collection[str],
) -> dict[uuid.UUID, Exercise]:
    """Return the exercise that replaces each suspended item, by item id: none that one of these holds keeps away.

    Each exercise is used once, and none that the session contains anyway. While a foot must rest, an exercise of the
    arms takes the place of one whose own alternative moves a foot; that costs one query.
    """
    taken = {exercise.item.exercise_id for exercise in items if exercise.item.pk not in held}
    of_the_arms = _list_arm_exercises() if HoldKind.FOOT_REST in holds else {}
    found: dict[uuid.UUID, Exercise] = {}
    for exercise in items:
        pk = exercise.item.pk
        if pk not in held:
            continue
        offered = [
            get_gentler_alternative(exercise, safety[pk], holds=holds),
            _allowed(of_the_arms.get(get_foot_rest_alternative(exercise.category)), safety[pk], holds),
        ]
        for gentler in offered:
            if gentler is not None and gentler.pk not in taken:
                taken.add(gentler.pk)
                found[pk] = gentler
                break
    # Prefetched for all exercises at once: "too much" may show one of them on the same page.
    easier = [exercise.item.exercise.easier for exercise in items if exercise.item.exercise.easier]
    prefetch_related_objects([*easier, *found.values()], "steps", "equipment")
    return found


def _list_arm_exercises() -> dict[str, Exercise]:
    """Return the exercises that the catalogue offers while a foot must rest, by slug. One query."""
    slugs = {get_foot_rest_alternative(category) for category in ("aerobic", "balance", "stretching")}
    return {exercise.slug: exercise for exercise in Exercise.objects.public().filter(slug__in=slugs)}


def _allowed(exercise: Exercise | None, row: ItemSafety, holds: Collection[str]) -> Exercise | None:
    """Return the exercise if no flag blocks it and none of these holds keeps it away, otherwise None."""
    if exercise is None or keeps_away(
        holds, demands_of(position=exercise.position, demands=exercise.demands)
    ):
        return None
    is_blocked = any(finding.is_block for finding in row.patient_safety.findings_for(exercise))
    return None if is_blocked else exercise
