"""Reads about accounts and their second factors."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db.models import Q
from django.http import Http404

from clinic.accounts.encryption import UnreadableSecretError, convert_secrets, decrypt
from clinic.models import Clinic, SecondFactorRecovery, User
from clinic.roles import Action, may

#: The kinds of second factors. Recovery codes alone do not: they replace one that was lost.
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


#: Time in which a recovery has to be confirmed, and then used.
RECOVERY_LASTS = datetime.timedelta(hours=24)


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
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=SECOND_FACTORS).exists())


def is_recovery_helper(user: User) -> bool:
    """Return True for people who may take part in the way back in: clinic admins and administrators."""
    membership = user.membership
    return user.is_superuser or (membership is not None and may(membership.role, Action.MANAGE_CLINIC))


def can_recover(helper: User, user: User) -> bool:
    """Return True if `helper` may take part in the way back in of `user`.

    A clinic admin may for the live members of their own clinic, but not for administrators.
    """
    if helper.pk == user.pk or not helper.is_active or not user.is_active or not user.email:
        return False
    if helper.is_superuser:
        return True
    here, there = helper.membership, user.membership
    if here is None or there is None or user.is_staff or user.is_superuser:
        return False
    return here.clinic_id == there.clinic_id and may(here.role, Action.MANAGE_CLINIC)


def find_recoverable(helper: User, email: str) -> User | None:
    """Return the account with this address if `helper` may recover it, else None."""
    user = User.objects.filter(email=email.strip().lower()).first()
    return user if user is not None and can_recover(helper, user) else None


def get_open_recovery(user: User, *, now: datetime.datetime) -> SecondFactorRecovery | None:
    """Return the recovery of this account that is under way, or None."""
    rows = SecondFactorRecovery.objects.filter(user=user, used_at=None, ended_at=None)
    recovery = rows.first()
    if recovery is None or now >= (recovery.confirmed_at or recovery.opened_at) + RECOVERY_LASTS:
        return None
    return recovery


def list_recoveries(helper: User, *, now: datetime.datetime) -> list[SecondFactorRecovery]:
    """Return the recoveries under way that `helper` may take part in, the oldest first. Not those of `helper`."""
    since = now - RECOVERY_LASTS
    rows = SecondFactorRecovery.objects.filter(used_at=None, ended_at=None).exclude(user=helper)
    rows = rows.filter(Q(confirmed_at=None, opened_at__gt=since) | Q(confirmed_at__gt=since))
    if not helper.is_superuser:
        if helper.membership is None:
            return []
        rows = rows.filter(
            user__memberships__clinic=helper.membership.clinic_id,
            user__memberships__ended_at=None,
            user__is_staff=False,
            user__is_superuser=False,
        )
    return list(rows.select_related("user", "opened_by", "confirmed_by").order_by("opened_at")[:50])


def get_recovery_or_404(helper: User, key: uuid.UUID) -> SecondFactorRecovery:
    """Return a recovery that `helper` may take part in. Raises Http404."""
    recovery = SecondFactorRecovery.objects.select_related("user").filter(pk=key).first()
    if recovery is None or not can_recover(helper, recovery.user):
        raise Http404
    return recovery


def has_totp(user: User) -> bool:
    """Return True if the user has an authenticator app."""
    return bool(Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists())


def may_trust_browsers(user: User) -> bool:
    """Return True if the user's clinic lets its team skip the second step on browsers that they trust.

    Administrators never may, also if they are on a team.
    """
    membership = user.membership
    return membership is not None and membership.clinic.trusts_browsers and not user.is_staff


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
    return passkey


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


def get_clinic(user: User) -> Clinic | None:
    """Return the clinic on whose team the user is, or None."""
    return user.membership.clinic if user.membership else None
