"""A clinician's answers to the safety rules, kept with the plan item they are about.

They are written while the version is a draft and are published with it. What a rule asks is worked out anew inside
each action, so that nothing is answered that does not apply, and every answer is to the flags as they stand.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.audit.services import record
from clinic.models import User
from patients.exceptions import NotPossibleError
from patients.lookups import list_items, lock_plan
from patients.models import OverrideKind, PatientFlag, Plan, PlanItem, PlanVersion, SafetyOverride
from patients.safety.rules import Effect, Finding, get_support_rank, open_pairs
from patients.safety.selectors.plan_safety import PatientSafety

#: Which answer each effect takes. A lock is answered by `unlock_eyes_closed`, a note by nobody.
TAKES = {Effect.BLOCK: OverrideKind.OVERRIDE, Effect.WARN: OverrideKind.ACKNOWLEDGED}


@transaction.atomic
def override_block(
    *, item: PlanItem, rule: str, reason: str, by: User, now: datetime.datetime | None = None
) -> list[SafetyOverride]:
    """Prescribe the exercise although `rule` (its slug) blocks it, with the reason, which is kept with the plan.

    What was written now: one row for each flag and demand that met; empty when it was answered already, whose reason
    stands. Raises NotPossibleError without a reason, when the rule does not apply (any more), or when the version is
    published.
    """
    if not reason.strip():
        raise NotPossibleError(_("Write a reason. It is kept with the plan."))
    return _answer(item, rule, OverrideKind.OVERRIDE, reason.strip(), by, now)


@transaction.atomic
def acknowledge_warning(
    *, item: PlanItem, rule: str, by: User, now: datetime.datetime | None = None
) -> list[SafetyOverride]:
    """Note that a clinician has seen the warning of `rule` (its slug) on this item. Otherwise as `override_block`."""
    return _answer(item, rule, OverrideKind.ACKNOWLEDGED, "", by, now)


@transaction.atomic
def revoke_override(*, item: PlanItem, rule: str, by: User) -> int:
    """Ask again what `rule` asked on this item of a draft. How many rows went. Raises as `override_block`."""
    fresh, finding, _flags = _asked(item, rule)
    rows = fresh.safety_overrides.filter(patient_flag__flag__in=finding.flags, demand__in=finding.demands)
    count = len(rows)
    if count:
        record("clearance.taken_back", actor=by, obj=fresh, clinic=fresh.version.plan.patient.clinic)
        rows.delete()
    return count


@transaction.atomic
def copy_overrides(*, from_version: PlanVersion, to_version: PlanVersion, by: User) -> list[SafetyOverride]:
    """Copy the answers of a published version to the draft made from it, as they were given: by whom, when and why.

    Only where the same row of the flag still holds, the exercise still demands it, and it has no less support than
    it had; everything else is asked again. Called in the transaction that makes the draft.
    """
    patient = to_version.plan.patient
    safety = PatientSafety.of(patient)
    items = {(item.exercise_id, item.first_week): item for item in list_items(to_version)}
    rows = SafetyOverride.objects.in_force().filter(item__version=from_version)
    carried = []
    for given in rows.select_related("item", "patient_flag").order_by("at", "id"):
        item = items.get((given.item.exercise_id, given.item.first_week))
        if item is None:
            continue
        pairs = {pair for finding in safety.findings_on(item) for pair in finding.pairs}
        if (given.flag, given.demand) in pairs and get_support_rank(item.support) <= get_support_rank(
            given.support
        ):
            carried.append(
                SafetyOverride(
                    item=item,
                    patient_flag=given.patient_flag,
                    demand=given.demand,
                    kind=given.kind,
                    reason=given.reason,
                    support=given.support,
                    at=given.at,
                    by_id=given.by_id,
                )
            )
    if carried:
        SafetyOverride.objects.bulk_create(carried)
        record("clearance.carried", actor=by, obj=to_version, clinic=patient.clinic)
    return carried


def _answer(
    item: PlanItem, rule: str, kind: OverrideKind, reason: str, by: User, now: datetime.datetime | None
) -> list[SafetyOverride]:
    fresh, finding, flags = _asked(item, rule)
    if TAKES.get(finding.effect) is not kind:
        raise NotPossibleError(_describe_required_answer(finding))
    written = []
    for flag, demand in open_pairs(
        finding, list(fresh.safety_overrides.in_force().select_related("patient_flag"))
    ):
        row, _is_new = SafetyOverride.objects.update_or_create(
            item=fresh,
            patient_flag=flags[flag],
            demand=demand,
            defaults={
                "kind": kind,
                "reason": reason,
                "support": fresh.support,
                "at": now or timezone.now(),
                "by": by,
            },
        )
        record(f"clearance.{kind.value}", actor=by, obj=row, clinic=fresh.version.plan.patient.clinic)
        written.append(row)
    return written


def _asked(item: PlanItem, rule: str) -> tuple[PlanItem, Finding, dict[str, PatientFlag]]:
    """The item of a draft as it is now, held by its plan's lock; what the rule finds on it; the patient's flags."""
    if plan := Plan.objects.filter(versions__items=item.pk).first():
        lock_plan(plan)
    rows = PlanItem.objects.select_related("exercise", "version__plan__patient__clinic")
    fresh = rows.filter(pk=item.pk).first()
    if fresh is None:
        raise NotPossibleError(_("This exercise is not in the plan any more."))
    if fresh.version.is_published:
        raise NotPossibleError(_("This version is published and stays as it was. Make the next version."))
    safety = PatientSafety.of(fresh.version.plan.patient)
    finding = next((found for found in safety.findings_on(fresh) if found.slug == rule), None)
    if finding is None:
        raise NotPossibleError(_("This does not apply to the exercise any more. Look at the plan again."))
    return fresh, finding, {row.flag: row for row in safety.flags}


def _describe_required_answer(finding: Finding) -> str:
    words = {
        Effect.LOCK: _("Eyes closed must be unlocked for the patient first."),
        Effect.BLOCK: _("Write a reason. It is kept with the plan."),
        Effect.WARN: _("This needs no reason. Confirm that you have seen it."),
        Effect.NOTE: _("This needs no answer. The patient reads it on the plan."),
    }
    return words[finding.effect]
