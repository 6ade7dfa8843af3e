"""Exercises in the place of those that a hold or a flag keeps away."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Container, Iterator, Mapping, Sequence

from django.db.models import Q

from exercises.catalogue import get_foot_rest_alternative
from exercises.models import Exercise, list_complete_exercises
from patients.plans.prescription import Prescribed, build_substitute, is_no_more_than
from patients.plans.reduction import NO_REDUCTION, Reduction
from patients.plans.selectors.exercise_precautions import list_gentler_alternatives
from patients.safety.holds import HoldKind, keeps_away
from patients.safety.selectors.plan_safety import WITHOUT_FEET, ItemSafety


def find_substitutes(
    items: Sequence[Prescribed],
    held: Container[uuid.UUID],
    safety: Mapping[uuid.UUID, ItemSafety],
    holds: Collection[str],
    reduction: Reduction = NO_REDUCTION,
) -> dict[uuid.UUID, Exercise]:
    """Return the exercise that replaces each suspended item, by item id: none that is kept away, too.

    Each exercise is used once, and none that the session contains anyway. While a foot must rest, or if a flag blocks
    an exercise, one of the arms takes the place of one whose own alternative will not do. One query.
    """
    _load_alternatives(items, safety)
    taken = {exercise.item.exercise_id for exercise in items if exercise.item.pk not in held}
    found: dict[uuid.UUID, Exercise] = {}
    for exercise in items:
        pk = exercise.item.pk
        if pk not in held:
            continue
        offered = _list_offered(exercise, safety[pk], holds)
        gentler = next(
            (each for each in offered if each.pk not in taken and not reduction.keeps_away(each.all_demands)),
            None,
        )
        if gentler is not None:
            taken.add(gentler.pk)
            found[pk] = gentler
    return found


def _load_alternatives(items: Sequence[Prescribed], safety: Mapping[uuid.UUID, ItemSafety]) -> None:
    """Load the steps and the equipment of all exercises that may be offered, in one query.

    They are those that "too much" may show on the same page, too.
    """
    exercises = [exercise.item.exercise for exercise in items]
    wanted = Q(pk__in={each.easier_id for each in exercises if each.easier_id}) | WITHOUT_FEET
    complete = {each.pk: each for each in list_complete_exercises(wanted)}
    for each in exercises:
        if each.easier_id:
            each.easier = complete[each.easier_id]
    for row in safety.values():
        row.patient_safety.take_without_feet(complete.values())


def _list_offered(exercise: Prescribed, row: ItemSafety, holds: Collection[str]) -> Iterator[Exercise]:
    """Yield the exercises to offer instead of a suspended one, the best first."""
    yield from list_gentler_alternatives(exercise, row, holds=holds)
    if HoldKind.FOOT_REST in holds:
        slug = get_foot_rest_alternative(exercise.category)
        of_the_arms = row.patient_safety.without_feet.get(slug)
        if of_the_arms is None or not is_no_more_than(exercise, of_the_arms):
            return
        if _is_allowed(of_the_arms, row, holds):
            yield of_the_arms


def _is_allowed(exercise: Exercise, row: ItemSafety, holds: Collection[str]) -> bool:
    """Return True if no flag blocks the exercise and none of these holds keeps it away."""
    is_blocked = any(finding.is_block for finding in row.patient_safety.findings_for(exercise))
    return not is_blocked and not keeps_away(holds, exercise.all_demands)


def list_substitutes(
    asked: Sequence[Prescribed],
    suspended: Sequence[Prescribed],
    safety: Mapping[uuid.UUID, ItemSafety],
    holds: Collection[str],
    reduction: Reduction,
) -> tuple[Prescribed, ...]:
    """Return the exercises of a session in the place of those that are suspended. One query."""
    held = {exercise.item.pk for exercise in suspended}
    found = find_substitutes(asked, held, safety, holds, reduction)
    return tuple(
        build_substitute(
            row.item,
            found[pk],
            safety[pk].patient_safety.support_for(found[pk]),
            reduction,
            replaced=row.line.session_dose,
        )
        for row in asked
        if (pk := row.item.pk) in found
    )
