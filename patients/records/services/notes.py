"""The service that creates the team's notes about a patient. A note never changes; a correction is another note."""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.utils import timezone

from clinic.audit.services import record
from clinic.models import User
from patients.models import Patient, PatientNote


@transaction.atomic
def create_note(
    *, patient: Patient, text: str, key: uuid.UUID, by: User, now: datetime.datetime | None = None
) -> PatientNote:
    """Create a note with the text stripped of surrounding white space.

    The same form sent twice by the same user with the same text creates one note.
    """
    locked = Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=patient.pk)
    text = text.strip()
    key = uuid.uuid5(key, f"{locked.pk} {by.pk} {text}")
    earlier: PatientNote | None = PatientNote.objects.filter(patient=locked, form_key=key).first()
    if earlier is not None:
        return earlier
    note = PatientNote.objects.create(
        patient=locked, text=text, form_key=key, written_at=now or timezone.now(), written_by=by
    )
    record("note.written", actor=by, obj=note, clinic=locked.clinic)
    return note
