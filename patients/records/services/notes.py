"""What the team writes down for itself about a patient. Written once; a correction is another note."""

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
    """A note, white space around it dropped. The same form with the same text, sent twice, is one note."""
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
