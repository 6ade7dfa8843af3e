"""Services that write a clinician's answers to the safety rules, stored with their plan item.

Answers are written while the version is a draft and are published with it. Each service evaluates the rules again, so
that only a rule that applies to the current flags can be answered.
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

#: The kind of answer for each effect. A lock is answered by `unlock_eyes_closed`; a note needs no answer.
ANSWER_KINDS = {Effect.BLOCK: OverrideKind.OVERRIDE, Effect.WARN: OverrideKind.ACKNOWLEDGED}


@transaction.atomic
def override_block(
    *, item: PlanItem, rule: str, reason: str, by: User, now: datetime.datetime | None = None
) -> list[SafetyOverride]:
    """Prescribe the exercise although `rule` (a slug) blocks it, for a reason that is stored with the plan.

    Return the rows written now, one for each matching pair of a flag and a demand; empty if all were answered already,
    and their reason then stays. Raises NotPossibleError without a reason, if the rule does not apply (any more), if it
    takes another kind of answer, if the item was removed, or if the version is published.
    """
    if not reason.strip():
        raise NotPossibleError(_("Write a reason. It is kept with the plan."))
    return _answer(item, rule, OverrideKind.OVERRIDE, reason.strip(), by, now)


@transaction.atomic
def acknowledge_warning(
    *, item: PlanItem, rule: str, by: User, now: datetime.datetime | None = None
) -> list[SafetyOverride]:
    """Record that a clinician has seen the warning of `rule` (a slug) on this item.

    Return the rows and raise the errors of `override_block`.
    """
    return _answer(item, rule, OverrideKind.ACKNOWLEDGED, "", by, now)


@transaction.atomic
def revoke_override(*, item: PlanItem, rule: str, by: User) -> int:
    """Delete the answers to `rule` (a slug) on this draft item and return their number.

    Raises NotPossibleError if the rule does not apply, the item was removed, or the version is published.
    """
    fresh, finding, _flags = _get_item_and_finding(item, rule)
    rows = fresh.safety_overrides.filter(patient_flag__flag__in=finding.flags, demand__in=finding.demands)
    count = len(rows)
    if count:
        record("clearance.taken_back", actor=by, obj=fresh, clinic=fresh.version.plan.patient.clinic)
        rows.delete()
    return count


@transaction.atomic
def copy_overrides(*, from_version: PlanVersion, to_version: PlanVersion, by: User) -> list[SafetyOverride]:
    """Copy the answers of a published version to the draft made from it, with their author, time and reason.

    An answer is copied only if the same row of the flag is still live, the exercise still has the demand, and it has no
    less support than when the answer was given. All other rules have to be answered again. Called in the transaction
    that creates the draft.
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
    fresh, finding, flags = _get_item_and_finding(item, rule)
    if ANSWER_KINDS.get(finding.effect) is not kind:
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


def _get_item_and_finding(item: PlanItem, rule: str) -> tuple[PlanItem, Finding, dict[str, PatientFlag]]:
    """Lock the plan and return the current draft item, the finding of the rule on it, and the patient's live flags.

    Raises NotPossibleError if the item was removed, its version is published, or the rule does not apply.
    """
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
