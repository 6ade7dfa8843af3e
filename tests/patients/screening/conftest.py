"""Fixtures of the tests of screenings: a patient who was not asked yet, and a clinician who saves answers."""

import pytest

from patients.models import AnsweredBy, ScreeningSource
from patients.screening.services.screenings import save_screening
from tests.factories import NOON, PatientFactory


@pytest.fixture
def patient(clinic):
    return PatientFactory(clinic=clinic, full_name="Bruno Keller", screened=False)


@pytest.fixture
def save(patient, dana):
    """Return a function that saves answers as Dana, in the visit."""

    def save(answers, edit_number=0, **more):
        given = {"source": ScreeningSource.VISIT, "answered_by": AnsweredBy.PATIENT, "by": dana, "now": NOON}
        return save_screening(patient=patient, answers=answers, edit_number=edit_number, **(given | more))

    return save
