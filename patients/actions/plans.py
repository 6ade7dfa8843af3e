"""Plans as a whole: starting one, and moving it from state to state. What a version says is in `drafts`."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from clinic.audit import record
from clinic.models import User
from exercises.doses import Dose
from exercises.models import Routine
from patients.models import Patient, Plan, PlanEvent, PlanVersion
from patients.plan_content import Line, PlanContent
from patients.plan_states import MOVES, Move
from patients.policies import check_can_start, check_move

from .plan_rows import give_enough_support, locked_plan, write_items, write_move

#: Weekdays that spread so many exercise days over a week (Monday is 0), with no more than two idle days in a row
#: from two days on (ADA 2016).
SPREAD = {
    1: (0,),
    2: (0, 3),
    3: (0, 2, 4),
    4: (0, 1, 3, 4),
    5: (0, 1, 2, 3, 4),
    6: (0, 1, 2, 3, 4, 5),
    7: (0, 1, 2, 3, 4, 5, 6),
}
#: How often, when no dose says it: balance and flexibility 2–3 times a week (ADA 2016).
USUAL_DAYS = 3


@transaction.atomic
def start_plan(
    *,
    patient: Patient,
    by: User,
    routine: Routine | None = None,
    earlier: PlanVersion | None = None,
    now: datetime.datetime | None = None,
) -> Plan:
    """A new plan with a first draft: from a routine, from an earlier version of this patient's, or from nothing.

    Raises NotPossibleError, with the reason, when the patient already has a plan that is not finished.
    """
    now = now or timezone.now()
    Patient.objects.select_for_update().get(pk=patient.pk)  # two clinicians at once: one after the other
    check_can_start(patient.plans.open().first())
    if earlier is not None and earlier.plan.patient_id != patient.pk:
        raise ValueError("An earlier version must be the patient's own.")
    content = _content_from(routine, earlier, patient.today(now))
    plan = Plan.objects.create(patient=patient, created_at=now, created_by=by)
    version = PlanVersion.objects.create(
        plan=plan,
        number=1,
        start_date=content.start_date,
        weeks=content.weeks,
        weekdays=list(content.weekdays),
        note=content.note,
        edited_at=now,
        edited_by=by,
    )
    write_items(version, content.lines)
    give_enough_support(version)
    record("plan.started", actor=by, obj=plan, clinic=patient.clinic)
    return plan


def _content_from(routine: Routine | None, earlier: PlanVersion | None, today: datetime.date) -> PlanContent:
    """What the first draft says. Exercises that were retired since are left out of a copy."""
    weeks: int = PlanVersion._meta.get_field("weeks").default
    if earlier is not None:
        items = earlier.items.filter(exercise__retired_at=None).select_related("exercise").in_order()
        return PlanContent(
            start_date=today,
            weeks=earlier.weeks,
            weekdays=tuple(earlier.weekdays),
            note=earlier.note,
            lines=tuple(Line.of(item) for item in items),
        )
    lines: tuple[Line, ...] = ()
    if routine is not None:
        routine_items = (
            routine.items.filter(exercise__retired_at=None).select_related("exercise").order_by("order")
        )
        # A routine may hold an exercise twice, a plan may not: the first stands.
        first = {item.exercise_id: item for item in reversed(routine_items)}
        lines = tuple(
            Line.suggested(item.exercise, dose=item.dose, note=item.note)
            for item in routine_items
            if first[item.exercise_id] is item
        )
    return PlanContent(
        start_date=today, weeks=weeks, weekdays=weekdays_for(line.dose for line in lines), lines=lines
    )


def weekdays_for(doses: Iterable[Dose]) -> tuple[int, ...]:
    """Weekdays that give every one of the doses at least the days a week it asks for."""
    asked = [dose.days_min for dose in doses if dose.days_min]
    return SPREAD[max(asked, default=USUAL_DAYS)]


@transaction.atomic
def move_plan(
    *, plan: Plan, move: Move, by: User, reason: str = "", now: datetime.datetime | None = None
) -> PlanEvent | None:
    """Pause, resume or finish a plan, with the reason where the move asks for one.

    None when the plan is there already, as after a double click. Raises NotPossibleError when its state forbids it.
    Publishing moves a plan too, but through `publish_plan`, which has more to check.
    """
    if move is Move.PUBLISH:
        raise ValueError("A plan is published by publish_plan.")
    locked = locked_plan(plan)
    row = MOVES[move]
    if locked.state == row.to_state and _last_moved_by(locked) == by.pk:
        return None
    check_move(locked, move, reason=reason)
    event = write_move(locked, to_state=row.to_state, by=by, note=reason.strip(), now=now or timezone.now())
    record(f"plan.{move.value}", actor=by, obj=locked, clinic=locked.patient.clinic)
    return event


def _last_moved_by(plan: Plan) -> uuid.UUID | None:
    last = plan.events.order_by("-at", "-id").first()
    return last.by_id if last else None
