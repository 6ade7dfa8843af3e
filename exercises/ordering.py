"""Saving of ordered rows: steps of an exercise, items of a routine."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import F

from exercises.models import ExerciseStep, RoutineItem

#: Larger than any order number in use. Order numbers are unique, so stored rows get this offset before they are
#: renumbered.
TEMPORARY_ORDER_OFFSET = 1000


@transaction.atomic
def save_in_order(
    *, rows: Sequence[ExerciseStep | RoutineItem], changed: Collection[ExerciseStep | RoutineItem]
) -> None:
    """Save the rows of one exercise or routine with the order 1, 2, 3 …

    `changed` are the rows whose content has changed. Rows with the same order and content get no history entry.
    """
    stored_keys = [row.pk for row in rows if row.pk is not None]
    if rows:
        stored = type(rows[0])._default_manager.filter(pk__in=stored_keys)
        places = dict(stored.values_list("pk", "order"))
        stored.update(order=F("order") + TEMPORARY_ORDER_OFFSET)
    for place, row in enumerate(rows, start=1):
        row.order = place
        if row.pk is None or row in changed or places[row.pk] != place:
            row.save()
        else:
            type(row)._default_manager.filter(pk=row.pk).update(order=place)
