"""Factories of what a clinician does while a plan is a draft."""

from __future__ import annotations

import factory
from factory.django import DjangoModelFactory

from exercises.models import FavouriteExercise
from patients.models import DraftStep, Flag, OverrideKind, SafetyOverride
from patients.plans.content import PlanContent
from tests.factories import (
    NOON,
    ExerciseFactory,
    PatientFlagFactory,
    PlanItemFactory,
    PlanVersionFactory,
    clinician,
)


class SafetyOverrideFactory(DjangoModelFactory):
    """A safety override on an item of a draft, for a flag of its patient."""

    class Meta:
        model = SafetyOverride

    item = factory.SubFactory(PlanItemFactory)
    patient_flag = factory.LazyAttribute(
        lambda self: PatientFlagFactory(patient=self.item.version.plan.patient, flag=Flag.FELL)
    )
    demand = "single_leg"
    kind = OverrideKind.ACKNOWLEDGED
    support = factory.SelfAttribute("item.support")
    at = NOON
    by = factory.LazyAttribute(lambda self: self.patient_flag.set_by)


class DraftStepFactory(DjangoModelFactory):
    """The undo step of the edit that created the draft's current content."""

    class Meta:
        model = DraftStep

    version = factory.SubFactory(PlanVersionFactory)
    edit_number = factory.SelfAttribute("version.edit_number")
    before = factory.LazyAttribute(lambda self: PlanContent.of(self.version, []).as_text())
    what = "6 → 8 weeks"
    at = NOON
    by = factory.LazyAttribute(lambda self: clinician(self.version.plan.patient.clinic))


class FavouriteExerciseFactory(DjangoModelFactory):
    class Meta:
        model = FavouriteExercise

    user = factory.LazyFunction(lambda: clinician())
    exercise = factory.SubFactory(ExerciseFactory)
    added_at = NOON
