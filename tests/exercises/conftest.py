"""What the tests of the library share."""

import pytest
from django.test import Client

from exercises import catalogue
from exercises.catalogue.services.load import load_catalogue
from tests.factories import ClinicFactory, UserFactory, clinician


@pytest.fixture
def loaded(db) -> None:
    """The catalogue that comes with the code, in the database."""
    load_catalogue(
        exercises=catalogue.EXERCISES,
        routines=catalogue.ROUTINES,
        equipment=catalogue.EQUIPMENT,
        focus=catalogue.FOCUS,
    )


@pytest.fixture
def administrator(db):
    """An administrator, as a person."""
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def admin(client: Client, administrator) -> Client:
    """An administrator's browser."""
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
    """`browser(user)`: a browser of that user's own."""

    def of(user=None):
        client = Client()
        if user:
            client.force_login(user)
        return client

    return of
