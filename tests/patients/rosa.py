"""Fixture `patient` for tests of the patient's own pages, imported by a module or conftest."""

import pytest

from tests.factories import PatientFactory


@pytest.fixture
def patient():
    return PatientFactory(full_name="Rosa Delgado", called="Rosa")
