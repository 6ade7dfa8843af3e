"""Two patients of one clinic, each with a row in every model that has a path."""

import pytest

from tests.factories import ClinicFactory
from tests.patients.data_rights.whole_patient import make_whole_patient


@pytest.fixture
def two_patients(db):
    """Return Alice and Bruno."""
    clinic = ClinicFactory()
    return make_whole_patient(clinic, "Alice"), make_whole_patient(clinic, "Bruno")
