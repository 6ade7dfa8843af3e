"""What the tests of the library share."""

import pytest

from exercises import catalogue
from exercises.actions.catalogue import load_catalogue


@pytest.fixture
def loaded(db) -> None:
    """The catalogue that comes with the code, in the database."""
    load_catalogue(
        exercises=catalogue.EXERCISES,
        routines=catalogue.ROUTINES,
        equipment=catalogue.EQUIPMENT,
        focus=catalogue.FOCUS,
    )
