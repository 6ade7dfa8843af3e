"""The clinic's team as its admin sees it: who is on it, who was, and what happened to a person's place."""

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
    """A person's latest place on the team."""

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
        """Has never signed in."""
        return self.user.last_login is None

    @property
    def treats(self) -> bool:
        return Action.ASSIGN_PLANS in self.row.may

    @property
    def state_token(self) -> str:
        return state_token(self.membership)


@dataclass(frozen=True)
class RoleChoice:
    """A role as a form offers it: what it is, and what it may do, in words."""

    value: str
    label: str
    description: str
    may: tuple[str, ...]


def role_choices() -> list[RoleChoice]:
    """All roles, from the one that may least."""
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
    """Where a membership stands, for a form to post back: whoever acts on an older standing is told so first."""
    return f"{membership.pk} {membership.role} {'left' if membership.ended_at else 'live'}"


def has_other_admin(clinic: Clinic, *, without: User) -> bool:
    """Whether somebody else runs the clinic: a live clinic admin who has signed in at least once."""
    admins = Membership.objects.live().for_clinic(clinic).filter(role=Role.CLINIC_ADMIN)
    return admins.filter(user__is_active=True, user__last_login__isnull=False).exclude(user=without).exists()


@dataclass(frozen=True)
class Team:
    """Those on the team, and those who left, by name."""

    members: list[Member]
    left: list[Member]


def get_team(clinic: Clinic) -> Team:
    """Everyone who is or was on the clinic's team. One query."""
    latest: dict[uuid.UUID, Member] = {}
    for row in _memberships(clinic):
        latest[row.user_id] = Member(row, row.has_second_factor)
    people = sorted(latest.values(), key=lambda member: (member.user.name.lower(), str(member.user.pk)))
    return Team(
        members=[member for member in people if not member.has_left],
        left=[member for member in people if member.has_left],
    )


def get_member_or_404(clinic: Clinic, member_id: uuid.UUID) -> Member:
    """One person of the clinic's team, there or left. A foreign one is a missing one: Http404 for both."""
    row = _memberships(clinic).filter(user=member_id).last()
    if row is None:
        raise Http404(_("There is no such page, or it belongs to another clinic."))
    return Member(row, row.has_second_factor)


def _memberships(clinic: Clinic) -> Any:
    """The latest of each person comes last: what is live, or what ended last."""
    second_step = Authenticator.objects.filter(user=OuterRef("user"), type=Authenticator.Type.TOTP)
    rows = Membership.objects.for_clinic(clinic).select_related("user", "clinic")
    return rows.annotate(has_second_factor=Exists(second_step)).order_by("started_at", "id")


@dataclass(frozen=True)
class Change:
    """Who changed what, when."""

    at: datetime.datetime
    by: User | None
    what: str


def list_member_changes(member: Member) -> list[Change]:
    """What happened to the person's place on this team, the latest first. One query."""
    clinic, user = member.membership.clinic, member.user
    rows = list(
        Membership.history.filter(clinic=clinic, user=user)
        .select_related("history_user")
        .order_by("history_date", "history_id")
    )
    found: list[Change] = []
    before: dict[int, Any] = {}
    for row in rows:
        if what := _what(row, before.get(row.id)):
            found.append(Change(row.history_date, row.history_user, what))
        before[row.id] = row
    return found[::-1][:MAX_CHANGES]


def _what(row: Any, before: Any) -> str:
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
