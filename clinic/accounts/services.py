"""Writes about accounts and their second factors."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum

from allauth.mfa.models import Authenticator
from django.db import transaction

from clinic.accounts.encryption import UnreadableSecretError, convert_secrets, rotate
from clinic.audit.services import record
from clinic.models import User


class FactorChange(StrEnum):
    """Changes of second factors, by the name of their audit action."""

    APP_ADDED = "second_factor.app_added"
    APP_REMOVED = "second_factor.app_removed"
    PASSKEY_ADDED = "second_factor.passkey_added"
    PASSKEY_REMOVED = "second_factor.passkey_removed"


@transaction.atomic
def record_factor_change(*, user: User, change: FactorChange) -> None:
    """Add the audit row of a change that the person made to their own second factors."""
    record(change, actor=user, obj=user, clinic=user.membership.clinic if user.membership else None)


@transaction.atomic
def give_keys(*, user: User) -> None:
    """Give a UUID to each passkey without one: addresses name passkeys by it, since primary keys can be counted."""
    rows = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN)
    for row in rows.select_for_update():
        if "key" not in row.data:
            row.data = {**row.data, "key": str(uuid.uuid4())}
            row.save(update_fields=["data"])


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
