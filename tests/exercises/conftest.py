"""What the tests of the library share."""

import pytest
from django.test import Client

from exercises import catalogue
from exercises.catalogue.services.load import load_catalogue
from tests.factories import UserFactory


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
def boss(db):
    """An administrator, as a person."""
    return UserFactory(is_staff=True, is_superuser=True)


@pytest.fixture
def admin(client: Client, boss) -> Client:
    """An administrator's browser."""
    client.force_login(boss)
    return client
