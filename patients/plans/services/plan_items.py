"""Write the rows of plans, for the services; every caller is inside its own transaction."""

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

#: The number of edits of a draft that can be undone.
MAX_STEPS = 50
MAX_SUMMARY_LENGTH: int = DraftStep._meta.get_field("what").max_length or 0


def version_fields(content: PlanContent) -> dict[str, Any]:
    """Return the fields of a `PlanVersion` for this content, by name."""
    return {
        "start_date": content.start_date,
        "weeks": content.weeks,
        "weekdays": list(content.weekdays),
        "note": content.note,
        "asked_days": get_scheduled_days(content.lines),
    }


def save_items(version: PlanVersion, lines: Sequence[PlanLine]) -> None:
    """Save exactly `lines` as the items of a draft.

    An exercise that stays keeps its row, and the rows that refer to it.
    """
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
    """Return the row for each line's key, as far as there is one, and the rows that are not used.

    A phase that starts in another week keeps its row.
    """
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
    """Raise the support of a new draft's items to the minimum that the patient's flags require.

    Support is never lowered here; a clinician who wants less sets it in the draft and sees the rule's finding there.
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
    """Store the draft as it was before the edit just made. Of more than `MAX_STEPS` steps the oldest are deleted."""
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
    """Save the plan's new state and record the move."""
    event = PlanEvent.objects.create(
        plan=plan, from_state=plan.state, to_state=to_state, note=note, by=by, at=now
    )
    plan.state = to_state
    plan.save(update_fields=["state"])
    return event
