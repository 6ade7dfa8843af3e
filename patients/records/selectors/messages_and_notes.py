"""Messages and notes as the patient's page shows them to those who treat."""

from __future__ import annotations

from dataclasses import dataclass

from clinic.models import User
from clinic.pagination import Slice
from clinic.permissions import may_do
from clinic.roles import Action
from patients.messages import selectors as messages
from patients.models import Patient, PatientNote
from patients.records.selectors import notes


@dataclass(frozen=True)
class ContactPanels:
    """The last of both, and whether more may be written."""

    thread: messages.Thread
    notes: Slice[PatientNote]
    may_write_messages: bool
    may_write_notes: bool


def contact_panels(user: User, patient: Patient) -> ContactPanels | None:
    """Two queries; for whoever may not see health data none, and None."""
    if not may_do(user, Action.SEE_HEALTH):
        return None
    return ContactPanels(
        thread=messages.thread_of(patient, most=messages.IN_PANEL),
        notes=notes.notes_of(patient, most=notes.IN_PANEL),
        may_write_messages=may_do(user, Action.WRITE_MESSAGES),
        may_write_notes=may_do(user, Action.WRITE_NOTES),
    )
