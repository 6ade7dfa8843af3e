"""What leaves the house on paper, and has to be on record for that."""

from __future__ import annotations

from django.db import transaction

from clinic.audit.services import record
from clinic.models import User
from patients.models import Patient


@transaction.atomic
def record_report(*, patient: Patient, by: User) -> None:
    """A report about the patient was made for a doctor outside. Its words are kept nowhere."""
    record("report.made", actor=by, obj=patient, clinic=patient.clinic)
