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
from patients.models import Device, ExerciseSession, Patient, VerifiedEmail
from patients.sign_in.passkeys import list_passkeys


@dataclass(frozen=True)
class Devices:
    """Where a patient is signed in. `here` is the device that asks, if it was noted."""

    here: Device | None
    others: Sequence[Device]


@dataclass(frozen=True)
class SignInOptions:
    """What signs a patient in again without a new card."""

    address: str
    passkeys: Sequence[Authenticator]

    @property
    def needs_card(self) -> bool:
        return not self.address and not self.passkeys


@dataclass(frozen=True)
class SignOutWarnings:
    """What somebody should know before they sign out."""

    back: SignInOptions
    has_open_session: bool


def list_devices(user: User, now: datetime.datetime, here: uuid.UUID | None) -> Devices:
    """One query."""
    devices = list(Device.objects.for_user(user).signed_in(now))
    return Devices(
        here=next((device for device in devices if device.pk == here), None),
        others=[device for device in devices if device.pk != here],
    )


def _get_sign_in_options(user: User) -> SignInOptions:
    address = VerifiedEmail.objects.filter(patient__user_id=user.pk).values_list("email", flat=True)
    return SignInOptions(address=address.first() or "", passkeys=list(list_passkeys(user)))


def get_sign_out_warnings(user: User) -> SignOutWarnings:
    """Of anyone who is signed in; three queries. An open session is the patient's own: a helper leaves none behind."""
    open_sessions = ExerciseSession.objects.open().filter(patient__user_id=user.pk)
    return SignOutWarnings(back=_get_sign_in_options(user), has_open_session=open_sessions.exists())


def get_verified_email(patient: Patient) -> str:
    """The address that they showed to be theirs; "" without one. The clinic's record may say another."""
    return VerifiedEmail.objects.filter(patient=patient).values_list("email", flat=True).first() or ""


def get_device_or_404(user: User, device_id: uuid.UUID) -> Device:
    """One of the user's own, ended or not. Raises Http404 for anyone else's."""
    device = Device.objects.for_user(user).filter(pk=device_id).first()
    if device is None:
        raise Http404(_("There is no such page, or it belongs to someone else."))
    return device


def get_passkey_or_404(user: User, passkey_id: uuid.UUID) -> Authenticator:
    """One of the user's own. Raises Http404 for anyone else's."""
    for passkey in list_passkeys(user):
        if passkey.data["key"] == str(passkey_id):
            return passkey
    raise Http404(_("There is no such page, or it belongs to someone else."))
