"""Read models of the pages that edit, preview and publish a plan, and of the page of a published version."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, Subquery, UUIDField
from django.utils import timezone
from django.utils.translation import gettext

from clinic.models import User
from exercises.models import Exercise
from patients.models import DraftStep, Plan, PlanItem, PlanVersion
from patients.plans.content import PlanContent
from patients.plans.diff import changes, draft_change_note
from patients.plans.formatting import get_fullest_day
from patients.plans.policies import list_publishing_problems, warnings
from patients.plans.prescription import Prescribed, prescribed, session_minutes
from patients.plans.selectors.draft_library import Library, library
from patients.plans.selectors.draft_safety import DraftSafety, draft_safety
from patients.plans.selectors.exercise_precautions import ExercisePrecautions, get_precautions
from patients.plans.totals import PlanTotals, compute_totals
from patients.safety.publishing_checks import list_unanswered_problems
from patients.safety.rules import list_plan_warnings
from patients.safety.selectors.known_holds import SafetyRecord, with_record
from patients.safety.selectors.plan_safety import PatientSafety, get_item_safety
from patients.safety.selectors.return_notes import ReturnNote, list_reducing_notes
from patients.screening.selectors import ScreeningStatus, with_screening_state

# --- Editing -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlanDraftPage:
    """The draft to edit. `version` is None if it was published or discarded meanwhile."""

    plan: Plan
    version: PlanVersion | None
    content: PlanContent | None
    #: Every exercise that is in the draft or may be added, by id.
    exercises: Mapping[uuid.UUID, Exercise]
    library: Library
    safety: DraftSafety
    #: The edit that undo would revert, in words; "" if there is none, or a colleague made the last edit.
    undo: str

    @cached_property
    def totals(self) -> PlanTotals | None:
        """The totals of the stored draft, compared with the weekly targets and the time that the patient has."""
        if self.content is None:
            return None
        return compute_totals(
            self.content, self.exercises, minutes_wanted=self.safety.patient.minutes_a_session
        )


def get_plan_draft_page(user: User, plan: Plan, parameters: Mapping[str, Any]) -> PlanDraftPage:
    """Return the draft of `plan` beside the library, filtered by the request's parameters. Six queries at most."""
    version, items, undo = _draft_of(plan, user)
    safety = draft_safety(plan.patient, items)
    found = library(
        user,
        parameters,
        at_home=[thing.slug for thing in safety.patient.at_home],
        in_draft=[item.exercise for item in items],
    )
    safety.patient.take_without_feet(found.exercises.values())
    return PlanDraftPage(
        plan=plan,
        version=version,
        content=PlanContent.of(version, items) if version else None,
        exercises={item.exercise_id: item.exercise for item in items} | found.exercises,
        library=found,
        safety=safety,
        undo=undo,
    )


def _draft_of(plan: Plan, user: User) -> tuple[PlanVersion | None, list[PlanItem], str]:
    """Return the draft, its items, and the description of the edit that undo would revert.

    One query, two if the draft has no items.
    """

    def last_step(version: str) -> dict[str, Any]:
        steps = DraftStep.objects.filter(version=OuterRef(version)).order_by("-edit_number")
        by = Subquery(steps.values("by")[:1], output_field=UUIDField())
        return {"step_what": Subquery(steps.values("what")[:1]), "step_by": by}

    rows = PlanItem.objects.filter(version__plan=plan, version__published_at=None)
    rows = rows.select_related("version__edited_by", "exercise__easier").annotate(**last_step("version"))
    items = list(rows.in_order())
    drafts = plan.versions.drafts().select_related("edited_by").annotate(**last_step("pk"))
    row: Any = items[0] if items else drafts.first()
    if row is None:
        return None, [], ""
    undo = (row.step_what or gettext("the last change")) if row.step_by == user.pk else ""
    return items[0].version if items else row, items, undo


