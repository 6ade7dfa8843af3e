"""Safety data of the plan builder: the patient's flags, and the findings of the rules for the draft and the library."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from exercises.models import Exercise
from patients.exceptions import NotPossibleError
from patients.models import Patient, PlanItem, PlanVersion
from patients.plans.formatting import get_fullest_day
from patients.plans.lines import PlanLine
from patients.safety.rules import Effect, Finding, list_plan_warnings
from patients.safety.selectors.plan_safety import ItemSafety, PatientSafety, get_item_safety


@dataclass(frozen=True)
class DraftSafety:
    """The safety of a draft as it is stored. `items` by exercise and first week, as `patients.plans.lines.Key`."""

    patient: PatientSafety
    items: Mapping[tuple[uuid.UUID, int], ItemSafety]
    #: Warnings about the plan as a whole.
    warnings: tuple[str, ...] = ()

    @property
    def waiting(self) -> int:
        """The number of unanswered findings, which keep the draft from being published."""
        return sum(len(row.unanswered) for row in self.items.values())

    def easier(self, key: tuple[uuid.UUID, int]) -> Exercise | None:
        """Return the exercise to offer instead of a blocked one of the draft, if there is one."""
        row = self.items.get(key)
        return row.easier if row else None

    def gravest(self, exercise: Exercise) -> Finding | None:
        """Return the finding to show before a library exercise is added: a lock, a block or a warning. No query.

        The exercise is judged with the support that it would start with on this patient's plan.
        """
        found = self.patient.findings_for(exercise, self.patient.support_for(exercise))
        return next((finding for finding in found if finding.effect >= Effect.WARN), None)


def get_draft_item(version: PlanVersion, key: tuple[uuid.UUID, int]) -> PlanItem:
    """Return the item of a draft by exercise and first week. Raises NotPossibleError if it is not there any more."""
    item: PlanItem | None = version.items.filter(exercise=key[0], first_week=key[1]).first()
    if item is None:
        raise NotPossibleError(_("This exercise is not in the plan any more."))
    return item


def draft_safety(patient: Patient, items: Sequence[PlanItem]) -> DraftSafety:
    """Return the safety of these items. Two queries at most. Items need `exercise__easier` loaded."""
    safety = PatientSafety.of(patient)
    found = get_item_safety(items, patient, safety=safety)
    most_exercises = len(get_fullest_day(PlanLine.of(item) for item in items))
    return DraftSafety(
        safety,
        {(item.exercise_id, item.first_week): found[item.pk] for item in items},
        tuple(list_plan_warnings(safety.kinds, most_exercises)),
    )
