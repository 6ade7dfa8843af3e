"""Record new ways into a patient's account, and tell the patient by e-mail where an address is confirmed."""

from __future__ import annotations

import datetime
import uuid

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
            send_sign_in_event_email(address, kind=kind, patient=patient)
    return event


def record_new_device(*, device: Device, now: datetime.datetime) -> SignInEvent | None:
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
    )


def delete_old_events(*, now: datetime.datetime) -> int:
    """Delete events older than `EVENT_RETENTION`, and return how many."""
    return SignInEvent.objects.filter(at__lt=now - EVENT_RETENTION).delete()[0]
