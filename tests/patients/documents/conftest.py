"""Fixtures for the tests of documents: a clinic, and a patient with a plan for Monday, Wednesday and Friday."""

import datetime

import pytest
from django.core.cache import cache

from patients.models import Patient, PlanState, PlanVersion
from patients.models.schedule import get_scheduled_days
from patients.plans.prescription import content_of
from tests.factories import (
    MONDAY,
    NOON,
    ClinicFactory,
    ExerciseFactory,
    PatientFactory,
    PlanFactory,
    PlanItemFactory,
    PlanVersionFactory,
    published_plan,
)
from tests.factories import clinician as member

#: Friday of the plan's second week, noon in New York.
FRIDAY_NOON = datetime.datetime(2026, 3, 13, 16, 0, tzinfo=datetime.UTC)


def planned(patient: Patient, *items: dict, **version_fields) -> PlanVersion:
    """Return a published version with an item for each dict of fields: "Exercise A", "Exercise B" and so on."""
    version = PlanVersionFactory(plan=PlanFactory(patient=patient, state=PlanState.ACTIVE), **version_fields)
    for order, fields in enumerate(items, start=1):
        exercise = fields.pop("exercise", None) or ExerciseFactory(name=f"Exercise {chr(64 + order)}")
        PlanItemFactory(
            version=version, exercise=exercise, order=order, content=content_of(exercise), **fields
        )
    version.asked_days = get_scheduled_days(list(version.items.all()))
    version.published_at, version.published_by = NOON, member(patient.clinic)
    version.save()
    return version


@pytest.fixture(autouse=True)
def _friday(clock):
    clock.move_to(FRIDAY_NOON)
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def clinic():
    return ClinicFactory(name="Harbour Clinic", phone="555-0100", emergency_text="In an emergency, call 911.")


@pytest.fixture
def patient(clinic):
    return PatientFactory(clinic=clinic, full_name="Margaret Lee", called="Maggie")


@pytest.fixture
def version(patient):
    exercises = [
        ExerciseFactory(slug="calf-raise", name="Calf raise"),
        ExerciseFactory(slug="chair-march", name="Seated march", position="seated"),
        ExerciseFactory(slug="ankle-pump", name="Ankle pump", position="seated"),
    ]
    return published_plan(patient, exercises, start_date=MONDAY, weekdays=[0, 2, 4])
