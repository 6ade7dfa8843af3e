"""The helper in the demo data."""

import pytest

from patients.demo.guide import guide
from patients.demo.personas import PATIENT, accounts, get_persona_patient
from patients.demo.seeding import DemoSize, seed
from tests.factories import NOON

pytestmark = pytest.mark.django_db


def test_the_patient_persona_has_a_helper_with_whom_some_sessions_were_entered():
    seed(DemoSize(patients=6, weeks=4), seed=7, now=NOON)

    rosa = get_persona_patient(PATIENT)
    helper = rosa.helpers.live().get()
    assert accounts()["helper"] == helper.user
    assert not helper.user.has_usable_password()
    assert rosa.sessions.filter(helped_by=helper).count() == 2
    assert rosa.sessions.filter(helped_by=None).count() > 4
    assert "Maria (daughter): from the personas page" in guide()
