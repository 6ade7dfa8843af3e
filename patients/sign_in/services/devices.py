"""Devices on which someone is signed in: noted, seen again, ended.

Written to by whoever owns the account. Ending one twice is ending it once.
"""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.db.models import F

from clinic.audit.services import record, record_each
from clinic.models import Clinic, User
from patients.models import Device, Helper, Patient, SignInMethod
from patients.sign_in.device_names import detect_browser, detect_device_kind

#: When a device was last used is written at most this often: a page that is only read should write nothing.
SEEN_INTERVAL = datetime.timedelta(hours=1)
#: A device is kept this long after it forgot its owner, to answer "who was that in spring?".
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
) -> Device:
    """Someone has signed in. `previous_device` is what the same browser was before: it is not two devices."""
    if previous_device is not None:
        Device.objects.live().filter(pk=previous_device).update(ended_at=now)
    return Device.objects.create(
        user=user,
        kind=detect_device_kind(user_agent),
        browser=detect_browser(user_agent),
        own_phone=own_phone,
        way=way,
        signed_in_at=now,
        last_seen_at=now,
        expires_at=now + lasts,
    )


def record_device_seen(
    *,
    device_id: uuid.UUID,
    seen_at: datetime.datetime,
    now: datetime.datetime,
    remembers_until: datetime.datetime | None = None,
) -> bool:
    """The device is in use; `seen_at` is what is on record. Whether that was written: not twice within an hour.

    With `remembers_until` it is written in any case: from now on the device remembers its owner until then. One that
    was ended a moment ago remembers nobody for longer.
    """
    if remembers_until is None and now - seen_at < SEEN_INTERVAL:
        return False
    changes = {"last_seen_at": now} | ({"expires_at": remembers_until} if remembers_until else {})
    return bool(Device.objects.live().filter(pk=device_id, last_seen_at__lte=now).update(**changes))


def record_sign_out(*, device_id: uuid.UUID | None, now: datetime.datetime) -> None:
    """Whoever was signed in on it has signed out. Nothing happens to a device that was ended before."""
    if device_id is not None:
        Device.objects.live().filter(pk=device_id).update(ended_at=now)


@transaction.atomic
def sign_out_device(*, device: Device, patient: Patient, by: User, now: datetime.datetime) -> None:
    """Sign one device of the patient out: at its next request it opens nothing."""
    if Device.objects.live().filter(pk=device.pk).update(ended_at=now):
        record("device.ended", actor=by, obj=device, clinic=patient.clinic)


@transaction.atomic
def sign_out_devices(
    *, patient: Patient, by: User, now: datetime.datetime, keeping: uuid.UUID | None = None
) -> int:
    """Sign out all devices of the patient, or all but the one to keep. How many were signed in.

    The number of the account goes up as well, which ends the sessions that no device was noted for. A session to keep
    has to be told of it (`arrivals.keep_session`).
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    return _end_all(patient.user_id, clinic=patient.clinic, by=by, now=now, keeping=keeping)


@transaction.atomic
def sign_out_helper_devices(*, helper: Helper, by: User, now: datetime.datetime) -> int:
    """The same for who helps a patient. A helper has no passkey and no mailed code that could be left."""
    patients = Patient.objects.select_for_update(of=("self",)).select_related("clinic")
    return _end_all(helper.user_id, clinic=patients.get(pk=helper.patient_id).clinic, by=by, now=now)


def _end_all(
    user_id: uuid.UUID, *, clinic: Clinic, by: User, now: datetime.datetime, keeping: uuid.UUID | None = None
) -> int:
    live = Device.objects.filter(user_id=user_id).live().select_for_update().order_by("pk")
    ended = [device for device in live if device.pk != keeping]
    Device.objects.filter(pk__in=[device.pk for device in ended]).update(ended_at=now)
    User.objects.filter(pk=user_id).update(session_number=F("session_number") + 1)
    record_each("device.ended", actor=by, objs=ended, clinic=clinic)
    return sum(device.expires_at > now for device in ended)


def delete_old_devices(*, now: datetime.datetime) -> int:
    """Delete those whose session ran out long ago. How many. That someone ended one stays in the audit trail."""
    return Device.objects.filter(expires_at__lt=now - DEVICE_RETENTION).delete()[0]
