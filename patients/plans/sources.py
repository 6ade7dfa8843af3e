"""The sources of a new plan: a routine, an earlier plan, another patient's plan; and the routine made of a plan."""

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
    """Return the items of a routine in order, with their exercises, without retired exercises. Two queries."""
    items = routine.items.filter(exercise__retired_at=None).select_related("exercise")
    return list(items.prefetch_related("exercise__focus").order_by("order"))


def build_lines_from_routine(
    items: Iterable[RoutineItem],
    *,
    plan_days: Collection[int],
    supports: Mapping[uuid.UUID, str] | None = None,
) -> tuple[PlanLine, ...]:
    """Return a line for each exercise, with the days of the plan that suit its dose. Needs `exercise` loaded.

    `supports` maps exercises to the support that they start with; the catalogue's support is the default. A routine
    may hold an exercise twice, a plan not in the same weeks: the first item is used.
    """
    lines: dict[object, PlanLine] = {}
    for item in items:
        support = (supports or {}).get(item.exercise_id)
        line = PlanLine.suggested(
            item.exercise, dose=item.dose, note=item.note, support=support, plan_days=plan_days
        )
        lines.setdefault(item.exercise_id, line)
    return tuple(lines.values())


#: The fields of a line that may be copied to another patient's plan. All others are personal to the patient.
_IMPERSONAL = ("exercise_id", "dose", "weekdays", "first_week", "last_week", "name")


def without_patient_data(content: PlanContent, supports: Mapping[uuid.UUID, str]) -> PlanContent:
    """Return the parts of a plan that may be copied to another patient: exercises in order, doses, days and weeks.

    Notes and sides are left out, and each exercise has its support of `supports`: a lower support was prescribed for
    that patient only.
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
    """An exercise of a plan as a routine can store it."""

    exercise: Exercise
    dose: Dose


def list_routine_exercises(plan: Plan) -> list[RoutineCandidate]:
    """Return the exercises that a routine can store: of the plan's draft, else of its latest version. Two queries.

    Each exercise that is not retired comes once, with the dose of its first phase, on as many days a week as the plan
    has it.
    """
    version = plan.versions.latest_first().first()
    if version is None:
        return []
    items = version.items.filter(exercise__retired_at=None).select_related("exercise").in_order()
    first: dict[uuid.UUID, PlanItem] = {}
    for item in items:
        earlier = first.get(item.exercise_id)
        if earlier is None or item.first_week < earlier.first_week:
            first[item.exercise_id] = item
    return [RoutineCandidate(item.exercise, _routine_dose(item)) for item in first.values()]


def _routine_dose(item: PlanItem) -> Dose:
    if not item.weekdays:
        return item.dose
    return replace(item.dose, days_min=len(item.weekdays), days_max=None)
