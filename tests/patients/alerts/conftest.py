"""Fixtures for the tests of alerts: the browser of a clinician, and a sore that a patient has told, with its hold."""

import pytest

from patients.models import ExerciseHold


@pytest.fixture
def client(dana, signed_in):
    """Sign the test client in as a clinician."""
    return signed_in(dana)


@pytest.fixture
def sore(tell):
    """The alert of a new sore."""
    return tell(new_sore=True).alerts.get(kind="sore")


@pytest.fixture
def hold(sore):
    """The hold that a clinician ends after the new sore."""
    return ExerciseHold.objects.for_a_person().get()