# --- Preview and publish -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DraftPreview:
    """The draft as the patient would see it.

    `problems` keep it from being published, `warnings` are advice, `changes` are its differences from the version
    before. `care` holds the notes that the safety rules ask for. `screening` asks for a reason if it is not finished.
    `return_notes` take something off the plan for now.
    """

    plan: Plan
    version: PlanVersion
    exercises: list[Prescribed]
    care: ExercisePrecautions
    problems: list[str]
    warnings: list[str]
    changes: list[str]
    screening: ScreeningStatus
    return_notes: list[ReturnNote]

    @property
    def minutes(self) -> int:
        return session_minutes(self.exercises)

    @property
    def draft_change_note(self) -> str:
        """A first text of the change note, made of the differences."""
        return draft_change_note(self.changes)


def get_draft_preview(plan: Plan, *, now: datetime.datetime | None = None) -> DraftPreview | None:
    """Return the draft as the patient will see it, None if the plan has no draft. Six queries at most."""
    now = now or timezone.now()
    versions = plan.versions.select_related("edited_by").annotate(
        **with_screening_state("plan__patient"), **with_record(plan.patient, now)
    )
    rows: list[PlanVersion] = list(versions.latest_first()[:2])
    if not rows or rows[0].is_published:
        return None
    version = rows[0]  # a draft is always the latest version
    earlier = rows[1] if len(rows) > 1 else None
    of_both = _with_exercises(version, *([earlier] if earlier else []))
    items = [item for item in of_both if item.version_id == version.pk]
    before = [item for item in of_both if item.version_id != version.pk]
    content = PlanContent.of(version, items)
    exercises = [prescribed(item) for item in items]
    patient_safety = PatientSafety.of(plan.patient)
    safety = get_item_safety(items, plan.patient, safety=patient_safety)
    most_exercises = len(get_fullest_day(content.lines))
    record = SafetyRecord.of(plan.patient, vars(version), now)
    return DraftPreview(
        plan=plan,
        version=version,
        exercises=exercises,
        care=get_precautions(exercises, safety),
        problems=list_publishing_problems(version, exercises=items, today=plan.patient.today(now))
        + list_unanswered_problems(safety.values()),
        warnings=warnings(most_exercises=most_exercises)
        + list_plan_warnings(patient_safety.kinds, most_exercises),
        changes=changes(PlanContent.of(earlier, before), content) if earlier else [],
        screening=ScreeningStatus.of(version, plan.patient, now),
        return_notes=list_reducing_notes(plan.patient, record, record.today),
    )


def _with_exercises(*versions: PlanVersion) -> list[PlanItem]:
    items = PlanItem.objects.filter(version__in=versions).select_related("exercise")
    return list(items.prefetch_related("exercise__steps", "exercise__equipment").in_order())


@dataclass(frozen=True)
class VersionPage:
    """A published version as it was prescribed, and another one to compare it with: by default the one before.

    `changes` go from the older of the two to the newer; without another one there are none.
    """

    version: PlanVersion
    exercises: list[Prescribed]
    #: All the other published versions of the plan, newest first.
    others: list[PlanVersion]
    other: PlanVersion | None
    changes: list[str]

    @property
    def latest(self) -> int:
        """The number of the plan's latest version."""
        return max(version.number for version in (self.version, *self.others))

    @property
    def older(self) -> int:
        return min(self.version.number, self.other.number if self.other else self.version.number)

    @property
    def newer(self) -> int:
        return max(self.version.number, self.other.number if self.other else self.version.number)

    @property
    def minutes(self) -> int:
        return session_minutes(self.exercises)


def get_version_page(version: PlanVersion, *, beside: int | None = None) -> VersionPage | None:
    """Return the page of a published version, whose `plan` must be loaded. Two queries.

    Return None if `beside` is not the number of a published version of the plan.
    """
    others = list(version.plan.versions.published().exclude(pk=version.pk).latest_first())
    if beside is None:
        other = next((one for one in others if one.number < version.number), None)
    else:
        other = next((one for one in others if one.number == beside), None)
        if other is None and beside != version.number:
            return None
    versions = [version, other] if other else [version]
    rows = list(PlanItem.objects.filter(version__in=versions).select_related("exercise").in_order())
    items = {one.pk: [row for row in rows if row.version_id == one.pk] for one in versions}
    contents = [PlanContent.of(one, items[one.pk]) for one in sorted(versions, key=lambda one: one.number)]
    return VersionPage(
        version=version,
        exercises=[prescribed(item) for item in items[version.pk]],
        others=others,
        other=other,
        changes=changes(*contents) if len(contents) > 1 else [],
    )
