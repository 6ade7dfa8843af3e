"""Edit the draft of a plan, create the next version, publish it.

Two people may edit at once. An edit of a draft that changed since it was read raises `StaleDraftError`, which holds
the draft as it is now and who changed it; nothing is written, and the page merges both edits (see
`patients.plans.merge.merge`).
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.audit.services import record
from clinic.models import User
from exercises.models import Exercise
from patients.exceptions import NotPossibleError
from patients.lookups import list_items, lock_plan
from patients.models import DraftStep, Plan, PlanItem, PlanState, PlanVersion
from patients.plans.content import PlanContent
from patients.plans.diff import summarise_changes
from patients.plans.policies import check_can_change, check_can_publish
from patients.plans.prescription import content_of
from patients.plans.services.plan_items import record_plan_move, save_draft_step, save_items, version_fields
from patients.safety.publishing_checks import check_all_answered
from patients.safety.selectors.plan_safety import get_item_safety
from patients.safety.services.overrides import copy_overrides
from patients.screening.publishing_checks import check_screened
from patients.screening.selectors import get_screening_state
from patients.summaries.services.refresh import refresh_summary


class StaleDraftError(Exception):
    """Someone changed the draft since it was read. Holds the draft as it is now, with `edited_by` loaded."""

    def __init__(self, version: PlanVersion, content: PlanContent) -> None:
        super().__init__("The draft was changed meanwhile.")
        self.version = version
        self.content = content


class DraftGoneError(NotPossibleError):
    """The draft was published or discarded meanwhile."""


@transaction.atomic
def save_draft(
    *,
    plan: Plan,
    content: PlanContent,
    edit_number: int,
    by: User,
    what: str = "",
    now: datetime.datetime | None = None,
) -> PlanVersion:
    """Save `content` as the plan's draft, unless the draft was changed since `edit_number` was read.

    The edit is one step that can be undone, described by `what` or else by its differences. The same edit sent twice
    is saved once. Raises StaleDraftError, or DraftGoneError if there is no draft any more. Raises NotPossibleError if
    an added exercise may not be assigned by the clinic; those that are in the draft already may stay.
    """
    locked = lock_plan(plan)
    version = get_draft(locked)
    items = list_items(version)
    current = PlanContent.of(version, items)
    if current == content:
        return version
    if version.edit_number != edit_number:
        raise StaleDraftError(version, current)
    _check_assignable(content, current, by)
    now = now or timezone.now()
    _write(version, content, by, now)
    save_draft_step(version, before=current, what=what or summarise_changes(current, content), by=by, now=now)
    record("plan.edited", actor=by, obj=version, clinic=locked.patient.clinic)
    return version


@transaction.atomic
def save_as_next_version(
    *, plan: Plan, content: PlanContent, by: User, now: datetime.datetime | None = None
) -> PlanVersion:
    """Create the next version of a plan that has no draft, with `content` as its draft.

    Raises NotPossibleError if the plan is finished or an exercise may not be assigned; nothing is written then.
    """
    version = create_next_version(plan=plan, by=by, now=now)
    return save_draft(plan=plan, content=content, edit_number=version.edit_number, by=by, now=now)


@transaction.atomic
def undo_last_step(
    *, plan: Plan, edit_number: int, by: User, now: datetime.datetime | None = None
) -> DraftStep | None:
    """Restore the draft as it was before its last edit. Each further call goes one step further back.

    Return the step that was undone, None if there is none left or if the same undo was sent twice. Users undo only
    their own edits: raises NotPossibleError for a colleague's, StaleDraftError if the draft was changed since
    `edit_number` was read, or DraftGoneError. Exercises that may not be assigned any more, such as retired ones, do
    not come back.
    """
    locked = lock_plan(plan)
    version = get_draft(locked)
    current = PlanContent.of(version, list_items(version))
    step: DraftStep | None = version.steps.select_related("by").order_by("-edit_number").first()
    if version.edit_number != edit_number:
        if _was_undone(version, step, edit_number, by):
            return None
        raise StaleDraftError(version, current)
    if step is None:
        return None
    if step.by_id != by.pk:
        raise NotPossibleError(
            _("%(who)s made the last change. Undo takes back your own changes only.") % {"who": step.by.name}
        )
    before = PlanContent.from_text(step.before)
    added = set(before.exercise_ids) - set(current.exercise_ids)
    known = set(Exercise.objects.available_to(by).filter(pk__in=added).values_list("pk", flat=True))
    before = before.without(*(line.key for line in before.lines if line.exercise_id in added - known))
    _write(version, before, by, now or timezone.now())
    step.delete()
    record("plan.undone", actor=by, obj=version, clinic=locked.patient.clinic)
    return step


def _was_undone(version: PlanVersion, step: DraftStep | None, edit_number: int, by: User) -> bool:
    """Return True if the only edit since `edit_number` was this user's own undo: undoing leaves no step behind."""
    is_last = version.edit_number == edit_number + 1 and version.edited_by_id == by.pk
    return is_last and (step is None or step.edit_number != version.edit_number)


