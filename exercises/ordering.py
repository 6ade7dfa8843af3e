"""Rows that have a place in an order: steps of an exercise, items of a routine."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import F

from exercises.models import ExerciseStep, RoutineItem

#: Far above any place in use. Places are unique, so everything moves out of the way before it is put in order.
TEMPORARY_ORDER_OFFSET = 1000


@transaction.atomic
def save_in_order(
    *, rows: Sequence[ExerciseStep | RoutineItem], changed: Collection[ExerciseStep | RoutineItem]
) -> None:
    """Save the rows of one owner as places 1, 2, 3 …; `changed` names those whose content is new.

    Rows that keep their place and content get no entry in their history.
    """
    there = [row.pk for row in rows if row.pk is not None]
    if rows:
        stored = type(rows[0])._default_manager.filter(pk__in=there)
        places = dict(stored.values_list("pk", "order"))
        stored.update(order=F("order") + TEMPORARY_ORDER_OFFSET)
    for place, row in enumerate(rows, start=1):
        row.order = place
        if row.pk is None or row in changed or places[row.pk] != place:
            row.save()
        else:
            type(row)._default_manager.filter(pk=row.pk).update(order=place)
