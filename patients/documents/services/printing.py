"""Services that record printed documents that leave the clinic."""

from __future__ import annotations

from django.db import transaction

from clinic.audit.services import record
from clinic.models import User
from patients.models import Patient


@transaction.atomic
def record_report(*, patient: Patient, by: User) -> None:
    """Record that a report about the patient was made for an outside doctor. Its content is not stored."""
    record("report.made", actor=by, obj=patient, clinic=patient.clinic)
