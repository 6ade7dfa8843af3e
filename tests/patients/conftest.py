"""Fixtures for the tests of patients: a clinic with its team, a patient, a signed-in phone, and a fixed clock."""

import pytest
import time_machine
from django.test import Client

from clinic.models import Role
from exercises.models import Position
from patients.plans.content import PlanContent
from patients.plans.services.plans import start_plan
from tests.factories import (
    NOON,
    ClinicFactory,
    ExerciseFactory,
    PatientFactory,
    RoutineFactory,
    RoutineItemFactory,
    published_plan,
)
from tests.factories import clinician as member
from tests.patients.hold_steps import tell_from_stop_sheet


@pytest.fixture(autouse=True)
def clock():
    """Fix the time at noon in New York on Monday 2 March 2026; `clock.move_to(…)` changes it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def clinic():
    return ClinicFactory()


@pytest.fixture
def dana(clinic):
    """A clinician."""
    return member(clinic, name="Dana Reyes")


@pytest.fixture
def other(clinic):
    """A second clinician of the same clinic."""
    return member(clinic, name="Omar Haddad")


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
    """Return a function that signs in a new client: `signed_in(user)`."""

    def browser(user):
        client = Client()
        client.force_login(user)
        return client

    return browser


@pytest.fixture
def content_of():
    """Return a function that gives the content of a version as a value: `content_of(version)`."""
    return lambda version: PlanContent.of(version, list(version.items.select_related("exercise").in_order()))


@pytest.fixture
def phone(client, patient):
    """The patient's phone, signed in."""
    client.force_login(patient.user)
    return client


@pytest.fixture
def version(patient):
    """A plan of three exercises: sitting, standing, sitting."""
    pump = ExerciseFactory(name="Ankle pump", position=Position.SEATED)
    calf_raise = ExerciseFactory(name="Calf raise", position=Position.STANDING)
    march = ExerciseFactory(name="Seated march", position=Position.SEATED)
    return published_plan(patient, [pump, calf_raise, march])


@pytest.fixture
def items(version):
    return list(version.items.in_order())


@pytest.fixture
def session(phone, version, patient):
    """A session that has just been started."""
    phone.post("/my/session/start/")
    return patient.sessions.open().get()


@pytest.fixture
def tell(patient, version):
    """Return `tell(chest=True)`, which tells a sign from the stop sheet and returns the report."""
    return lambda now=NOON, **answers: tell_from_stop_sheet(patient, now=now, **answers)


@pytest.fixture
def outbox(settings):
    """Send mail to the outbox table, as in production."""
    settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"
