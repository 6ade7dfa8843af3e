"""Receivers that record sign-ins of staff, failures of them, and changes of passwords and recovery codes.

Patients' sign-ins are recorded by the services of `patients.sign_in`, which know the card or the device.
"""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.mfa import signals as mfa_signals
from django.contrib.auth import signals as auth_signals
from django.dispatch import receiver

from clinic.audit.services import record
from clinic.models import User


def record_staff_event(action: str, user: User | None) -> None:
    """Record a sign-in event of a member of staff; nothing for patients, who have no e-mail address as staff have."""
    if user is None or not user.email:
        return
    membership = user.membership
    record(action, actor=user, obj=user, clinic=membership.clinic if membership else None)


@receiver(auth_signals.user_logged_in)
def on_signed_in(*, user: User, **_signal: Any) -> None:
    record_staff_event("staff.signed_in", user)


@receiver(auth_signals.user_logged_out)
def on_signed_out(*, user: User | None, **_signal: Any) -> None:
    record_staff_event("staff.signed_out", user)


@receiver(auth_signals.user_login_failed)
def on_sign_in_failed(*, credentials: dict[str, Any], **_signal: Any) -> None:
    """Record a wrong password for an account. What was typed is not kept, so unknown addresses leave no row."""
    email = credentials.get("email") or credentials.get("username") or ""
    user = User.objects.filter(email=str(email).strip().lower()).first() if email else None
    if user is not None:
        membership = user.membership
        record("staff.sign_in_failed", actor=None, obj=user, clinic=membership.clinic if membership else None)


@receiver([account_signals.password_set, account_signals.password_changed, account_signals.password_reset])
def on_password_changed(*, user: User, **_signal: Any) -> None:
    record_staff_event("staff.password_changed", user)


@receiver(mfa_signals.authentication_failed)
def on_second_factor_failed(*, user: User, **_signal: Any) -> None:
    """Record a wrong code or passkey. Nobody is signed in yet, or somebody else sits there, so it has no actor."""
    if user is not None and user.email:
        membership = user.membership
        clinic = membership.clinic if membership else None
        record("staff.second_factor_failed", actor=None, obj=user, clinic=clinic)


@receiver(mfa_signals.authenticator_reset)
def on_recovery_codes_made(*, user: User, **_signal: Any) -> None:
    record_staff_event("staff.recovery_codes_made", user)
