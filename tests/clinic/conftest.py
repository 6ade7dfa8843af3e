"""Fixtures of the clinic app's tests."""

import datetime

import pytest
from django.utils import timezone

from clinic.consultations.spam import create_form_stamp
from clinic.models import Role
from tests.factories import ClinicFactory, UserFactory, clinician


@pytest.fixture(autouse=True)
def use_outbox_email_backend(settings):
    """Use the outbox backend as in production; Django's test runner would store e-mail in memory."""
    settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"


@pytest.fixture
def clinic(db):
    return ClinicFactory(name="Harbour Clinic", email="desk@harbour.example", phone="555-0100")


@pytest.fixture
def desk(clinic):
    """Return a member of the front desk of `clinic`."""
    return clinician(clinic, role=Role.FRONT_DESK)


@pytest.fixture
def front_desk_client(client, desk):
    """Return a client in which `desk` is signed in."""
    client.force_login(desk)
    return client


@pytest.fixture
def miriam(clinic):
    """Return a clinic admin of `clinic`."""
    return clinician(clinic, Role.CLINIC_ADMIN)


@pytest.fixture
def browser(client, miriam):
    """Return a client in which `miriam` is signed in."""
    client.force_login(miriam)
    return client


@pytest.fixture
def admin_browser(client, db):
    """Return a client in which a superuser is signed in."""
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def answers():
    """Return the data of a consultation form that is sent a minute after it was shown."""
    return {
        "name": "Maria Alvarez",
        "phone": "(555) 010-0123",
        "email": "maria@example.org",
        "for_whom": "self",
        "symptoms": ["pain", "balance"],
        "best_time": "morning",
        "message": "My feet burn at night.",
        "consent": "on",
        "website": "",
        "stamp": create_form_stamp(timezone.now() - datetime.timedelta(minutes=1)),
    }
