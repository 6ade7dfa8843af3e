"""What a plan can be made of: the lines of a routine, of an earlier plan, of another patient's plan."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from exercises.doses import Dose
from exercises.models import Exercise, Routine, RoutineItem, Support
from patients.models import Plan, PlanItem
from patients.plans.lines import PlanLine

from .content import PlanContent


def routine_items(routine: Routine) -> list[RoutineItem]:
    """The items of a routine in order, with their exercises, without those that were retired since. One query."""
    items = routine.items.filter(exercise__retired_at=None).select_related("exercise")
    return list(items.order_by("order"))


def build_lines_from_routine(
    items: Iterable[RoutineItem],
    *,
    plan_days: Collection[int],
    supports: Mapping[uuid.UUID, str] | None = None,
) -> tuple[PlanLine, ...]:
    """A line for each exercise, with the days of the plan that suit its dose; wants `exercise` loaded.

    `supports` says what each exercise starts with, the catalogue's support where it says nothing.
    A routine may hold an exercise twice, a plan may not in the same weeks: the first stands.
    """
    lines: dict[object, PlanLine] = {}
    for item in items:
        support = (supports or {}).get(item.exercise_id)
        line = PlanLine.suggested(
            item.exercise, dose=item.dose, note=item.note, support=support, plan_days=plan_days
        )
        lines.setdefault(item.exercise_id, line)
    return tuple(lines.values())


#: What of a line may go from one patient's plan into another's. Any other field is for that patient alone.
_IMPERSONAL = ("exercise_id", "dose", "weekdays", "first_week", "last_week", "name")


def without_patient_data(content: PlanContent, supports: Mapping[uuid.UUID, str]) -> PlanContent:
    """What may go from one patient's plan into another's: exercises in order, doses, days and weeks.

    No note, no side, and each exercise with its support of `supports`: less than that was for that patient alone.
    """
    lines = (
        PlanLine(
            support=Support(supports.get(line.exercise_id, line.support)),
            **{part: getattr(line, part) for part in _IMPERSONAL},
        )
        for line in content.lines
    )
    return replace(content, note="", lines=tuple(lines))


@dataclass(frozen=True)
class RoutineCandidate:
    """One exercise of a plan as a routine can keep it."""

    exercise: Exercise
    dose: Dose


def list_routine_exercises(plan: Plan) -> list[RoutineCandidate]:
    """What a routine can keep of the plan's draft, else of its latest version; two queries.

    Each exercise in use once, as its first phase has it; on as many days a week as the plan gives it.
    """
    version = plan.versions.latest_first().first()
    if version is None:
        return []
    items = version.items.filter(exercise__retired_at=None).select_related("exercise").in_order()
    first: dict[uuid.UUID, PlanItem] = {}
    for item in items:
        there = first.get(item.exercise_id)
        if there is None or item.first_week < there.first_week:
            first[item.exercise_id] = item
    return [RoutineCandidate(item.exercise, _routine_dose(item)) for item in first.values()]


def _routine_dose(item: PlanItem) -> Dose:
    if not item.weekdays:
        return item.dose
    return replace(item.dose, days_min=len(item.weekdays), days_max=None)
