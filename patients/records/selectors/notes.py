"""The team's notes about a patient, for the team's pages only."""

from __future__ import annotations

import uuid

from clinic.pagination import CursorPage, paginate_newest_first
from patients.models import Patient, PatientNote

#: The number of notes on one page, and in the panel of the patient detail page.
PER_PAGE = 20
IN_PANEL = 3


def list_notes(
    patient: Patient, *, before: uuid.UUID | None = None, most: int = PER_PAGE
) -> CursorPage[PatientNote]:
    """Return at most `most` notes, newest first, older than the note `before`. One query, two with `before`."""
    notes = PatientNote.objects.filter(patient=patient).select_related("written_by")
    return paginate_newest_first(notes, moment="written_at", most=most, before=before)
