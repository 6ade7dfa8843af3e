"""What a plan can be made of: the lines of a routine, of an earlier plan, of another patient's plan."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from exercises.models import Routine, RoutineItem

from .plan_content import Line, PlanContent


def routine_items(routine: Routine) -> list[RoutineItem]:
    """The items of a routine in order, with their exercises, without those that were retired since. One query."""
    items = routine.items.filter(exercise__retired_at=None).select_related("exercise")
    return list(items.order_by("order"))


def lines_of_routine(
    items: Iterable[RoutineItem],
    *,
    plan_days: Collection[int],
    supports: Mapping[uuid.UUID, str] | None = None,
) -> tuple[Line, ...]:
    """A line for each exercise, with the days of the plan that suit its dose; wants `exercise` loaded.

    `supports` says what each exercise starts with, the catalogue's support where it says nothing.
    A routine may hold an exercise twice, a plan may not in the same weeks: the first stands.
    """
    lines: dict[object, Line] = {}
    for item in items:
        support = (supports or {}).get(item.exercise_id)
        line = Line.suggested(
            item.exercise, dose=item.dose, note=item.note, support=support, plan_days=plan_days
        )
        lines.setdefault(item.exercise_id, line)
    return tuple(lines.values())


def impersonal(content: PlanContent, supports: Mapping[uuid.UUID, str]) -> PlanContent:
    """What may go from one patient's plan into another's: exercises in order, doses, days and weeks.

    No note, no side, and each exercise with its support of `supports`: less than that was for that patient alone.
    """
    lines = (
        replace(line, note="", side="", support=supports.get(line.exercise_id, line.support))
        for line in content.lines
    )
    return replace(content, note="", lines=tuple(lines))
