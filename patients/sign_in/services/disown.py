"""End what a patient says was not theirs, and tell the clinic."""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.db.models import Q, QuerySet

from clinic.audit.services import record
from clinic.models import Clinic, Membership, User
from clinic.roles import ROLES, Action
from patients.models import Device, Patient, SignInCard, SignInEvent, SignInEventKind, SignInMethod
from patients.sign_in.email_codes import send_disowned_email
from patients.sign_in.selectors.events import Removals, find_removals
from patients.sign_in.services.devices import sign_out_device
from patients.sign_in.services.email_codes import invalidate_codes, remove_verified_email
from patients.sign_in.services.helpers import end_help
from patients.sign_in.services.passkeys import remove_passkeys


@transaction.atomic
def disown_event(
    *, event: SignInEvent, by: User, now: datetime.datetime, here: uuid.UUID | None = None
) -> Removals:
    """Record "This wasn't me", end at once what the event is about, and mail the admins of the clinic.

    A card stops working, an address or a passkey that was added is removed, and devices that signed in with it are
    signed out. A new device is signed out, and the passkey or the address with which it signed in is removed, see
    `find_removals`. A helper's access ends. So does the device on which an address, a passkey or a helper was added, or
    an address taken away. The device `here`, on which the patient says so, is signed out only if it is the new device
    or used the card. Codes on their way by e-mail stop working too.

    Returns what was removed. Sent again, it changes and removes nothing.
    """
    patient = (
        Patient.objects.select_for_update(of=("self",))
        .select_related("clinic", "user")
        .get(pk=event.patient_id)
    )
    found = SignInEvent.objects.select_related("helper", "device").get(pk=event.pk, patient=patient)
    if found.disowned_at is not None:
        return Removals()
    found.disowned_at = now
    found.save(update_fields=["disowned_at"])
    invalidate_codes(patient=patient, now=now)
    removals = _end(found, patient, by, now, here)
    record("sign_in.disowned", actor=by, obj=found, clinic=patient.clinic)
    send_disowned_email(_list_admins(patient.clinic), patient_id=patient.pk, clinic=patient.clinic)
    return removals


def _end(
    event: SignInEvent, patient: Patient, by: User, now: datetime.datetime, here: uuid.UUID | None
) -> Removals:
    removals = find_removals(event, patient, here=here)
    used = list(_list_devices(event, removals, here))
    if event.helper is not None:
        end_help(helper=event.helper, by=by, now=now)
    if removals.email is not None:
        remove_verified_email(patient=patient, by=by, now=now, is_disowned=True)
    if removals.passkey is not None:
        remove_passkeys(patient=patient, by=by, only=removals.passkey)
    if event.kind == SignInEventKind.CARD and event.card_id:
        SignInCard.objects.live().filter(pk=event.card_id).update(revoked_at=now)
    for device in used:
        sign_out_device(device=device, patient=patient, by=by, now=now)
    return removals


def _list_devices(event: SignInEvent, removals: Removals, here: uuid.UUID | None) -> QuerySet[Device]:
    """Return the new device, or those on which the patient signed in with the card, address or passkey.

    With those of an address or a passkey comes the device on which it was added or taken away, without `here`. With
    those of a card comes the device on which the patient made it, if its event names one.
    """
    if event.kind == SignInEventKind.DEVICE:
        return Device.objects.filter(events=event)
    signed_in = SignInEvent.objects.filter(patient=event.patient_id, kind=SignInEventKind.DEVICE)
    made_on = [removals.device.pk] if removals.device is not None else []
    if event.kind == SignInEventKind.CARD and event.card_id:
        with_card = signed_in.filter(card=event.card_id)
        return Device.objects.filter(Q(pk__in=with_card.values("device")) | Q(pk__in=made_on))
    if event.kind == SignInEventKind.PASSKEY and event.passkey_key:
        signed_in = signed_in.filter(passkey_key=event.passkey_key)
    elif removals.email is not None:
        signed_in = signed_in.filter(device__way=SignInMethod.MAIL, at__gte=removals.email.confirmed_at)
    else:
        signed_in = signed_in.none()
    used = Device.objects.filter(Q(pk__in=signed_in.values("device")) | Q(pk__in=made_on))
    return used.exclude(pk=here) if here is not None else used


def _list_admins(clinic: Clinic) -> list[str]:
    """Return the e-mail addresses of those who run the clinic, or the clinic's own if there is none."""
    roles = [row.role for row in ROLES.values() if Action.MANAGE_CLINIC in row.may]
    members = Membership.objects.live().for_clinic(clinic).filter(role__in=roles)
    admins = User.objects.filter(is_active=True, email__isnull=False, memberships__in=members).order_by("pk")
    return [str(email) for email in admins.values_list("email", flat=True)] or [clinic.email]
