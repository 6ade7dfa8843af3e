"""Start plans and move them from state to state. Editing and publishing versions is in `drafts`."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.audit.services import record
from clinic.models import User
from exercises.models import Routine
from patients.lookups import list_items, lock_plan
from patients.models import Patient, Plan, PlanEvent, PlanVersion
from patients.plans.content import PlanContent
from patients.plans.policies import check_can_start, check_move
from patients.plans.services.drafts import get_draft, save_draft
from patients.plans.services.plan_items import (
    raise_support_to_minimum,
    record_plan_move,
    save_items,
    version_fields,
)
from patients.plans.sources import build_lines_from_routine, routine_items, without_patient_data
from patients.plans.states import MOVES, Move
from patients.plans.weekdays import choose_weekdays
from patients.safety.selectors.plan_safety import PatientSafety
from patients.summaries.services.refresh import refresh_summary


@transaction.atomic
def start_plan(
    *,
    patient: Patient,
    by: User,
    routine: Routine | None = None,
    earlier: PlanVersion | None = None,
    like: PlanVersion | None = None,
    now: datetime.datetime | None = None,
) -> Plan:
    """Create a plan with a first draft, from a routine, an earlier version of this patient's plans, or nothing.

    With `like`, copy the version of another patient of the same clinic: exercises, doses, days and weeks, nothing
    personal. Support is then the catalogue's, or more if this patient's flags require it. Raises NotPossibleError,
    with the reason, if the patient already has a plan that is not finished.
    """
    now = now or timezone.now()
    Patient.objects.select_for_update().get(pk=patient.pk)  # two requests at once run one after the other
    check_can_start(patient.plans.open().first())
    if earlier is not None and earlier.plan.patient_id != patient.pk:
        raise ValueError("An earlier version must be the patient's own.")
    if like is not None and like.plan.patient.clinic_id != patient.clinic_id:
        raise ValueError("A plan can only be copied within one clinic.")
    content = _content_from(routine, earlier or like, patient.today(now))
    if like is not None:
        content = without_patient_data(content, _catalogue_supports(like))
    plan = Plan.objects.create(patient=patient, created_at=now, created_by=by)
    version = PlanVersion.objects.create(
        plan=plan, number=1, edited_at=now, edited_by=by, **version_fields(content)
    )
    save_items(version, content.lines)
    raise_support_to_minimum(version)
    record("plan.started", actor=by, obj=plan, clinic=patient.clinic)
    if like is not None:
        record("plan.copied", actor=by, obj=like, clinic=patient.clinic)
    return plan


def _content_from(routine: Routine | None, version: PlanVersion | None, today: datetime.date) -> PlanContent:
    """Return the content of the first draft. Retired exercises are left out."""
    if version is not None:
        items = version.items.filter(exercise__retired_at=None).select_related("exercise").in_order()
        return replace(PlanContent.of(version, list(items)), start_date=today)
    rows = routine_items(routine) if routine is not None else []
    weekdays = choose_weekdays(row.dose for row in rows)
    return PlanContent(
        start_date=today,
        weeks=PlanVersion._meta.get_field("weeks").default,
        weekdays=weekdays,
        lines=build_lines_from_routine(rows, plan_days=weekdays),
    )


def _catalogue_supports(version: PlanVersion) -> dict[uuid.UUID, str]:
    return dict(version.items.values_list("exercise_id", "exercise__support"))


@transaction.atomic
def add_routine_to_draft(
    *, plan: Plan, routine: Routine, by: User, now: datetime.datetime | None = None
) -> PlanVersion:
    """Add the exercises of a routine that the plan's draft does not have yet, at its end.

    Calling it twice adds them once. Raises DraftGoneError.
    """
    version = get_draft(lock_plan(plan))
    content = PlanContent.of(version, list_items(version))
    rows = routine_items(routine)
    safety = PatientSafety.of(plan.patient)
    supports = {row.exercise_id: safety.support_for(row.exercise) for row in rows}
    lines = build_lines_from_routine(rows, plan_days=content.weekdays, supports=supports)
    return save_draft(
        plan=plan,
        content=content.adding(*lines),
        edit_number=version.edit_number,
        by=by,
        what=_("Added: %(name)s") % {"name": routine.name},
        now=now,
    )


@transaction.atomic
def move_plan(
    *, plan: Plan, move: Move, by: User, reason: str = "", now: datetime.datetime | None = None
) -> PlanEvent | None:
    """Pause, resume or finish a plan, with a reason if the move needs one.

    Return None if this user has moved the plan there already, as after a double click. Raises NotPossibleError if its
    state does not allow the move or the reason is missing. Publishing is a move too, made by `publish_plan`, which
    checks more.
    """
    if move is Move.PUBLISH:
        raise ValueError("Use publish_plan() to publish a plan.")
    now = now or timezone.now()
    locked = lock_plan(plan)
    row = MOVES[move]
    if locked.state == row.to_state and _last_moved_by(locked) == by.pk:
        return None
    check_move(locked, move, reason=reason)
    event = record_plan_move(locked, to_state=row.to_state, by=by, note=reason.strip(), now=now)
    record(f"plan.{move.value}", actor=by, obj=locked, clinic=locked.patient.clinic)
    refresh_summary(patient=locked.patient, now=now)
    return event


def _last_moved_by(plan: Plan) -> uuid.UUID | None:
    last = plan.events.order_by("-at", "-id").first()
    return last.by_id if last else None
