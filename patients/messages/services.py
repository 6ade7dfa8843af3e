"""Send messages between a patient and the clinic, and mark them as read.

Every service is idempotent. Sending locks the patient's row first, as every service does that writes about a patient.
The views check permissions.
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
from exercises.library.photos import EncodedPhoto
from patients.messages.emails import send_email_to_patient, send_email_to_team
from patients.models import MAX_MESSAGE_LENGTH, ExerciseSession, Message, MessagePhoto, Patient

#: While messages of a patient are unread, the team gets another e-mail at most this often.
REMIND_TEAM_AFTER = datetime.timedelta(days=1)
#: The most notes of one session: each other text that is sent with its check-in is one more.
MOST_NOTES = 10


class TooManyMessagesError(Exception):
    """The patient has reached the rate limit `PATIENT_MESSAGE`. Nothing was sent."""


class StaleThreadError(Exception):
    """The thread has a newer message than the page on which the answer was typed. Nothing was sent."""


@transaction.atomic
def send_to_clinic(
    *,
    patient: Patient,
    text: str,
    by: User,
    key: uuid.UUID,
    now: datetime.datetime,
    read: Collection[uuid.UUID] = (),
    photo: EncodedPhoto | None = None,
) -> Message:
    """Send a message from the patient to the clinic; a form sent twice with the same text returns the first message.

    A form sent twice with another photo is another message.

    `read` holds the keys of the clinic's messages shown above the box; they are marked as read. The team gets an
    e-mail that says only that there is a message, unless an unread one from the last `REMIND_TEAM_AFTER` exists.

    Raises TooManyMessagesError if the patient has reached the rate limit.
    """
    locked = _get_for_update(patient)
    mark_read_by_patient(patient=locked, shown=read, by=by, now=now)
    key = _key(key, locked, by, f"{text.strip()} {photo.digest}" if photo else text)
    if earlier := _with_key(locked, key):
        return earlier
    if not PATIENT_MESSAGE.allows(str(locked.pk), now=now):
        raise TooManyMessagesError
    message = _send_to_team(locked, text, by, key, now)
    if photo:
        MessagePhoto.objects.create(message=message, jpeg=photo.full, width=photo.width, height=photo.height)
    return message


@transaction.atomic
def send_note(*, session: ExerciseSession, text: str, by: User, now: datetime.datetime) -> None:
    """Send what was written with the check-in of a session to the clinic; the same text again sends nothing.

    A longer text, which only a phone without a connection lets through, becomes several messages. No rate limit
    applies, since the answers must not be refused for their note; a session has at most `MOST_NOTES`.
    """
    locked = _get_for_update(session.patient)
    words = text.strip()
    for start in range(0, len(words), MAX_MESSAGE_LENGTH):
        part = words[start : start + MAX_MESSAGE_LENGTH]
        key = _key(session.pk, locked, by, part)
        is_full = Message.objects.filter(session=session).count() >= MOST_NOTES
        if part.strip() and not is_full and _with_key(locked, key) is None:
            _send_to_team(locked, part, by, key, now, session)


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
    """Send a message from the team to the patient; a form sent twice with the same text returns the first message.

    `read` holds the keys of the patient's messages shown on the page; they are marked as read. `newest` is the key of
    the newest message shown, None for an empty thread. A patient with an e-mail address gets one e-mail, and no other
    before they have read what is unread.

    Raises StaleThreadError if the thread has a newer message: a colleague may have answered, or the patient written
    again.
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


@transaction.atomic
def delete_photo(*, patient: Patient, photo: MessagePhoto, by: User, now: datetime.datetime) -> None:
    """Delete the picture of a photo that the patient sent. The message stays. A second call changes nothing."""
    photos = MessagePhoto.objects.select_for_update(of=("self",)).select_related("message")
    locked = photos.get(pk=photo.pk, message__patient=patient)
    if locked.is_deleted:
        return
    locked.jpeg, locked.deleted_at, locked.deleted_by = b"", now, by
    locked.save()
    record("message.photo_deleted", actor=by, obj=locked.message, clinic=patient.clinic)


def mark_read_by_patient(
    *, patient: Patient, shown: Collection[uuid.UUID], by: User, now: datetime.datetime
) -> int:
    """Mark the clinic's messages with the keys `shown` as read by the patient, and return how many were unread."""
    return _mark_read(patient, shown, by, now, is_from_patient=False)


def mark_read_by_team(
    *, patient: Patient, shown: Collection[uuid.UUID], by: User, now: datetime.datetime | None = None
) -> int:
    """Mark the patient's messages with the keys `shown` as read by the team, and return how many were unread."""
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
    """Mark only messages that were shown: one received meanwhile stays unread. The first reader stays recorded."""
    if not shown:
        return 0
    waiting = Message.objects.for_patient(patient).filter(is_from_patient=is_from_patient, pk__in=shown)
    messages = list(waiting.unread().select_for_update().order_by("pk"))
    for message in messages:
        message.read_at, message.read_by = now, by
    Message.objects.bulk_update(messages, ["read_at", "read_by"])
    record_each("message.read", actor=by, objs=messages, clinic=patient.clinic)
    return len(messages)


def _send_to_team(
    patient: Patient,
    text: str,
    by: User,
    key: uuid.UUID,
    now: datetime.datetime,
    session: ExerciseSession | None = None,
) -> Message:
    unread = Message.objects.for_patient(patient).to_clinic().unread()
    was_notified = unread.filter(sent_at__gt=now - REMIND_TEAM_AFTER).exists()
    message = _send(patient, text, by, key, now, is_from_patient=True, session=session)
    if not was_notified:
        send_email_to_team(patient)
    return message


def _send(
    patient: Patient,
    text: str,
    by: User,
    key: uuid.UUID,
    now: datetime.datetime,
    *,
    is_from_patient: bool,
    session: ExerciseSession | None = None,
) -> Message:
    thread = Message.objects.for_patient(patient)
    last = thread.order_by("-sent_at").values_list("sent_at", flat=True).first()
    message = Message.objects.create(
        clinic=patient.clinic,
        patient=patient,
        is_from_patient=is_from_patient,
        sender=by,
        text=text.strip(),
        session=session,
        form_key=key,
        # The clocks of two servers may differ a little, but a thread stays in the order in which it was written.
        sent_at=max(now, last + datetime.timedelta(microseconds=1)) if last else now,
    )
    record("message.sent", actor=by, obj=message, clinic=patient.clinic)
    return message


def _key(form: uuid.UUID, patient: Patient, by: User, text: str) -> uuid.UUID:
    """Return the message's key: one form with one text is one message.

    Someone who goes back and changes the text sends another message with the same form.
    """
    return uuid.uuid5(form, f"{patient.pk} {by.pk} {text.strip()}")


def _with_key(patient: Patient, key: uuid.UUID) -> Message | None:
    return Message.objects.for_patient(patient).filter(form_key=key).first()


def _get_for_update(patient: Patient) -> Patient:
    patients = Patient.objects.select_for_update(of=("self",)).select_related("clinic", "clinician")
    return patients.get(pk=patient.pk)
