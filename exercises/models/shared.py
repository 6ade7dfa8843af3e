"""Parts common to exercises and routines, which are shared by all clinics or belong to one clinic."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from clinic.models import User


class SharedQuerySet(models.QuerySet):
    """Things of the library that are either everyone's or one clinic's own."""

    def live(self) -> SharedQuerySet:
        return self.filter(retired_at=None)

    def public(self) -> SharedQuerySet:
        """What anyone may read: live and shared by all clinics."""
        return self.live().filter(clinic=None)

    def by_slug(self, slug: str) -> SharedQuerySet:
        return self.filter(slug=slug)

    def available_to(self, user: User) -> SharedQuerySet:
        """What a member of staff may assign: everyone's and their own clinic's."""
        membership = user.membership
        own = Q(clinic=membership.clinic) if membership else Q(pk=None)
        return self.live().filter(Q(clinic=None) | own)

    def owned_by(self, user: User) -> SharedQuerySet:
        """What the user's clinic keeps for itself, in use or retired."""
        membership = user.membership
        return self.filter(clinic=membership.clinic) if membership else self.none()


def loaded_hash_field() -> models.CharField:
    """What `load_catalogue` last wrote, as a hash: where the row says something else, a person has changed it."""
    return models.CharField(max_length=64, blank=True, editable=False)
