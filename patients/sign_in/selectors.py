"""How a patient can sign in, as their settings and the page to sign out show it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.http import Http404
from django.utils.translation import gettext as _

from clinic.models import User
from patients.models import ConfirmedAddress, Device, ExerciseSession, Patient
from patients.sign_in.passkeys import passkeys_of


@dataclass(frozen=True)
class Devices:
    """Where a patient is signed in. `here` is the device that asks, if it was noted."""

    here: Device | None
    others: Sequence[Device]


@dataclass(frozen=True)
class WaysBack:
    """What signs a patient in again without a new card."""

    address: str
    passkeys: Sequence[Authenticator]

    @property
    def needs_card(self) -> bool:
        return not self.address and not self.passkeys


@dataclass(frozen=True)
class Leaving:
    """What somebody should know before they sign out."""

    back: WaysBack
    has_open_session: bool


def devices_of(user: User, now: datetime.datetime, here: uuid.UUID | None) -> Devices:
    """One query."""
    devices = list(Device.objects.of_account(user).signed_in(now))
    return Devices(
        here=next((device for device in devices if device.pk == here), None),
        others=[device for device in devices if device.pk != here],
    )


def _ways_back(user: User) -> WaysBack:
    address = ConfirmedAddress.objects.filter(patient__user_id=user.pk).values_list("email", flat=True)
    return WaysBack(address=address.first() or "", passkeys=list(passkeys_of(user)))


def leaving(user: User) -> Leaving:
    """Of anyone who is signed in; three queries. An open session is the patient's own: a helper leaves none behind."""
    open_sessions = ExerciseSession.objects.open().filter(patient__user_id=user.pk)
    return Leaving(back=_ways_back(user), has_open_session=open_sessions.exists())


def confirmed_address_of(patient: Patient) -> str:
    """The address that they showed to be theirs; "" without one. The clinic's record may say another."""
    return ConfirmedAddress.objects.filter(patient=patient).values_list("email", flat=True).first() or ""


def device_for(user: User, device_id: uuid.UUID) -> Device:
    """One of the user's own, ended or not. Raises Http404 for anyone else's."""
    device = Device.objects.of_account(user).filter(pk=device_id).first()
    if device is None:
        raise Http404(_("There is no such page, or it belongs to someone else."))
    return device


def passkey_for(user: User, passkey_id: uuid.UUID) -> Authenticator:
    """One of the user's own. Raises Http404 for anyone else's."""
    for passkey in passkeys_of(user):
        if passkey.data["key"] == str(passkey_id):
            return passkey
    raise Http404(_("There is no such page, or it belongs to someone else."))
