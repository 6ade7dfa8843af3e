"""Exercises in the place of those that a hold or a flag keeps away."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Container, Mapping, Sequence

from django.db.models import prefetch_related_objects

from exercises.models import Exercise
from patients.plans.prescription import Prescribed
from patients.plans.selectors.exercise_precautions import get_gentler_alternative
from patients.safety.selectors.plan_safety import ItemSafety


def find_substitutes(
    items: Sequence[Prescribed],
    held: Container[uuid.UUID],
    safety: Mapping[uuid.UUID, ItemSafety],
    holds: Collection[str],
) -> dict[uuid.UUID, Exercise]:
    """Return the exercise that replaces each suspended item, by item id: none that one of these holds keeps away.

    Each exercise is used once, and none that the session contains anyway.
    """
    taken = {exercise.item.exercise_id for exercise in items if exercise.item.pk not in held}
    found: dict[uuid.UUID, Exercise] = {}
    for exercise in items:
        pk = exercise.item.pk
        gentler = get_gentler_alternative(exercise, safety[pk], holds=holds) if pk in held else None
        if gentler is not None and gentler.pk not in taken:
            taken.add(gentler.pk)
            found[pk] = gentler
    # Prefetched for all exercises at once: "too much" may show one of them on the same page.
    easier = [exercise.item.exercise.easier for exercise in items if exercise.item.exercise.easier]
    prefetch_related_objects(easier, "steps", "equipment")
    return found
