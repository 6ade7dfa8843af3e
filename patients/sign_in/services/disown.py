"""End what a patient says was not theirs, and tell the clinic."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.db.models import QuerySet

from clinic.audit.services import record
from clinic.models import Clinic, Membership, User
from clinic.roles import ROLES, Action
from patients.models import Device, Patient, SignInCard, SignInEvent, SignInEventKind
from patients.sign_in.email_codes import send_disowned_email
from patients.sign_in.selectors.events import find_removals
from patients.sign_in.services.devices import sign_out_device
from patients.sign_in.services.email_codes import invalidate_codes, remove_verified_email
from patients.sign_in.services.helpers import end_help
from patients.sign_in.services.passkeys import remove_passkeys


@transaction.atomic
def disown_event(*, event: SignInEvent, by: User, now: datetime.datetime) -> None:
    """Record "This wasn't me", end at once what the event is about, and mail the admins of the clinic.

    A card stops working, and devices that signed in with it are signed out; so is a new device. A helper's access
    ends; an address or a passkey is removed, but not an address that was confirmed later. Codes on their way by e-mail
    stop working too. Sent again, it changes nothing.
    """
    patient = (
        Patient.objects.select_for_update(of=("self",))
        .select_related("clinic", "user")
        .get(pk=event.patient_id)
    )
    found = SignInEvent.objects.select_related("helper").get(pk=event.pk, patient=patient)
    if found.disowned_at is not None:
        return
    found.disowned_at = now
    found.save(update_fields=["disowned_at"])
    invalidate_codes(patient=patient, now=now)
    _end(found, patient, by, now)
    record("sign_in.disowned", actor=by, obj=found, clinic=patient.clinic)
    send_disowned_email(_list_admins(patient.clinic), patient_id=patient.pk)


def _end(event: SignInEvent, patient: Patient, by: User, now: datetime.datetime) -> None:
    if event.helper is not None:
        end_help(helper=event.helper, by=by, now=now)
        return
    removals = find_removals(event, patient)
    if removals.email is not None:
        remove_verified_email(patient=patient, by=by, now=now, is_disowned=True)
    if removals.passkey is not None:
        remove_passkeys(patient=patient, by=by, only=removals.passkey)
    if event.kind in (SignInEventKind.CARD, SignInEventKind.DEVICE):
        SignInCard.objects.live().filter(pk__in=_list_made(event)).update(revoked_at=now)
        for device in _list_devices(event):
            sign_out_device(device=device, patient=patient, by=by, now=now)


def _list_made(event: SignInEvent) -> list[int]:
    """Return the key of the card that was made, if the event is about one."""
    return [event.card_id] if event.kind == SignInEventKind.CARD and event.card_id else []


def _list_devices(event: SignInEvent) -> QuerySet[Device]:
    """Return the new device, or those on which the card that was made signed in."""
    if event.kind == SignInEventKind.DEVICE:
        return Device.objects.filter(events=event)
    used = SignInEvent.objects.filter(kind=SignInEventKind.DEVICE, card__in=_list_made(event))
    return Device.objects.filter(pk__in=used.values("device"))


def _list_admins(clinic: Clinic) -> list[str]:
    """Return the e-mail addresses of those who run the clinic, or the clinic's own if there is none."""
    roles = [row.role for row in ROLES.values() if Action.MANAGE_CLINIC in row.may]
    members = Membership.objects.live().for_clinic(clinic).filter(role__in=roles)
    admins = User.objects.filter(is_active=True, email__isnull=False, memberships__in=members).order_by("pk")
    return [str(email) for email in admins.values_list("email", flat=True)] or [clinic.email]
