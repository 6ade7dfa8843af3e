"""Reads of a clinic's team: current and former members, roles, and the changes of a membership."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef
from django.http import Http404
from django.utils.translation import gettext as _

from clinic.models import Clinic, Membership, Role, User
from clinic.roles import ROLES, Action, RolePermissions

MAX_CHANGES = 20


@dataclass(frozen=True)
class Member:
    """A person's latest membership of the team."""

    membership: Membership
    has_second_factor: bool

    @property
    def user(self) -> User:
        return self.membership.user

    @property
    def row(self) -> RolePermissions:
        return ROLES[self.membership.role]

    @property
    def has_left(self) -> bool:
        return self.membership.ended_at is not None

    @property
    def is_invited(self) -> bool:
        """Return True if the person has never signed in."""
        return self.user.last_login is None

    @property
    def treats(self) -> bool:
        return Action.ASSIGN_PLANS in self.row.may

    @property
    def state_token(self) -> str:
        return state_token(self.membership)


@dataclass(frozen=True)
class RoleChoice:
    """A role as a form offers it, with its description and the names of its allowed actions."""

    value: str
    label: str
    description: str
    may: tuple[str, ...]


def role_choices() -> list[RoleChoice]:
    """Return all roles, those with the fewest allowed actions first."""
    rows = sorted(ROLES.values(), key=lambda row: len(row.may))
    return [
        RoleChoice(
            row.role.value,
            str(row.role.label),
            row.description,
            tuple(action.value for action in Action if action in row.may),
        )
        for row in rows
    ]


def state_token(membership: Membership) -> str:
    """Return the membership's state as text that a form posts back, to detect changes since the page was shown."""
    return f"{membership.pk} {membership.role} {'left' if membership.ended_at else 'live'}"


def has_other_admin(clinic: Clinic, *, without: User) -> bool:
    """Return True if the clinic has another live and active clinic admin who has signed in at least once."""
    admins = Membership.objects.live().for_clinic(clinic).filter(role=Role.CLINIC_ADMIN)
    return admins.filter(user__is_active=True, user__last_login__isnull=False).exclude(user=without).exists()


@dataclass(frozen=True)
class Team:
    """The members of a team and its former members, both by name."""

    members: list[Member]
    left: list[Member]


def get_team(clinic: Clinic) -> Team:
    """Return everyone who is or was on the clinic's team. One query."""
    latest: dict[uuid.UUID, Member] = {}
    for row in _memberships(clinic):
        latest[row.user_id] = Member(row, row.has_second_factor)
    people = sorted(latest.values(), key=lambda member: (member.user.name.lower(), str(member.user.pk)))
    return Team(
        members=[member for member in people if not member.has_left],
        left=[member for member in people if member.has_left],
    )


def get_member_or_404(clinic: Clinic, member_id: uuid.UUID) -> Member:
    """Return one current or former member. Raises Http404 if there is none, also for a member of another clinic."""
    row = _memberships(clinic).filter(user=member_id).last()
    if row is None:
        raise Http404(_("There is no such page, or it belongs to another clinic."))
    return Member(row, row.has_second_factor)


def _memberships(clinic: Clinic) -> Any:
    """Return the clinic's memberships, oldest first. A person's live one, or the one that ended last, comes last."""
    second_factor = Authenticator.objects.filter(user=OuterRef("user"), type=Authenticator.Type.TOTP)
    rows = Membership.objects.for_clinic(clinic).select_related("user", "clinic")
    return rows.annotate(has_second_factor=Exists(second_factor)).order_by("started_at", "id")


@dataclass(frozen=True)
class Change:
    """One change of a membership: its time, the user who made it, and a label."""

    at: datetime.datetime
    by: User | None
    what: str


def list_member_changes(member: Member) -> list[Change]:
    """Return the latest MAX_CHANGES changes of the person's memberships of this team, newest first. One query."""
    clinic, user = member.membership.clinic, member.user
    rows = list(
        Membership.history.filter(clinic=clinic, user=user)
        .select_related("history_user")
        .order_by("history_date", "history_id")
    )
    changes: list[Change] = []
    before: dict[int, Any] = {}
    for row in rows:
        if label := _describe_change(row, before.get(row.id)):
            changes.append(Change(row.history_date, row.history_user, label))
        before[row.id] = row
    return changes[::-1][:MAX_CHANGES]


def _describe_change(row: Any, before: Any) -> str:
    role = str(Role(row.role).label)
    if before is None:
        return row.history_change_reason or _("Put on the team: %(role)s") % {"role": role}
    if row.ended_at and not before.ended_at:
        return _("Taken off the team")
    if before.ended_at and not row.ended_at:
        return _("Brought back: %(role)s") % {"role": role}
    if row.role != before.role:
        return _("%(before)s → %(role)s") % {"before": Role(before.role).label, "role": role}
    return ""
