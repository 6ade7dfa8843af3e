"""Messages between a patient and the clinic: written, and read.

Every verb can be sent twice with the effect of once. The patient's row is locked first, as in every action that writes
about a patient. Who may is asked by the views.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from clinic.audit.services import record, record_each
from clinic.models import User
from clinic.rate_limits import PATIENT_MESSAGE
from patients.messages.emails import send_email_to_patient, send_email_to_team
from patients.models import Message, Patient

#: While messages of a patient wait unread, the team is reminded by another mail at most this often.
REMIND_TEAM_AFTER = datetime.timedelta(days=1)


class TooManyMessagesError(Exception):
    """The patient has written more than `clinic.rate_limits` allows for now. Nothing was sent."""


class StaleThreadError(Exception):
    """Something was written since the page was shown that the answer was typed on. Nothing was sent."""


@transaction.atomic
def send_to_clinic(
    *,
    patient: Patient,
    text: str,
    by: User,
    key: uuid.UUID,
    now: datetime.datetime,
    read: Collection[uuid.UUID] = (),
) -> Message:
    """A message from the patient; `read` are the clinic's messages that stood above the box.

    The team gets a mail that says no more than that there is a message. Raises TooManyMessagesError.
    """
    locked = _get_for_update(patient)
    mark_read_by_patient(patient=locked, shown=read, by=by, now=now)
    key = _key(key, locked, by, text)
    if earlier := _with_key(locked, key):
        return earlier
    if not PATIENT_MESSAGE.allows(str(locked.pk), now=now):
        raise TooManyMessagesError
    told_lately = Message.objects.for_patient(locked).to_clinic().unread()
    was_told = told_lately.filter(sent_at__gt=now - REMIND_TEAM_AFTER).exists()
    message = _send(locked, text, by, key, now, is_from_patient=True)
    if not was_told:
        send_email_to_team(locked)
    return message


@transaction.atomic
def send_to_patient(
    *,
    patient: Patient,
    text: str,
    by: User,
    key: uuid.UUID,
    newest: uuid.UUID | None,
    read: Collection[uuid.UUID] = (),
    now: datetime.datetime | None = None,
) -> Message:
    """An answer from the team; `read` are the patient's messages that were shown, `newest` the last of the thread.

    A patient with an e-mail address gets one mail, and no other before they have read what waits. Raises
    StaleThreadError when the thread has gone on since: a colleague may have answered, or the patient said more.
    """
    now = now or timezone.now()
    locked = _get_for_update(patient)
    key = _key(key, locked, by, text)
    if earlier := _with_key(locked, key):
        return earlier
    thread = Message.objects.for_patient(locked)
    if thread.order_by("-sent_at", "-pk").values_list("pk", flat=True).first() != newest:
        raise StaleThreadError
    mark_read_by_team(patient=locked, shown=read, by=by, now=now)
    is_waiting = thread.to_patient().unread().exists()
    message = _send(locked, text, by, key, now, is_from_patient=False)
    if locked.email and not is_waiting:
        send_email_to_patient(locked)
    return message


def mark_read_by_patient(
    *, patient: Patient, shown: Collection[uuid.UUID], by: User, now: datetime.datetime
) -> int:
    """Note that the patient has read those of the clinic's messages. How many were new."""
    return _mark_read(patient, shown, by, now, is_from_patient=False)


def mark_read_by_team(
    *, patient: Patient, shown: Collection[uuid.UUID], by: User, now: datetime.datetime | None = None
) -> int:
    """Note that somebody of the team has read those of the patient's messages. How many were new."""
    return _mark_read(patient, shown, by, now or timezone.now(), is_from_patient=True)


@transaction.atomic
def _mark_read(
    patient: Patient,
    shown: Collection[uuid.UUID],
    by: User,
    now: datetime.datetime,
    *,
    is_from_patient: bool,
) -> int:
    """Only what was shown: a message that came in meanwhile stays unread. Who was first stays the reader."""
    if not shown:
        return 0
    waiting = Message.objects.for_patient(patient).filter(is_from_patient=is_from_patient, pk__in=shown)
    messages = list(waiting.unread().select_for_update().order_by("pk"))
    for message in messages:
        message.read_at, message.read_by = now, by
    Message.objects.bulk_update(messages, ["read_at", "read_by"])
    record_each("message.read", actor=by, objs=messages, clinic=patient.clinic)
    return len(messages)


def _send(
    patient: Patient, text: str, by: User, key: uuid.UUID, now: datetime.datetime, *, is_from_patient: bool
) -> Message:
    thread = Message.objects.for_patient(patient)
    last = thread.order_by("-sent_at").values_list("sent_at", flat=True).first()
    message = Message.objects.create(
        clinic=patient.clinic,
        patient=patient,
        is_from_patient=is_from_patient,
        sender=by,
        text=text.strip(),
        form_key=key,
        # Clocks of two servers may differ by a little; a thread is in the order in which it was written.
        sent_at=max(now, last + datetime.timedelta(microseconds=1)) if last else now,
    )
    record("message.sent", actor=by, obj=message, clinic=patient.clinic)
    return message


def _key(form: uuid.UUID, patient: Patient, by: User, text: str) -> uuid.UUID:
    """One form with one text is one message. With another text (someone went back and changed it) it is another."""
    return uuid.uuid5(form, f"{patient.pk} {by.pk} {text.strip()}")


def _with_key(patient: Patient, key: uuid.UUID) -> Message | None:
    return Message.objects.for_patient(patient).filter(form_key=key).first()


def _get_for_update(patient: Patient) -> Patient:
    patients = Patient.objects.select_for_update(of=("self",)).select_related("clinic", "clinician")
    return patients.get(pk=patient.pk)
