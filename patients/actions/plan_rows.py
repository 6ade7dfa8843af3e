"""The rows that the actions on plans write; every caller is inside its own transaction."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from clinic.models import User
from patients.models import Plan, PlanEvent, PlanItem, PlanState, PlanVersion
from patients.plan_content import Line
from patients.plan_safety import PatientSafety


def locked_plan(plan: Plan) -> Plan:
    """The plan as it is now, held until the transaction ends. Every write to a plan or its versions starts here."""
    return Plan.objects.select_for_update(of=("self",)).select_related("patient__clinic").get(pk=plan.pk)


def items_in_order(version: PlanVersion) -> list[PlanItem]:
    """The version's items with their exercises."""
    return list(version.items.select_related("exercise").in_order())


def write_items(version: PlanVersion, lines: Sequence[Line]) -> None:
    """Make the items of a draft say exactly `lines`. An exercise that stays keeps its row."""
    rows = {item.exercise_id: item for item in version.items.all()}
    wanted = {line.exercise_id for line in lines}
    version.items.exclude(exercise_id__in=wanted).delete()
    for order, line in enumerate(lines, start=1):
        item = rows.get(line.exercise_id) or PlanItem(version=version, exercise_id=line.exercise_id)
        for name, value in line.dose.as_dict().items():
            setattr(item, name, value)
        item.order, item.support, item.note = order, line.support, line.note
        rows[line.exercise_id] = item
    fresh = [rows[line.exercise_id] for line in lines if rows[line.exercise_id]._state.adding]
    kept = [rows[line.exercise_id] for line in lines if not rows[line.exercise_id]._state.adding]
    names = [*lines[0].dose.as_dict(), "order", "support", "note"] if lines else []
    if kept:
        PlanItem.objects.bulk_update(kept, names)
    PlanItem.objects.bulk_create(fresh)


def give_enough_support(version: PlanVersion) -> None:
    """Where a flag of the patient asks for more support than a new draft's item came with, the item gets it.

    A copy never gets less than it had; whoever wants less says so in the draft, and sees what the rule says of it.
    """
    safety = PatientSafety.of(version.plan.patient)
    raised = []
    for item in items_in_order(version) if safety.flags else ():
        support = safety.support_for(item.exercise, item.support)
        if support != item.support:
            item.support = support
            raised.append(item)
    PlanItem.objects.bulk_update(raised, ["support"])


def write_move(plan: Plan, *, to_state: PlanState, by: User, note: str, now: datetime.datetime) -> PlanEvent:
    """Put the plan into its new state and write down that it was moved."""
    event = PlanEvent.objects.create(
        plan=plan, from_state=plan.state, to_state=to_state, note=note, by=by, at=now
    )
    plan.state = to_state
    plan.save(update_fields=["state"])
    return event
