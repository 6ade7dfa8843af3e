"""The rows that the actions on plans write; every caller is inside its own transaction."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from clinic.models import User
from patients.lookups import list_items
from patients.models import DraftStep, Plan, PlanEvent, PlanItem, PlanState, PlanVersion
from patients.models.schedule import get_scheduled_days
from patients.plans.content import PlanContent
from patients.plans.lines import ROW_FIELDS, Key, PlanLine
from patients.safety.selectors.plan_safety import PatientSafety

#: How many steps back a draft can be undone.
MAX_STEPS = 50
MAX_SUMMARY_LENGTH: int = DraftStep._meta.get_field("what").max_length or 0


def version_fields(content: PlanContent) -> dict[str, Any]:
    """What a version itself keeps of its content, by field."""
    return {
        "start_date": content.start_date,
        "weeks": content.weeks,
        "weekdays": list(content.weekdays),
        "note": content.note,
        "asked_days": get_scheduled_days(content.lines),
    }


def save_items(version: PlanVersion, lines: Sequence[PlanLine]) -> None:
    """Make the items of a draft say exactly `lines`. An exercise that stays keeps its row, and what hangs on it."""
    rows, spare = _rows_for(list(version.items.all()), lines)
    version.items.filter(pk__in=[item.pk for item in spare]).delete()
    for order, line in enumerate(lines, start=1):
        item = rows.get(line.key)
        if item is None:
            item = rows[line.key] = PlanItem(version=version, exercise_id=line.exercise_id)
        for name, value in line.row_values().items():
            setattr(item, name, value)
        item.order = order
    items = [rows[line.key] for line in lines]
    kept = [item for item in items if not item._state.adding]
    if kept:
        PlanItem.objects.bulk_update(kept, [*ROW_FIELDS, "order"])
    PlanItem.objects.bulk_create(item for item in items if item._state.adding)


def _rows_for(items: list[PlanItem], lines: Sequence[PlanLine]) -> tuple[dict[Key, PlanItem], list[PlanItem]]:
    """Line's key → its row, and the rows that no line is left for. A phase that moves keeps its row."""
    by_key = {(item.exercise_id, item.first_week): item for item in items}
    rows = {line.key: by_key.pop(line.key) for line in lines if line.key in by_key}
    spare = sorted(by_key.values(), key=lambda item: item.first_week)
    for line in sorted(lines, key=lambda line: line.first_week):
        if line.key not in rows:
            row = next((item for item in spare if item.exercise_id == line.exercise_id), None)
            if row is not None:
                spare.remove(row)
                rows[line.key] = row
    return rows, spare


def raise_support_to_minimum(version: PlanVersion) -> None:
    """Where a flag of the patient asks for more support than a new draft's item came with, the item gets it.

    A copy never gets less than it had; whoever wants less says so in the draft, and sees what the rule says of it.
    """
    safety = PatientSafety.of(version.plan.patient)
    raised = []
    for item in list_items(version) if safety.flags else ():
        support = safety.support_for(item.exercise, item.support)
        if support != item.support:
            item.support = support
            raised.append(item)
    PlanItem.objects.bulk_update(raised, ["support"])


def save_draft_step(
    version: PlanVersion, *, before: PlanContent, what: str, by: User, now: datetime.datetime
) -> None:
    """Keep what the draft said before the edit that was just made; the oldest of too many steps are forgotten."""
    DraftStep.objects.create(
        version=version,
        edit_number=version.edit_number,
        before=before.as_text(),
        what=what[:MAX_SUMMARY_LENGTH],
        at=now,
        by=by,
    )
    too_old = list(version.steps.order_by("-edit_number").values_list("pk", flat=True)[MAX_STEPS:])
    if too_old:
        version.steps.filter(pk__in=too_old).delete()


def record_plan_move(
    plan: Plan, *, to_state: PlanState, by: User, note: str, now: datetime.datetime
) -> PlanEvent:
    """Put the plan into its new state and write down that it was moved."""
    event = PlanEvent.objects.create(
        plan=plan, from_state=plan.state, to_state=to_state, note=note, by=by, at=now
    )
    plan.state = to_state
    plan.save(update_fields=["state"])
    return event
