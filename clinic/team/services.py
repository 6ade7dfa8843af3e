"""Changes of a clinic's team: invite, change a role, end a membership, reinstate a former member.

Each of them locks the clinic first, so that concurrent changes by two admins happen one after the other: the second
admin sees the first one's change, and a clinic never loses its last admin. Transferring a caseload belongs to the
patients app, see `patients.caseload.services`.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.accounts.adapters import invite, welcome
from clinic.audit.services import record
from clinic.models import Clinic, Membership, Role, User
from clinic.roles import Action, may
from clinic.team.selectors import has_other_admin, state_token


class TeamChangeError(Exception):
    """The change is not allowed. The message is meant for the person."""


class StaleMemberError(Exception):
    """The membership was changed after the page was shown."""


@dataclass(frozen=True)
class InvitationResult:
    """The membership. `is_new` is False if it existed before."""

    membership: Membership
    is_new: bool


@transaction.atomic
def invite_member(
    *, clinic: Clinic, email: str, name: str, role: Role, by: User, now: datetime.datetime | None = None
) -> InvitationResult:
    """Add a person to the team and e-mail them: a link to choose a password or, if they have one, a welcome.

    The address is the key: the same address invited twice has one membership. Raises TeamChangeError for an address
    that cannot be added (the person works elsewhere, or the account is closed or may use the administration); it does
    not say which. Raises PermissionDenied as `lock_team` does; so do the other functions here.
    """
    lock_team(clinic, by)
    email = email.strip().lower()
    user = User.objects.filter(email=email).first() or _new_user(email, name)
    live = user.memberships.live().first()
    if live is not None and live.clinic_id == clinic.pk:
        return InvitationResult(live, is_new=False)
    if live is not None or not user.is_active or user.is_staff:
        raise TeamChangeError(_("This address cannot be added. Ask the person for another e-mail address."))
    membership = _create_membership(user, clinic, role, by, now or timezone.now())
    record("team.invited", actor=by, obj=membership, clinic=clinic)
    _send_notification(user, clinic)
    return InvitationResult(membership, is_new=True)


def _new_user(email: str, name: str) -> User:
    try:
        with transaction.atomic():
            return User.objects.create_user(email, name=name.strip())
    except IntegrityError:  # another clinic invited the same person at the same moment
        return User.objects.get(email=email)


@transaction.atomic
def resend_invitation(*, member: User, clinic: Clinic, by: User) -> None:
    """Send the invitation again. Raises TeamChangeError if the person has signed in already, or has left."""
    lock_team(clinic, by)
    membership = member.memberships.live().for_clinic(clinic).first()
    if membership is None or member.last_login is not None:
        raise TeamChangeError(_("%(name)s needs no invitation.") % {"name": member.name})
    record("team.invited_again", actor=by, obj=membership, clinic=clinic)
    _send_notification(member, clinic)


@transaction.atomic
def change_role(*, member: User, clinic: Clinic, role: Role, seen: str, by: User) -> Membership:
    """Give a member another role, effective from their next request. The same change sent twice is made once.

    `seen` is the `state_token` that `by` saw. Raises StaleMemberError if the membership was changed since or has
    ended, and TeamChangeError if the clinic would have no other admin.
    """
    lock_team(clinic, by)
    membership = _latest(member, clinic)
    if membership.role == role and membership.ended_at is None:
        return membership
    _check_not_stale(membership, seen)
    if membership.ended_at is not None:
        raise StaleMemberError
    if membership.role == Role.CLINIC_ADMIN:
        _check_has_other_admin(clinic, member)
    membership.role = role
    _save(membership, by)
    record("team.role_changed", actor=by, obj=membership, clinic=clinic)
    return membership


@transaction.atomic
def end_membership(
    *, member: User, clinic: Clinic, seen: str, by: User, now: datetime.datetime | None = None
) -> Membership:
    """Take a member off the team and end their sessions on every device. The account and its history stay.

    Raises StaleMemberError and TeamChangeError as `change_role` does, and TeamChangeError if `member` is `by`: only
    another admin can do that.
    """
    lock_team(clinic, by)
    membership = _latest(member, clinic)
    if membership.ended_at is not None:
        return membership
    if member.pk == by.pk:
        raise TeamChangeError(
            _("You cannot take yourself off the team. Another clinic admin can do it for you.")
        )
    _check_not_stale(membership, seen)
    if membership.role == Role.CLINIC_ADMIN:
        _check_has_other_admin(clinic, member)
    membership.ended_at = now or timezone.now()
    _save(membership, by)
    User.objects.filter(pk=member.pk).update(session_number=F("session_number") + 1)
    record("team.ended", actor=by, obj=membership, clinic=clinic)
    return membership


@transaction.atomic
def reinstate_member(
    *, member: User, clinic: Clinic, role: Role, seen: str, by: User, now: datetime.datetime | None = None
) -> Membership:
    """Put a former member back on the team and e-mail them. The earlier membership stays as history.

    Raises StaleMemberError if the membership was changed since `seen`, and TeamChangeError if the person has a live
    membership or a closed account.
    """
    lock_team(clinic, by)
    membership = _latest(member, clinic)
    if membership.ended_at is None and membership.role == role:
        return membership
    _check_not_stale(membership, seen)
    if member.memberships.live().exists() or not member.is_active:
        raise TeamChangeError(
            _("This account cannot be added. Invite the person with another e-mail address.")
        )
    membership = _create_membership(member, clinic, role, by, now or timezone.now())
    record("team.brought_back", actor=by, obj=membership, clinic=clinic)
    _send_notification(member, clinic)
    return membership


def lock_team(clinic: Clinic, by: User) -> None:
    """Lock the clinic's row until the transaction ends, and check again that `by` may change the team.

    Raises PermissionDenied if `by` was taken off the team or lost the role meanwhile.
    """
    Clinic.objects.select_for_update(of=("self",), no_key=True).get(pk=clinic.pk)
    membership = Membership.objects.live().for_clinic(clinic).filter(user=by).first()
    if membership is None or not may(membership.role, Action.MANAGE_CLINIC):
        raise PermissionDenied(_("You no longer run this clinic. Nothing was changed."))


def _latest(member: User, clinic: Clinic) -> Membership:
    rows = member.memberships.for_clinic(clinic).order_by("started_at", "id")
    latest = rows.last()
    if latest is None:
        raise StaleMemberError
    return latest


def _check_not_stale(membership: Membership, seen: str) -> None:
    if state_token(membership) != seen:
        raise StaleMemberError


def _check_has_other_admin(clinic: Clinic, member: User) -> None:
    if not has_other_admin(clinic, without=member):
        raise TeamChangeError(
            _(
                "Your clinic needs a clinic admin. Make somebody else one first; it counts once they have signed in."
            )
        )


def _create_membership(
    user: User, clinic: Clinic, role: Role, by: User, now: datetime.datetime
) -> Membership:
    membership = Membership(user=user, clinic=clinic, role=role, started_at=now)
    _save(membership, by)
    return membership


def _save(membership: Membership, by: User) -> None:
    membership._history_user = by  # type: ignore[attr-defined]  # django-simple-history reads the user from the row
    membership.save()


def _send_notification(user: User, clinic: Clinic) -> None:
    if user.has_usable_password():
        welcome(user, clinic=clinic)
    else:
        invite(user, clinic=clinic)
