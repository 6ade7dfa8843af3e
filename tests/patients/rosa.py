"""The patient of the tests about the patient's own pages. A module or conftest takes it as its `patient` fixture."""

import pytest

from tests.factories import PatientFactory


@pytest.fixture
def patient():
    return PatientFactory(full_name="Rosa Delgado", called="Rosa")
