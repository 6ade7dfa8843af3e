"""Record devices at sign-in, record their use, and sign them out.

Signing out a device twice has no further effect.
"""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.db.models import F

from clinic.audit.services import HELPER, PATIENT, record, record_each
from clinic.models import User
from patients.models import Device, Helper, Patient, SignInMethod
from patients.sign_in.device_names import detect_browser, detect_device_kind
from patients.sign_in.services.events import continue_event, record_new_device

#: The last use of a device is written at most this often, so that most requests that only read write nothing.
SEEN_INTERVAL = datetime.timedelta(hours=1)
#: A device is deleted this long after it expired. Until then it can answer "who was that in spring?".
DEVICE_RETENTION = datetime.timedelta(days=90)


@transaction.atomic
def record_device(
    *,
    user: User,
    user_agent: str,
    own_phone: bool,
    way: SignInMethod,
    lasts: datetime.timedelta,
    now: datetime.datetime,
    previous_device: uuid.UUID | None = None,
    passkey_key: uuid.UUID | None = None,
) -> Device:
    """Create the device of a sign-in that expires after `lasts`.

    `previous_device` is the device that the same browser was before; it ends, so that one browser is not listed twice.
    The patient is told, unless the user is signed in there until now in the same way, see `continue_event`.
    """
    device = Device.objects.create(
        user=user,
        kind=detect_device_kind(user_agent),
        browser=detect_browser(user_agent),
        own_phone=own_phone,
        way=way,
        signed_in_at=now,
        last_seen_at=now,
        expires_at=now + lasts,
    )
    event = continue_event(
        device=device, previous_device=previous_device, passkey_key=passkey_key, now=now
    ) or record_new_device(device=device, passkey_key=passkey_key, now=now)
    if event is not None:
        record(
            "device.signed_in",
            actor=user,
            obj=device,
            clinic=event.patient.clinic,
            role=HELPER if event.helper_id else PATIENT,
            patient_key=event.patient_id,
        )
    if previous_device is not None:
        Device.objects.live().filter(pk=previous_device).update(ended_at=now)
    return device


def record_device_seen(
    *,
    device_id: uuid.UUID,
    seen_at: datetime.datetime,
    now: datetime.datetime,
    remembers_until: datetime.datetime | None = None,
) -> bool:
    """Record that a device is in use at `now`, and return True if that was written.

    `seen_at` is the last use on record. It is not written again within `SEEN_INTERVAL`, unless `remembers_until` gives
    a new expiry, which is written with it. A device that was ended a moment ago is not changed.
    """
    if remembers_until is None and now - seen_at < SEEN_INTERVAL:
        return False
    changes = {"last_seen_at": now} | ({"expires_at": remembers_until} if remembers_until else {})
    return bool(Device.objects.live().filter(pk=device_id, last_seen_at__lte=now).update(**changes))


def record_sign_out(*, device_id: uuid.UUID | None, now: datetime.datetime) -> None:
    """End a device because its user has signed out. A device that was ended before is not changed."""
    if device_id is not None:
        Device.objects.live().filter(pk=device_id).update(ended_at=now)


@transaction.atomic
def sign_out_device(*, device: Device, patient: Patient, by: User, now: datetime.datetime) -> None:
    """Sign out one device of the patient: its next request is refused."""
    if Device.objects.live().filter(pk=device.pk).update(ended_at=now):
        record("device.ended", actor=by, obj=device, clinic=patient.clinic, patient_key=patient.pk)


@transaction.atomic
def sign_out_devices(
    *, patient: Patient, by: User, now: datetime.datetime, keeping: uuid.UUID | None = None
) -> int:
    """Sign out all devices of the patient except `keeping`, and return how many of them had not expired.

    The account's session number is raised as well, which ends sessions without a device. The session to keep must then
    be renewed with `login.keep_session`.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    return _end_all(patient.user_id, patient=patient, by=by, now=now, keeping=keeping)


@transaction.atomic
def sign_out_helper_devices(*, helper: Helper, by: User, now: datetime.datetime) -> int:
    """Sign out all devices of a helper, and return how many had not expired.

    A helper has no passkeys and no mailed codes that would have to be removed.
    """
    patients = Patient.objects.select_for_update(of=("self",)).select_related("clinic")
    return _end_all(helper.user_id, patient=patients.get(pk=helper.patient_id), by=by, now=now)


def _end_all(
    user_id: uuid.UUID,
    *,
    patient: Patient,
    by: User,
    now: datetime.datetime,
    keeping: uuid.UUID | None = None,
) -> int:
    live = Device.objects.filter(user_id=user_id).live().select_for_update().order_by("pk")
    ended = [device for device in live if device.pk != keeping]
    Device.objects.filter(pk__in=[device.pk for device in ended]).update(ended_at=now)
    User.objects.filter(pk=user_id).update(session_number=F("session_number") + 1)
    record_each("device.ended", actor=by, objs=ended, clinic=patient.clinic, patient_key=patient.pk)
    return sum(device.expires_at > now for device in ended)


def delete_old_devices(*, now: datetime.datetime) -> int:
    """Delete devices that expired more than `DEVICE_RETENTION` ago, and return how many.

    The audit trail still shows that someone signed one out.
    """
    return Device.objects.filter(expires_at__lt=now - DEVICE_RETENTION).delete()[0]
