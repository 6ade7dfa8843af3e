"""The panels of messages and notes on the patient detail page."""

from __future__ import annotations

from dataclasses import dataclass

from clinic.models import User
from clinic.pagination import CursorPage
from clinic.permissions import has_staff_permission
from clinic.roles import Action
from patients.messages import selectors as messages
from patients.models import Patient, PatientNote
from patients.records.selectors import notes


@dataclass(frozen=True)
class ContactPanels:
    """The latest messages and notes, and the user's permissions to write more."""

    thread: messages.Thread
    notes: CursorPage[PatientNote]
    may_write_messages: bool
    may_write_notes: bool


def get_contact_panels(user: User, patient: Patient) -> ContactPanels | None:
    """Return the panels in two queries; None, without a query, for a user who may not see health data."""
    if not has_staff_permission(user, Action.VIEW_HEALTH_DATA):
        return None
    return ContactPanels(
        thread=messages.get_thread(patient, most=messages.IN_PANEL),
        notes=notes.list_notes(patient, most=notes.IN_PANEL),
        may_write_messages=has_staff_permission(user, Action.WRITE_MESSAGES),
        may_write_notes=has_staff_permission(user, Action.WRITE_NOTES),
    )
