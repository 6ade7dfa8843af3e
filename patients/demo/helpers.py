"""Creates the helper of the patient persona: her daughter, who has her own account and helped in the last sessions."""

from __future__ import annotations

import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, UNUSABLE_PASSWORD_SUFFIX_LENGTH

from clinic.models import User
from patients.demo.bulk import BulkRows
from patients.demo.clinics import DemoClinic
from patients.demo.personas import HELPER
from patients.demo.random import SeededRandom
from patients.models import Helper, Patient, Source

#: Days since the helper was granted access.
GRANTED_DAYS_AGO = 9
#: Number of the patient's last sessions that were entered with her help.
SESSIONS_HELPED = 2


def make_helper(rows: BulkRows, site: DemoClinic, *, patient: Patient, seed: int) -> None:
    """Create the helper of the personas page and mark the patient's last sessions as entered with her."""
    rng = SeededRandom.named(seed, "helper", HELPER.key)
    granted_at = max(patient.registered_at, site.now - datetime.timedelta(days=GRANTED_DAYS_AGO))
    password = UNUSABLE_PASSWORD_PREFIX + rng.hex(UNUSABLE_PASSWORD_SUFFIX_LENGTH)
    user = User(id=rng.uuid(), name=HELPER.name, password=password, created_at=granted_at)
    helper = Helper(
        id=rng.uuid(),
        patient_id=patient.pk,
        user_id=user.pk,
        name=HELPER.name,
        form_key=rng.uuid(),
        granted_at=granted_at,
    )
    rows.users.append(user)
    rows.helpers.append(helper)
    own = [row for row in rows.sessions if row.patient_id == patient.pk and row.source == Source.APP]
    latest = sorted(own, key=lambda row: row.started_at)[-SESSIONS_HELPED:]
    for session in latest:
        if session.started_at > granted_at:
            session.helped_by_id = helper.pk
