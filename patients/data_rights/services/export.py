"""Give a patient their record."""

from __future__ import annotations

import datetime

from clinic.audit.services import record
from clinic.models import User
from patients.data_rights.export import build_record
from patients.models import Patient


def export_record(*, patient: Patient, by: User, language: str, now: datetime.datetime) -> bytes:
    """Return the patient's record as a ZIP file, once the audit trail says so.

    The file is made before the audit row, outside of a transaction: on SQLite, one would keep all others from writing
    for as long as the rows are read. Without the row there is no file.
    """
    content = build_record(patient, now=now, language=language)
    record("record.exported", actor=by, obj=patient, clinic=patient.clinic)
    return content
