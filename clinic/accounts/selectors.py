"""Reads about accounts and their second factors."""

from __future__ import annotations

from allauth.mfa.models import Authenticator

from clinic.accounts.encryption import UnreadableSecretError, convert_secrets, decrypt
from clinic.models import User


def list_code_authenticators(user: User) -> list[Authenticator]:
    """Return what can check a typed code of this user: the authenticator app first, then the recovery codes."""
    codes = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)
    rows = Authenticator.objects.filter(user_id=user.pk, type__in=codes)
    return sorted(rows, key=lambda row: codes.index(row.type))


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
