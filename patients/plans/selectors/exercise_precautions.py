"""Effects of a patient's flags on the patient's own pages: excluded exercises, precautions and the glucose table."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _

from exercises.catalogue import GLUCOSE_NOTE, GLUCOSE_TITLE
from exercises.catalogue.glucose import GlucoseBandEntry
from exercises.models import Exercise
from patients.models import Patient, PlanItem, PlanVersion
from patients.plans.prescription import Prescribed, get_gentler_line, is_no_more_than, prescribed
from patients.plans.reduction import NO_REDUCTION, Reduction
from patients.safety.holds import keeps_away
from patients.safety.rules import Finding, glucose_table, patient_notes
from patients.safety.selectors.plan_safety import ItemSafety, PatientSafety, get_item_safety


@dataclass(frozen=True)
class ExcludedExercise:
    """A prescribed exercise that a flag blocks for now. `notes` tell the patient why."""

    exercise: Prescribed
    row: ItemSafety
    notes: tuple[str, ...] = ()

    @cached_property
    def instead(self) -> Exercise | None:
        """The gentler shared exercise to show instead, if any: one that the plan does not have.

        Its page in the library asks for as much support as this patient needs.
        """
        easier = self.row.easier
        if easier is None or easier.clinic_id is not None or easier.pk in self.row.in_plan:
            return None
        if not is_no_more_than(self.exercise, easier):
            return None
        return easier if self.row.patient_safety.support_for(easier) == easier.support else None

    @property
    def instead_sentence(self) -> str:
        """The dose of the gentler exercise that is no more work than the prescribed one; "" without one."""
        instead = self.instead
        return get_gentler_line(self.exercise, instead, NO_REDUCTION).session_sentence if instead else ""


@dataclass(frozen=True)
class ExercisePrecautions:
    """Precautions before these exercises. The glucose table is empty unless one of them requires it."""

    notes: tuple[str, ...]
    glucose_bands: tuple[GlucoseBandEntry, ...]

    @property
    def any(self) -> bool:
        return bool(self.notes or self.glucose_bands)

    @property
    def glucose_title(self) -> str:
        return str(GLUCOSE_TITLE)

    @property
    def glucose_note(self) -> str:
        return str(GLUCOSE_NOTE)


def list_blocked_items(safety: Mapping[uuid.UUID, ItemSafety]) -> set[uuid.UUID]:
    """Return the ids of the items that a flag blocks and for which no clinician has given a reason.

    That is so when the flag was set after the plan was published.
    """
    return {pk for pk, row in safety.items() if row.is_blocked}


def list_left_out(
    exercises: Iterable[Prescribed], safety: Mapping[uuid.UUID, ItemSafety], reduction: Reduction
) -> set[uuid.UUID]:
    """Return the ids of those items that a flag blocks, or that the return to exercise leaves out for now."""
    reduced = {row.item.pk for row in exercises if reduction.keeps_away(row.all_demands)}
    return list_blocked_items(safety) | reduced


def list_excluded(
    exercises: Iterable[Prescribed], safety: Mapping[uuid.UUID, ItemSafety]
) -> tuple[ExcludedExercise, ...]:
    """Return those of the exercises that a flag blocks."""
    rows = ((exercise, safety[exercise.item.pk]) for exercise in exercises)
    return tuple(
        ExcludedExercise(exercise, row, tuple(row.reasons_for_patient))
        for exercise, row in rows
        if row.is_blocked
    )


def get_gentler_alternative(
    exercise: Prescribed, row: ItemSafety, *, holds: Iterable[str] = ()
) -> Exercise | None:
    """Return the exercise to do instead on a day when this one is too much, None if there is none.

    See `list_gentler_alternatives`.
    """
    return next(list_gentler_alternatives(exercise, row, holds=holds), None)


def list_gentler_alternatives(
    exercise: Prescribed, row: ItemSafety, *, holds: Iterable[str] = ()
) -> Iterator[Exercise]:
    """Yield the exercises that may be done instead of this one, the best first.

    Each is a shared exercise or one of the same clinic, no less safe for the patient than the original, no more work,
    and none that one of these kinds of hold keeps away. Needs the item's `exercise__easier` loaded.
    """
    original = exercise.item.exercise
    for easier in row.patient_safety.list_easier(original, row.findings):
        is_theirs = easier.clinic_id is None or easier.clinic_id == original.clinic_id
        if is_theirs and is_no_more_than(exercise, easier) and not keeps_away(holds, easier.all_demands):
            yield easier


def for_now(exercise: Prescribed, row: ItemSafety, reduction: Reduction = NO_REDUCTION) -> Prescribed:
    """Return the exercise with the support that the patient's flags ask for now, and reduced for now.

    Flags ask for more than the plan if they were set after it was published. The step that says how to hold on follows.
    """
    if not row.required_support and not reduction:
        return exercise
    return prescribed(exercise.item, support=row.required_support, reduction=reduction)


def get_precautions(
    exercises: Iterable[Prescribed], safety: Mapping[uuid.UUID, ItemSafety]
) -> ExercisePrecautions:
    """Return the notes and the glucose table for these exercises, each note once.

    An exercise that takes the place of the prescribed one has its own notes.
    """
    found = [
        finding
        for exercise in exercises
        for finding in _list_findings(exercise, safety[exercise.item.pk])
        if not finding.is_block  # overridden: the clinician's reason counts, not the note of the block
    ]
    return ExercisePrecautions(tuple(patient_notes(found)), glucose_table(found))


def _list_findings(exercise: Prescribed, row: ItemSafety) -> Iterable[Finding]:
    if exercise.item.exercise_id == row.item.exercise_id:
        return row.findings
    return row.patient_safety.findings_for(exercise.item.exercise, exercise.line.support)


@dataclass(frozen=True)
class EffectsOnPlan:
    """Effects of the flags on a plan that was published before: exercises left out, and those with more support."""

    left_out: tuple[str, ...] = ()
    more_support: tuple[str, ...] = ()


def get_effects_on_plan(patient: Patient) -> EffectsOnPlan:
    """Return the exercises of the patient's open plan that the flags change now, for the team.

    Four queries at most.
    """
    versions = PlanVersion.objects.published().filter(plan__in=patient.plans.open())
    version = versions.latest_first().first()
    items = list(version.items.select_related("exercise").in_order()) if version else []
    return describe_effects(get_item_safety(items, patient).values() if items else ())


def find_effects_of_new_flags(
    version: PlanVersion, items: Iterable[PlanItem], safety: PatientSafety
) -> EffectsOnPlan:
    """Return the effects of the flags that were set since the version was published. No query.

    Answers are written before publishing, so that such a flag has none.
    """
    published_at = version.published_at
    new = replace(
        safety, flags=tuple(row for row in safety.flags if published_at and row.set_at > published_at)
    )
    return describe_effects(ItemSafety(item, tuple(new.findings_on(item)), (), new) for item in items)


def describe_effects(rows: Iterable[ItemSafety]) -> EffectsOnPlan:
    """Return the effects of the flags on published items, by the names of the exercises."""
    rows = list(rows)
    kept = [row for row in rows if not row.is_blocked]
    return EffectsOnPlan(
        left_out=tuple(dict.fromkeys(_(row.name) for row in rows if row.is_blocked)),
        more_support=tuple(
            dict.fromkeys(
                f"{_(row.name)} ({row.required_support.label.lower()})"
                for row in kept
                if row.required_support
            )
        ),
    )
