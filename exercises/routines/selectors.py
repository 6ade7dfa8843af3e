"""Data of the pages about routines, in a fixed number of queries, and the permission to edit a routine."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from clinic.models import User
from clinic.permissions import has_staff_permission
from clinic.roles import Action
from exercises.models import Category, Exercise, Routine, RoutineItem


def get_routine_to_read_or_404(user: User, routine_id: uuid.UUID) -> Routine:
    """Return a routine that the user may see, with its items and their exercises prefetched.

    These are shared routines in use, and those of the clinic and of the user, in use or retired. Raises Http404 if it
    does not exist or the user may not see it.
    """
    rows = Routine.objects.public() | Routine.objects.owned_by(user)
    found: Routine | None = rows.prefetch_related("items__exercise").filter(pk=routine_id).first()
    if found is None:
        raise Http404(_("There is no such page, or it belongs to another clinic."))
    return found


def can_edit(user: User, routine: Routine) -> bool:
    """Return True if the user may edit the routine.

    These are the user's own routines, and those of the clinic with the permission MANAGE_ROUTINES. Shared routines can
    be edited only in the admin.
    """
    if routine.clinic_id is None:
        return False
    if routine.owner_id is not None:
        return routine.owner_id == user.pk
    return has_staff_permission(user, Action.MANAGE_ROUTINES)


def check_can_edit(user: User, routine: Routine) -> None:
    """Raise PermissionDenied unless `can_edit`."""
    if not can_edit(user, routine):
        raise PermissionDenied(_("This routine is not yours to change. Make a copy, and change that."))


@dataclass(frozen=True)
class RoutineRow:
    """Routine in a list, with its items in order."""

    routine: Routine
    items: list[RoutineItem]
    can_edit: bool

    @property
    def minutes(self) -> int:
        """Return the estimated minutes of one session, rounded up."""
        return math.ceil(sum(item.dose.session_seconds() for item in self.items) / 60)

    @property
    def names(self) -> str:
        """Return the names of its exercises, separated by commas."""
        return ", ".join(item.exercise.name for item in self.items)


@dataclass(frozen=True)
class RoutineLists:
    """Routines that a clinician can start a plan from, by owner, and retired routines."""

    mine: list[RoutineRow]
    clinics: list[RoutineRow]
    shared: list[RoutineRow]
    retired: list[RoutineRow]


def get_routine_lists(user: User) -> RoutineLists:
    """Return the routines that the user may see, ordered by name. Three queries."""
    rows = Routine.objects.public() | Routine.objects.owned_by(user)
    can_manage = has_staff_permission(user, Action.MANAGE_ROUTINES)
    found = [
        RoutineRow(
            routine,
            sorted(routine.items.all(), key=lambda item: item.order),
            can_edit=routine.clinic_id is not None and (routine.owner_id == user.pk or can_manage),
        )
        for routine in rows.prefetch_related("items__exercise").order_by("name", "pk")
    ]
    live = [row for row in found if row.routine.retired_at is None]
    return RoutineLists(
        mine=[row for row in live if row.routine.owner_id],
        clinics=[row for row in live if row.routine.clinic_id and not row.routine.owner_id],
        shared=[row for row in live if not row.routine.clinic_id],
        retired=[row for row in found if row.routine.retired_at is not None],
    )


def list_available_exercises(user: User, routine: Routine | None = None) -> dict[uuid.UUID, Exercise]:
    """Return the exercises that the user's routines may contain, by key, ordered by category and name. One query.

    These are the exercises in use, and those that `routine` already contains (its items must be prefetched).
    """
    membership = user.membership
    allowed = Q(clinic=None) | Q(clinic=membership.clinic if membership else None)
    wanted = Q(retired_at=None) & allowed
    if routine is not None:
        wanted |= Q(pk__in=[item.exercise_id for item in routine.items.all()])
    return {row.pk: row for row in Exercise.objects.filter(wanted).order_by("category", "name", "pk")}


def group_choices(library: Mapping[uuid.UUID, Exercise]) -> list[tuple[str, list[Exercise]]]:
    """Return the exercises in use as (category label, exercises) pairs, for a <select>."""
    live = [row for row in library.values() if row.retired_at is None]
    return [
        (str(kind.label), found)
        for kind in Category
        if (found := [row for row in live if row.category == kind])
    ]
