"""Devices and sign-in methods of a patient, for the settings and the sign-out page."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.http import Http404
from django.utils.translation import gettext as _

from clinic.models import User
from patients.models import Device, ExerciseSession, Patient, VerifiedEmail
from patients.sign_in.passkeys import list_passkeys


@dataclass(frozen=True)
class Devices:
    """Devices on which a patient is signed in. `here` is the device of the request, None if it is not recorded."""

    here: Device | None
    others: Sequence[Device]


@dataclass(frozen=True)
class SignInOptions:
    """Sign-in methods that need no new card: the confirmed address, "" without one, and the passkeys."""

    address: str
    passkeys: Sequence[Authenticator]

    @property
    def needs_card(self) -> bool:
        return not self.address and not self.passkeys


@dataclass(frozen=True)
class SignOutWarnings:
    """Facts to show before a user signs out."""

    back: SignInOptions
    has_open_session: bool


def list_devices(user: User, now: datetime.datetime, here: uuid.UUID | None) -> Devices:
    """Return the devices on which the user is signed in at `now`, the last used first. One query."""
    devices = list(Device.objects.for_user(user).signed_in(now))
    return Devices(
        here=next((device for device in devices if device.pk == here), None),
        others=[device for device in devices if device.pk != here],
    )


def _get_sign_in_options(user: User) -> SignInOptions:
    address = VerifiedEmail.objects.filter(patient__user_id=user.pk).values_list("email", flat=True)
    return SignInOptions(address=address.first() or "", passkeys=list(list_passkeys(user)))


def get_sign_out_warnings(user: User) -> SignOutWarnings:
    """Return sign-in methods and whether an exercise session is open, for any signed-in user. Three queries.

    `has_open_session` is about the user's own session: it is False for a helper.
    """
    open_sessions = ExerciseSession.objects.open().filter(patient__user_id=user.pk)
    return SignOutWarnings(back=_get_sign_in_options(user), has_open_session=open_sessions.exists())


def get_verified_email(patient: Patient) -> str:
    """Return the address that the patient confirmed, or "". The clinic's record may have another one. One query."""
    return VerifiedEmail.objects.filter(patient=patient).values_list("email", flat=True).first() or ""


def get_device_or_404(user: User, device_id: uuid.UUID) -> Device:
    """Return one of the user's own devices, ended or not. Raises Http404 for any other. One query."""
    device = Device.objects.for_user(user).filter(pk=device_id).first()
    if device is None:
        raise Http404(_("There is no such page, or it belongs to someone else."))
    return device


def get_passkey_or_404(user: User, passkey_id: uuid.UUID) -> Authenticator:
    """Return one of the user's own passkeys by the key in its URL. Raises Http404 for any other. One query."""
    for passkey in list_passkeys(user):
        if passkey.data["key"] == str(passkey_id):
            return passkey
    raise Http404(_("There is no such page, or it belongs to someone else."))
