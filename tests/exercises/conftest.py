"""Fixtures of the tests of exercises."""

import pytest
from django.test import Client

from tests.factories import ClinicFactory, UserFactory, clinician
from tests.whole_catalogue import load_whole_catalogue


@pytest.fixture
def loaded(db) -> None:
    """Load the catalogue of the code into the database."""
    load_whole_catalogue()


@pytest.fixture
def administrator(db):
    """Return a user who is an administrator."""
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def admin(client: Client, administrator) -> Client:
    """Return a test client that is logged in as the administrator."""
    client.force_login(administrator)
    return client


@pytest.fixture
def clinic(db):
    return ClinicFactory(name="Harbour Clinic")


@pytest.fixture
def dana(clinic):
    return clinician(clinic)


@pytest.fixture
def browser():
    """Return a function that creates a logged-in test client: `browser(user)`."""

    def of(user=None):
        client = Client()
        if user:
            client.force_login(user)
        return client

    return of
