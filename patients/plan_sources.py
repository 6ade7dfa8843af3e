"""What a plan can be made of: the lines of a routine, of an earlier plan, of another patient's plan."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from exercises.models import Routine, RoutineItem

from .plan_content import Line


def routine_items(routine: Routine) -> list[RoutineItem]:
    """The items of a routine in order, with their exercises, without those that were retired since. One query."""
    items = routine.items.filter(exercise__retired_at=None).select_related("exercise")
    return list(items.order_by("order"))


def lines_of_routine(items: Iterable[RoutineItem], *, plan_days: Collection[int]) -> tuple[Line, ...]:
    """A line for each exercise, with the days of the plan that suit its dose; wants `exercise` loaded.

    A routine may hold an exercise twice, a plan may not in the same weeks: the first stands.
    """
    lines: dict[object, Line] = {}
    for item in items:
        line = Line.suggested(item.exercise, dose=item.dose, note=item.note, plan_days=plan_days)
        lines.setdefault(item.exercise_id, line)
    return tuple(lines.values())
