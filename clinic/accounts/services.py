"""Writes about accounts and their second factors."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db import transaction

from clinic.accounts.encryption import UnreadableSecretError, convert_secrets, rotate
from clinic.audit.services import record


@dataclass(frozen=True)
class Rotation:
    """Numbers of second factors whose secrets were encrypted anew, and that no key decrypts."""

    rotated: int
    unreadable: int


def rotate_keys() -> Rotation:
    """Encrypt each secret anew with the newest key, one row after the other; sign-in goes on meanwhile.

    A browser that a person trusts is asked for the second step again, since its cookie covers the stored secret.
    """
    rotated = unreadable = 0
    for key in Authenticator.objects.order_by("pk").values_list("pk", flat=True):
        try:
            rotated += _rotate_row(key)
        except UnreadableSecretError:
            unreadable += 1
    return Rotation(rotated, unreadable)


@transaction.atomic
def _rotate_row(key: int) -> bool:
    """Return True if the row has a secret. It may have been deleted since its key was read."""
    row = Authenticator.objects.select_for_update().filter(pk=key).first()
    if row is None:
        return False
    data = convert_secrets(row.data, rotate)
    if data == row.data:  # a passkey: nothing in it is secret
        return False
    row.data = data
    row.save(update_fields=["data"])
    record("second_factor.encrypted_anew", actor=None, obj=row, clinic=None)
    return True
