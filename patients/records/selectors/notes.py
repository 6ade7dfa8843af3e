"""What the team wrote down about a patient: for the team's pages only."""

from __future__ import annotations

import uuid

from clinic.pagination import CursorPage, paginate_newest_first
from patients.models import Patient, PatientNote

#: Notes of one page, and of the panel on the patient's page.
PER_PAGE = 20
IN_PANEL = 3


def list_notes(
    patient: Patient, *, before: uuid.UUID | None = None, most: int = PER_PAGE
) -> CursorPage[PatientNote]:
    """At most `most` notes, newest first, from the one after `before` on. One query, two with `before`."""
    notes = PatientNote.objects.filter(patient=patient).select_related("written_by")
    return paginate_newest_first(notes, moment="written_at", most=most, before=before)
