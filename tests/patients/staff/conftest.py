"""A clinic with its team, and a patient of it."""

import pytest
from django.test import Client

from clinic.models import Role
from patients.plans.content import PlanContent
from patients.plans.services.plans import start_plan
from tests.factories import (
    NOON,
    ClinicFactory,
    ExerciseFactory,
    PatientFactory,
    RoutineFactory,
    RoutineItemFactory,
)
from tests.factories import clinician as member


@pytest.fixture(autouse=True)
def _noon(time_machine):
    """It is noon on MONDAY in every test of the team's pages."""
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def clinic():
    return ClinicFactory()


@pytest.fixture
def dana(clinic):
    """A clinician."""
    user = member(clinic)
    user.name = "Dana Reyes"
    user.save()
    return user


@pytest.fixture
def other(clinic):
    """A second clinician of the same clinic."""
    user = member(clinic)
    user.name = "Omar Haddad"
    user.save()
    return user


@pytest.fixture
def desk(clinic):
    """Someone at the front desk."""
    return member(clinic, role=Role.FRONT_DESK)


@pytest.fixture
def stranger():
    """A clinician of another clinic."""
    return member()


@pytest.fixture
def patient(clinic):
    return PatientFactory(clinic=clinic, full_name="Margaret Lee", phone="555-0123")


@pytest.fixture
def routine():
    """Two exercises."""
    routine = RoutineFactory(name="First steps")
    calf = ExerciseFactory(name="Calf raise", slug="calf-raise")
    RoutineItemFactory(routine=routine, exercise=calf, order=1, reps_min=10, reps_max=15)
    RoutineItemFactory(routine=routine, exercise=ExerciseFactory(name="Ankle circles"), order=2, reps_min=8)
    return routine


@pytest.fixture
def draft(patient, dana, routine):
    """The first draft of a plan, with the routine's two exercises."""
    return start_plan(patient=patient, by=dana, routine=routine, now=NOON).versions.get()


@pytest.fixture
def signed_in():
    """`signed_in(user)`: a browser of that user's own."""

    def browser(user):
        client = Client()
        client.force_login(user)
        return client

    return browser


@pytest.fixture
def content_of():
    """`content_of(version)`: what a version says now, as a value."""
    return lambda version: PlanContent.of(version, list(version.items.select_related("exercise").in_order()))
