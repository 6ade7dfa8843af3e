"""The way back in for staff who lost their second factor. Two other accounts take part, and one account never can.

Whoever can make a second account (an administrator, or a clinic admin by an invitation) could act as both; each step is
in the audit trail and mailed to the owner of the account, who alone gets the link.

One opens a recovery with a reason, a second confirms it, then a link is mailed to the account. With the link and the
password, the owner removes the lost factors, and sets up a new one before anything else opens. Whoever takes part is a
clinic admin of the person's clinic, or an administrator of the platform; administrators are recovered by
administrators only.
"""

from __future__ import annotations

import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.accounts.selectors import (
    RECOVERY_LASTS,
    can_recover,
    get_clinic,
    get_open_recovery,
    has_second_factor,
)
from clinic.audit.services import record
from clinic.models import SecondFactorRecovery, User
from clinic.outbox.messages import OutboxEmail

SALT = "second-factor-recovery"


class RecoveryError(Exception):
    """The step is not possible. The message is meant for the person."""


@transaction.atomic
def open_recovery(*, user: User, reason: str, by: User, now: datetime.datetime) -> SecondFactorRecovery:
    """Open a recovery and tell the owner of the account by e-mail. Opened twice, there is one.

    Raises PermissionDenied if `by` may not recover this account, and RecoveryError if it has no second factor.
    """
    _lock(user)
    if not can_recover(by, user):
        raise PermissionDenied(_("You cannot open the way back in for this account."))
    existing = get_open_recovery(user, now=now)
    if existing is not None:
        return existing
    if not has_second_factor(user):
        raise RecoveryError(_("%(name)s has no second step to lose.") % {"name": user.name})
    SecondFactorRecovery.objects.filter(user=user, used_at=None, ended_at=None).update(ended_at=now)
    recovery = SecondFactorRecovery.objects.create(
        user=user, reason=reason.strip(), opened_by=by, opened_at=now
    )
    record("recovery.opened", actor=by, obj=recovery, clinic=get_clinic(user))
    _tell(recovery, "opened")
    return recovery


@transaction.atomic
def confirm_recovery(*, recovery: SecondFactorRecovery, by: User, now: datetime.datetime) -> None:
    """Confirm a recovery, and mail the link to the owner of the account. Confirmed twice, it is confirmed once.

    Raises PermissionDenied if `by` may not recover this account, and RecoveryError if `by` opened the recovery, or if
    it has ended or is too old.
    """
    _lock(recovery.user)
    locked = SecondFactorRecovery.objects.select_related("user").get(pk=recovery.pk)
    if not can_recover(by, locked.user):
        raise PermissionDenied(_("You cannot confirm the way back in for this account."))
    if by.pk == locked.opened_by_id:
        raise RecoveryError(_("You opened it. Somebody else has to confirm."))
    if not _is_open(locked, now):
        raise RecoveryError(_("It has ended. Open it again if it is still needed."))
    if locked.confirmed_at is not None:
        return
    locked.confirmed_by, locked.confirmed_at = by, now
    locked.save(update_fields=["confirmed_by", "confirmed_at"])
    record("recovery.confirmed", actor=by, obj=locked, clinic=get_clinic(locked.user))
    _tell(locked, "confirmed")


@transaction.atomic
def cancel_recovery(*, recovery: SecondFactorRecovery, by: User, now: datetime.datetime) -> None:
    """End a recovery that is open; its link no longer works.

    Raises PermissionDenied if `by` may not recover the account.
    """
    _lock(recovery.user)
    locked = SecondFactorRecovery.objects.select_related("user").get(pk=recovery.pk)
    if not can_recover(by, locked.user):
        raise PermissionDenied(_("You cannot change this."))
    if locked.used_at is None and locked.ended_at is None:
        locked.ended_at = now
        locked.save(update_fields=["ended_at"])
        record("recovery.cancelled", actor=by, obj=locked, clinic=get_clinic(locked.user))


def get_confirmed_recovery(token: str, *, now: datetime.datetime) -> SecondFactorRecovery | None:
    """Return the recovery that the mailed link is for, or None if the link is wrong, used or too old."""
    try:
        data: dict[str, Any] = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    recovery = (
        SecondFactorRecovery.objects.select_related("user")
        .filter(pk=data["recovery"], confirmed_at__isnull=False, user__is_active=True)
        .first()
    )
    # A link belongs to the address that it was mailed to.
    if recovery is None or recovery.user.email != data["email"] or not _is_open(recovery, now):
        return None
    return recovery


@transaction.atomic
def use_recovery(*, recovery: SecondFactorRecovery, now: datetime.datetime) -> bool:
    """Remove the second factors and recovery codes of the account, and end its sessions.

    The caller has checked the password. Return False if the recovery was used or ended meanwhile.
    """
    _lock(recovery.user)
    used = SecondFactorRecovery.objects.filter(
        pk=recovery.pk, confirmed_at__isnull=False, used_at=None, ended_at=None
    ).update(used_at=now)
    if not used:
        return False
    user = recovery.user
    Authenticator.objects.filter(user_id=user.pk).delete()
    User.objects.filter(pk=user.pk).update(session_number=F("session_number") + 1)
    user.refresh_from_db(fields=["session_number"])
    record("recovery.used", actor=user, obj=recovery, clinic=get_clinic(user))
    _tell(recovery, "used")
    return True


def _lock(user: User) -> None:
    User.objects.select_for_update().get(pk=user.pk)


def _is_open(recovery: SecondFactorRecovery, now: datetime.datetime) -> bool:
    if recovery.used_at is not None or recovery.ended_at is not None:
        return False
    return now < (recovery.confirmed_at or recovery.opened_at) + RECOVERY_LASTS


def _tell(recovery: SecondFactorRecovery, step: str) -> None:
    """Mail the owner of the account what happened, at the step "confirmed" with the link."""
    user = recovery.user
    context: dict[str, Any] = {
        "user": user,
        "recovery": recovery,
        "hours": int(RECOVERY_LASTS.total_seconds() // 3600),
    }
    if step == "confirmed":
        token = signing.dumps({"recovery": str(recovery.pk), "email": user.email}, salt=SALT)
        context["link"] = f"{settings.SITE_URL}{reverse('account_recover', args=[token])}"
    subjects = {
        "opened": _("The way back into your Surefoot account was opened"),
        "confirmed": _("The way back into your Surefoot account"),
        "used": _("Your second step was removed"),
    }
    OutboxEmail(
        subjects[step],
        render_to_string(f"account/email/recovery_{step}.txt", context),
        [str(user.email)],
        clinic=get_clinic(user),
        is_urgent=True,
    ).send()
