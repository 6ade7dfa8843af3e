"""Reads about accounts and their second factors."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.http import Http404

from clinic.accounts.encryption import UnreadableSecretError, convert_secrets, decrypt
from clinic.models import User

#: What counts as a second factor. Recovery codes alone do not: they replace one that was lost.
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@dataclass(frozen=True)
class Passkey:
    """A passkey as its owner sees it. `key` is the UUID that addresses name it by."""

    key: str
    name: str
    created_at: datetime.datetime
    last_used_at: datetime.datetime | None


def list_code_authenticators(user: User) -> list[Authenticator]:
    """Return what can check a typed code of this user: the authenticator app first, then the recovery codes."""
    codes = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    rows = Authenticator.objects.filter(user_id=user.pk, type__in=codes)
    return sorted(rows, key=lambda row: codes.index(row.type))


def has_second_factor(user: User) -> bool:
    """Return True if the user has an authenticator app or a passkey."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=SECOND_FACTORS).exists()


def has_totp(user: User) -> bool:
    """Return True if the user has an authenticator app."""
    return Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()


def list_passkeys(user: User) -> list[Passkey]:
    """Return the user's passkeys, the first added first."""
    rows = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN)
    return [
        Passkey(row.data["key"], row.data["name"], row.created_at, row.last_used_at)
        for row in rows.order_by("created_at", "pk")
        if "key" in row.data
    ]


def get_passkey_or_404(user: User, key: uuid.UUID) -> Authenticator:
    """Return a passkey of this user by its key. Raises Http404."""
    rows = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN)
    passkey = rows.filter(data__key=str(key)).first()
    if passkey is None:
        raise Http404
    return passkey  # type: ignore[no-any-return]  # allauth has no types


def get_totp(user: User) -> Authenticator:
    """Return the user's authenticator app. Raises Authenticator.DoesNotExist if they have none."""
    return Authenticator.objects.get(user_id=user.pk, type=Authenticator.Type.TOTP)


def list_unreadable() -> list[Authenticator]:
    """Return the second factors of all users with a secret that none of the keys decrypts."""
    unreadable = []
    for authenticator in Authenticator.objects.select_related("user").order_by("pk"):
        try:
            convert_secrets(authenticator.data, decrypt)
        except UnreadableSecretError:
            unreadable.append(authenticator)
    return unreadable
