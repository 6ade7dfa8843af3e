"""What the builder shows of safety: the patient's flags, what the rules find on each exercise, and in the library."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from exercises.models import Equipment, Exercise

from .models import Patient, PlanItem
from .plan_safety import ItemSafety, PatientSafety, item_safety
from .safety_rules import Effect, Finding


@dataclass(frozen=True)
class DraftSafety:
    """The safety of a draft as it is stored. `items` by exercise and first week, as `plan_content.Key`."""

    patient: PatientSafety
    items: Mapping[tuple[uuid.UUID, int], ItemSafety]

    @property
    def waiting(self) -> int:
        """How many answers keep the draft from being published."""
        return sum(len(row.unanswered) for row in self.items.values())

    @cached_property
    def _at_home(self) -> frozenset[str]:
        return frozenset(thing.slug for thing in self.patient.at_home)

    def gravest(self, exercise: Exercise) -> Finding | None:
        """What to say of an exercise of the library before it is added: a lock, a block or a warning. No query.

        It is judged with the support that it would start with on this patient's plan.
        """
        found = self.patient.findings_for(exercise, self.patient.support_for(exercise))
        return next((finding for finding in found if finding.effect >= Effect.WARN), None)

    def not_at_home(self, things: Iterable[Equipment]) -> list[Equipment]:
        """What the exercise needs that the patient has not named; nothing while nobody has asked what is at home."""
        return [thing for thing in things if self._at_home and thing.slug not in self._at_home]


def draft_safety(patient: Patient, items: Sequence[PlanItem]) -> DraftSafety:
    """Two queries at most. Items want `exercise__easier`."""
    safety = PatientSafety.of(patient)
    found = item_safety(items, patient, safety=safety)
    return DraftSafety(safety, {(item.exercise_id, item.first_week): found[item.pk] for item in items})
