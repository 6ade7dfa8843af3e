"""What the tests of the patient's side share: a patient, a phone that is signed in, and a clock that stands still."""

import pytest
import time_machine

from exercises.models import Position
from tests.factories import NOON, ExerciseFactory, PatientFactory, published_plan


@pytest.fixture(autouse=True)
def clock():
    """It is noon in New York on Monday 2 March 2026. `clock.move_to(…)` changes that."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def patient():
    return PatientFactory(full_name="Rosa Delgado", called="Rosa")


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
def outbox(settings):
    """Mail goes where it goes in production: into the outbox table."""
    settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"
