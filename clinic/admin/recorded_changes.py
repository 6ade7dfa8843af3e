"""Changes of accounts, teams and clinics by administrators: recorded, and told to the clinic at once.

Whoever is put on a team sees its patients. Emergency access alone would be no barrier for an administrator who makes an
account for themselves, or takes over one.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from clinic.audit.services import ADMINISTRATOR, record
from clinic.emergency_access.emails import list_addresses
from clinic.languages import TEAM_LANGUAGE
from clinic.models import Clinic, Membership, OpeningHours, Role, User
from clinic.outbox.messages import OutboxEmail

#: Fields of an account that give rights in the administration.
RIGHTS = ("is_staff", "is_superuser", "groups", "user_permissions")


@dataclass(frozen=True)
class Change:
    """An action of the audit trail, its object, the clinic that is told (None: nobody is), and words for the clinic."""

    action: str
    obj: Model
    clinic: Clinic | None
    words: str


@dataclass(frozen=True)
class Stored:
    """A row as it is stored, with the memberships by key, and the addresses of each clinic that would be told."""

    values: dict[str, Any] = field(default_factory=dict)
    memberships: dict[Any, Membership] = field(default_factory=dict)
    addresses: dict[uuid.UUID, set[str]] = field(default_factory=dict)

    @property
    def clinics(self) -> set[Clinic]:
        """Return the clinics of the live memberships."""
        return {row.clinic for row in self.memberships.values() if row.ended_at is None}


def read_account(user: User) -> Stored:
    row = User.objects.get(pk=user.pk)
    values = {name: getattr(row, name) for name in ("name", "email", "is_active", "is_staff", "is_superuser")}
    values |= {
        name: set(getattr(row, name).values_list("pk", flat=True)) for name in ("groups", "user_permissions")
    }
    return _with_teams(values, Membership.objects.filter(user=row))


def read_membership(membership: Membership) -> Stored:
    return _with_teams({}, Membership.objects.filter(pk=membership.pk))


def read_clinic(clinic: Clinic) -> Stored:
    row = Clinic.objects.get(pk=clinic.pk)
    values = {one.name: getattr(row, one.name) for one in Clinic._meta.concrete_fields}
    hours = OpeningHours.objects.filter(clinic=row).values_list("weekday", "opens_at", "closes_at")
    return Stored(values | {"hours": sorted(hours)}, {}, {row.pk: list_addresses(row)})


def _with_teams(values: dict[str, Any], memberships: QuerySet[Membership]) -> Stored:
    rows = {row.pk: row for row in memberships.select_related("user", "clinic")}
    stored = Stored(values, rows)
    stored.addresses.update({clinic.pk: list_addresses(clinic) for clinic in stored.clinics})
    return stored


def compare_accounts(before: Stored, after: Stored, user: User) -> list[Change]:
    """Return the changes of an account and of its memberships. Those of the account are told to each clinic of it."""
    told = before.clinics | after.clinics
    clinics: list[Clinic | None] = [*sorted(told, key=lambda clinic: clinic.name)] or [None]
    found = [
        Change(action, user, clinic, f"{user}: {words}")
        for clinic in clinics
        for action, words in _compare_values(before.values, after.values)
    ]
    return found + compare_memberships(before, after)


def _compare_values(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str]]:
    if not before:
        return [("account.added", _("New account"))]
    changed = {name for name in after if before[name] != after[name]}
    found = []
    if "email" in changed:
        words = _("E-mail address changed: %(before)s → %(after)s")
        found.append(
            (
                "account.address_changed",
                words % {"before": before["email"] or "–", "after": after["email"] or "–"},
            )
        )
    if "is_active" in changed:
        is_open = after["is_active"]
        found.append(
            ("account.opened", _("Account opened again"))
            if is_open
            else ("account.closed", _("Account closed"))
        )
    if "name" in changed:
        found.append(("account.renamed", _("Name changed: it was %(name)s") % {"name": before["name"]}))
    if changed & set(RIGHTS):
        found.append(("account.rights_changed", _("Rights in the administration changed")))
    return found


def compare_memberships(before: Stored, after: Stored, _row: Any = None) -> list[Change]:
    """Return the changes of memberships. One that moves to another person or clinic ends there and begins here."""
    return [
        change
        for key, row in after.memberships.items()
        for change in _compare_membership(before.memberships.get(key), row)
    ]


def _compare_membership(before: Membership | None, after: Membership) -> list[Change]:
    role = Role(after.role).label
    put_on = Change("team.invited", after, after.clinic, _("Put on the team: %(role)s") % {"role": role})
    found: list[Change] = []
    if before is None:
        found = [put_on]
    elif (before.user_id, before.clinic_id) != (after.user_id, after.clinic_id):
        found = [Change("team.ended", before, before.clinic, _("Taken off the team")), put_on]
    elif (before.ended_at is None) != (after.ended_at is None):
        brought_back = _("Brought back: %(role)s") % {"role": role}
        found = [
            Change("team.brought_back", after, after.clinic, brought_back)
            if after.ended_at is None
            else Change("team.ended", after, after.clinic, _("Taken off the team"))
        ]
    elif before.role != after.role:
        words = _("%(before)s → %(role)s") % {"before": Role(before.role).label, "role": role}
        found = [Change("team.role_changed", after, after.clinic, words)]
    return [Change(one.action, one.obj, one.clinic, f"{one.obj.user}: {one.words}") for one in found]  # type: ignore[attr-defined]


def compare_clinics(before: Stored, after: Stored, clinic: Clinic) -> list[Change]:
    if not before.values:
        return [Change("clinic.added", clinic, clinic, _("New clinic"))]
    changed = [name for name, value in after.values.items() if before.values[name] != value]
    names = [str(clinic._meta.get_field(name).verbose_name) for name in changed if name != "hours"]  # type: ignore[union-attr]
    found = []
    if names:
        words = _("Details changed: %(names)s") % {"names": ", ".join(names)}
        found.append(Change("clinic.details_changed", clinic, clinic, words))
    if "hours" in changed:
        found.append(Change("clinic.hours_changed", clinic, clinic, _("Opening hours changed")))
    return found


#: Model → how to read a row of it as it is stored, and how to compare two states.
COMPARED: dict[type[Model], tuple[Callable[[Any], Stored], Callable[[Stored, Stored, Any], list[Change]]]] = {
    User: (read_account, compare_accounts),
    Membership: (read_membership, compare_memberships),
    Clinic: (read_clinic, compare_clinics),
}


class RecordedChangesMixin:
    """Mixin, before the admin's other classes, for accounts, memberships and clinics.

    It compares what was stored before the form was saved with what is stored after all of it was. Django's admin does
    that in one transaction: without the record and the e-mails there is no change.
    """

    model: type[Any]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        read, _compare = COMPARED[self.model]
        request.stored_before = read(obj) if change else Stored()  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)  # type: ignore[misc]  # of the admin

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        self._record_changes(request, obj)
        return super().log_addition(request, obj, message)  # type: ignore[misc, no-any-return]

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        self._record_changes(request, obj)
        return super().log_change(request, obj, message)  # type: ignore[misc, no-any-return]

    def _record_changes(self, request: HttpRequest, obj: Any) -> None:
        read, compare = COMPARED[self.model]
        before: Stored = request.stored_before  # type: ignore[attr-defined]
        after = read(obj)
        by: User = request.user  # type: ignore[assignment]  # the administration is behind the sign-in
        with translation.override(TEAM_LANGUAGE):
            changes = compare(before, after, obj)
            for one in changes:
                record(one.action, actor=by, obj=one.obj, clinic=one.clinic, role=ADMINISTRATOR)
            _tell_clinics(changes, before, after, by=by)


def _tell_clinics(changes: list[Change], before: Stored, after: Stored, *, by: User) -> None:
    """Queue one e-mail to each address of each clinic that is told now, and to each that was until this change."""
    lines: dict[Clinic, list[str]] = defaultdict(list)
    for one in changes:
        if one.clinic is not None:
            lines[one.clinic].append(one.words)
    for clinic, words in lines.items():
        text = render_to_string(
            "clinic/admin/changed.txt",
            {
                "by": by,
                "clinic": clinic,
                "lines": words,
                "link": settings.SITE_URL + reverse("staff:access_log"),
            },
        )
        told = before.addresses.get(clinic.pk, set()) | after.addresses.get(clinic.pk, set())
        for address in sorted(told | list_addresses(clinic)):
            OutboxEmail(
                _("An administrator changed your clinic's team or details"),
                text,
                [address],
                clinic=clinic,
                is_urgent=True,
            ).send()
