"""The clinic's team: inviting someone, changing a role, ending a place, bringing someone back.

Each of these locks the clinic first, so that two admins who act at once act one after the other: the second is told
what the first did, and a clinic never loses its last admin. Handing over a caseload belongs to the floor above; see
`patients.caseload.services`.
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
    """The team does not allow it. `str()` is the reason, ready to show."""


class StaleMemberError(Exception):
    """Someone changed the person's place after the page was shown."""


@dataclass(frozen=True)
class InvitationResult:
    """The place on the team, and whether it was made just now or was there before."""

    membership: Membership
    is_new: bool


@transaction.atomic
def invite_member(
    *, clinic: Clinic, email: str, name: str, role: Role, by: User, now: datetime.datetime | None = None
) -> InvitationResult:
    """Put someone on the team and mail them: how to choose a password, or, with an account, that they are on it.

    The address is the key: invited twice is invited once. Raises TeamChangeError for an address that cannot be added
    (its person works elsewhere, or the account is closed); it does not say which.
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
    """Send the invitation once more. Raises TeamChangeError for who has signed in already, or has left."""
    lock_team(clinic, by)
    membership = member.memberships.live().for_clinic(clinic).first()
    if membership is None or member.last_login is not None:
        raise TeamChangeError(_("%(name)s needs no invitation.") % {"name": member.name})
    record("team.invited_again", actor=by, obj=membership, clinic=clinic)
    _send_notification(member, clinic)


@transaction.atomic
def change_role(*, member: User, clinic: Clinic, role: Role, seen: str, by: User) -> Membership:
    """Give a member another role; it holds from their next request on. The same change sent twice is made once.

    `seen` is the standing that `by` acted on. Raises StaleMemberError when it moved meanwhile, TeamChangeError when
    the clinic would be left without an admin.
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
    """Take someone off the team: out at their next request, on every device. Their account and history stay.

    Raises as `change_role` does, and TeamChangeError for oneself: that is another admin's to do.
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
    """Put someone who left back on the team, and mail them. The earlier place stays as history.

    Raises StaleMemberError, or TeamChangeError when the person has a place elsewhere by now.
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
    """Hold the clinic's team until the transaction ends, and look again whether `by` may still change it.

    Raises PermissionDenied for an admin who was taken off, or lost the role, a moment ago.
    """
    Clinic.objects.select_for_update(of=("self",), no_key=True).get(pk=clinic.pk)
    own = Membership.objects.live().for_clinic(clinic).filter(user=by).first()
    if own is None or not may(own.role, Action.MANAGE_CLINIC):
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
    membership._history_user = by  # type: ignore[attr-defined]  # the history package reads it from the row
    membership.save()


def _send_notification(user: User, clinic: Clinic) -> None:
    if user.has_usable_password():
        welcome(user, clinic=clinic)
    else:
        invite(user, clinic=clinic)
