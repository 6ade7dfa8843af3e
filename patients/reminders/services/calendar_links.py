"""Create and revoke the secret link to a patient's calendar feed."""

from __future__ import annotations

import datetime

from django.db import transaction

from clinic.audit.services import record
from clinic.models import User
from patients.models import CalendarLink, Patient
from patients.reminders.calendar import hash_secret, new_secret


@transaction.atomic
def create_calendar_link(*, patient: Patient, by: User, now: datetime.datetime) -> str:
    """Create a calendar link and return its secret, which is not stored. An earlier link stops working."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    CalendarLink.objects.filter(patient=patient).delete()
    secret = new_secret()
    link = CalendarLink.objects.create(patient=patient, secret_hash=hash_secret(secret), made_at=now)
    record("calendar.link_made", actor=by, obj=link, clinic=patient.clinic)
    return secret


@transaction.atomic
def revoke_calendar_link(*, patient: Patient, by: User) -> None:
    """Revoke the patient's calendar link: its address answers 404. Without a link, do nothing."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    link = CalendarLink.objects.filter(patient=patient).first()
    if link is not None:
        record("calendar.link_ended", actor=by, obj=link, clinic=patient.clinic)
        link.delete()
