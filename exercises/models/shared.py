"""Parts common to exercises and routines, which are shared by all clinics or belong to one clinic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from clinic.models import User


class SharedQuerySet(models.QuerySet):
    """Rows of the library that are shared by all clinics (`clinic` is None) or belong to one clinic."""

    def live(self) -> SharedQuerySet:
        """Return the rows that are not retired."""
        return self.filter(retired_at=None)

    def public(self) -> SharedQuerySet:
        """Return the rows that anyone may read: not retired and shared by all clinics."""
        return self.live().filter(clinic=None)

    def by_slug(self, slug: str) -> SharedQuerySet:
        """Return the row with this slug, as a query set of at most one row."""
        return self.filter(slug=slug)

    def available_to(self, user: User) -> SharedQuerySet:
        """Return the rows that a member of staff may assign: live, and shared or of their clinic."""
        membership = user.membership
        own = Q(clinic=membership.clinic) if membership else Q(pk=None)
        return self.live().filter(Q(clinic=None) | own)

    def owned_by(self, user: User) -> SharedQuerySet:
        """Return the rows of the user's clinic, in use or retired. Empty without a membership."""
        membership = user.membership
        return self.filter(clinic=membership.clinic) if membership else self.none()


def loaded_hash_field() -> models.CharField:
    """Return the column for the hash of the content that `load_catalogue` last wrote.

    If the hash of the row's current content differs, a person has changed the row.
    """
    return models.CharField(max_length=64, blank=True, editable=False)
