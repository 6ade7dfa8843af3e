"""Record new ways into a patient's account, and tell the patient by e-mail where an address is confirmed."""

from __future__ import annotations

import datetime
import uuid

from django.db.models import F

from clinic.models import User
from patients.models import (
    Device,
    Helper,
    Patient,
    SignInCard,
    SignInEvent,
    SignInEventKind,
    SignInMethod,
    VerifiedEmail,
)
from patients.preferences.languages import override_page_language
from patients.sign_in.email_codes import send_sign_in_event_email

#: Events are deleted after this long. The audit trail keeps what was done.
EVENT_RETENTION = datetime.timedelta(days=365)
#: Additions of which the services themselves mail the owner.
_MAILED_ELSEWHERE = {SignInEventKind.ADDRESS, SignInEventKind.PASSKEY}


def record_sign_in_event(
    *,
    patient: Patient,
    kind: SignInEventKind,
    now: datetime.datetime,
    by: User | None = None,
    card: SignInCard | None = None,
    device_id: uuid.UUID | None = None,
    helper: Helper | None = None,
    passkey_key: uuid.UUID | None = None,
) -> SignInEvent:
    """Record an event and mail the patient's confirmed address. Called in the transaction of what it reports.

    `by` is a member of the team, whose role is kept with the event; None for the patient and helpers.
    """
    event = SignInEvent.objects.create(
        patient=patient,
        kind=kind,
        at=now,
        role=by.membership.role if by and by.membership else "",
        card=card,
        device_id=device_id,
        helper=helper,
        passkey_key=passkey_key,
    )
    address = VerifiedEmail.objects.filter(patient=patient).values_list("email", flat=True).first()
    if address and kind not in _MAILED_ELSEWHERE:
        with override_page_language(patient):
            send_sign_in_event_email(address, kind=kind, patient=patient, is_new_code=event.is_new_code)
    return event


def continue_event(
    *,
    device: Device,
    previous_device: uuid.UUID | None,
    passkey_key: uuid.UUID | None,
    now: datetime.datetime,
) -> SignInEvent | None:
    """Return the event of a browser that was `previous_device` and is `device` now, None if the patient is to be told.

    They are told unless the user was signed in there until `now`, in the same way, with the same address or passkey,
    and for the same time. Of a card they are told in any case: whoever made it may have typed it. The events of the
    browser then name its new device, so that it ends with them.
    """
    if previous_device is None or device.way == SignInMethod.CARD:
        return None
    known = (
        Device.objects.for_user(device.user).open_at(now).filter(way=device.way, own_phone=device.own_phone)
    )
    events = SignInEvent.objects.filter(
        device__in=known.filter(pk=previous_device),
        kind=SignInEventKind.DEVICE,
        passkey_key=passkey_key,
        disowned_at=None,
    )
    if device.way == SignInMethod.MAIL:
        events = events.filter(at__gte=F("patient__verified_email__confirmed_at"))
    event = events.select_related("patient__clinic").first()
    if event is not None:
        SignInEvent.objects.filter(device=previous_device).update(device=device)
    return event


def record_new_device(
    *, device: Device, passkey_key: uuid.UUID | None, now: datetime.datetime
) -> SignInEvent | None:
    """Record that a patient or a helper signed in on a device. None for any other user."""
    if device.way == SignInMethod.OTHER:  # not one of the ways of patients
        return None
    helper = Helper.objects.select_related("patient__clinic").filter(user_id=device.user_id).first()
    patient = helper.patient if helper else Patient.objects.filter(user_id=device.user_id).first()
    if patient is None:
        return None
    used = SignInCard.objects.filter(patient=patient, helper=helper, used_at__isnull=False)
    return record_sign_in_event(
        patient=patient,
        kind=SignInEventKind.HELPER_DEVICE if helper else SignInEventKind.DEVICE,
        now=now,
        card=used.order_by("-used_at", "-pk").first() if device.way == SignInMethod.CARD else None,
        device_id=device.pk,
        helper=helper,
        passkey_key=passkey_key,
    )


def delete_old_events(*, now: datetime.datetime) -> int:
    """Delete events older than `EVENT_RETENTION`, and return how many."""
    return SignInEvent.objects.filter(at__lt=now - EVENT_RETENTION).delete()[0]