def _write(version: PlanVersion, content: PlanContent, by: User, now: datetime.datetime) -> None:
    for name, value in version_fields(content).items():
        setattr(version, name, value)
    version.edit_number += 1
    version.edited_at, version.edited_by = now, by
    version.save()
    save_items(version, content.lines)


def get_draft(plan: Plan) -> PlanVersion:
    """Return the plan's draft, with `edited_by` loaded. Raises DraftGoneError if there is none."""
    version: PlanVersion | None = plan.versions.drafts().select_related("edited_by").first()
    if version is None:
        raise DraftGoneError("There is no draft of this plan any more. It was published or discarded.")
    return version


def _check_assignable(content: PlanContent, current: PlanContent, by: User) -> None:
    """Raise NotPossibleError if the clinic may not assign an exercise that was added."""
    added = set(content.exercise_ids) - set(current.exercise_ids)
    if added and Exercise.objects.available_to(by).filter(pk__in=added).count() != len(added):
        raise NotPossibleError("One of these exercises is not in your library any more. Choose another one.")


@transaction.atomic
def create_next_version(*, plan: Plan, by: User, now: datetime.datetime | None = None) -> PlanVersion:
    """Create the draft of the next version as a copy of the latest published one, or return the existing draft.

    Raises NotPossibleError if the plan is finished.
    """
    now = now or timezone.now()
    locked = lock_plan(plan)
    check_can_change(locked)
    draft: PlanVersion | None = locked.versions.drafts().first()
    if draft is not None:
        return draft
    latest = locked.versions.published().latest_first()[0]
    content = PlanContent.of(latest, list_items(latest))
    version = PlanVersion.objects.create(
        plan=locked, number=latest.number + 1, edited_at=now, edited_by=by, **version_fields(content)
    )
    save_items(version, content.lines)
    copy_overrides(from_version=latest, to_version=version, by=by)
    record("plan.next_version", actor=by, obj=version, clinic=locked.patient.clinic)
    return version


@transaction.atomic
def discard_draft(*, plan: Plan, edit_number: int, by: User) -> bool:
    """Delete the draft; published versions stay. A plan that was never published is deleted with its draft.

    Return True if the plan was deleted too. Raises StaleDraftError, or DraftGoneError.
    """
    locked = lock_plan(plan)
    version = get_draft(locked)
    if version.edit_number != edit_number:
        raise StaleDraftError(version, PlanContent.of(version, list_items(version)))
    record("plan.discarded", actor=by, obj=version, clinic=locked.patient.clinic)
    version.delete()
    if locked.versions.exists():
        return False
    locked.delete()
    return True


@transaction.atomic
def publish_plan(
    *,
    plan: Plan,
    number: int,
    edit_number: int,
    change_note: str,
    by: User,
    screening_reason: str = "",
    now: datetime.datetime | None = None,
) -> PlanVersion:
    """Publish version `number`: the patient follows it from now on, and it never changes again.

    Each item stores a copy of its exercise as the catalogue has it now. `screening_reason` is kept with the version if
    the patient's screening is not finished. Publishing twice publishes once. Raises NotPossibleError with everything
    that is missing, ScreeningNeededError, StaleDraftError, or DraftGoneError.
    """
    now = now or timezone.now()
    locked = lock_plan(plan)
    version: PlanVersion | None = locked.versions.filter(number=number).select_related("edited_by").first()
    if version is None:
        raise DraftGoneError("This draft was discarded.")
    if version.is_published:
        return version
    items = list(
        version.items.select_related("exercise")
        .prefetch_related("exercise__steps", "exercise__equipment")
        .in_order()
    )
    if version.edit_number != edit_number:
        raise StaleDraftError(version, PlanContent.of(version, items))
    check_can_change(locked)
    check_can_publish(version, exercises=items, change_note=change_note, today=locked.patient.today(now))
    check_all_answered(get_item_safety(items, locked.patient).values())
    screening = get_screening_state(locked.patient, now)
    version.screening_reason = check_screened(screening.state, reason=screening_reason)
    for item in items:
        item.content = content_of(item.exercise)
    PlanItem.objects.bulk_update(items, ["content"])
    version.change_note = change_note.strip() if number > 1 else ""
    version.published_at, version.published_by = now, by
    version.save()
    if locked.state == PlanState.DRAFT:
        record_plan_move(locked, to_state=PlanState.ACTIVE, by=by, note="", now=now)
    record("plan.published", actor=by, obj=version, clinic=locked.patient.clinic)
    if version.screening_reason:
        record("plan.published_unscreened", actor=by, obj=version, clinic=locked.patient.clinic)
    refresh_summary(patient=locked.patient, now=now)
    return version
