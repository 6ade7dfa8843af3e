"""The authentication backend: allauth's, which reads the membership of a clinic together with the user."""

from __future__ import annotations

import uuid
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend as AllauthBackend
from django.core.exceptions import PermissionDenied
from django.db.models import FilteredRelation, Q
from django.http import HttpRequest

from clinic.models import User


class AuthenticationBackend(AllauthBackend):
    """Sign in by e-mail and password, and read the user of a session with their live membership in one query."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """Return the user, or None without a password. Raises PermissionDenied for wrong ones.

        The next backend of the settings is allauth's own, for sessions from before this one: it is not asked again.
        """
        user: User | None = super().authenticate(request, **credentials)
        if user is None and credentials.get("password"):
            raise PermissionDenied
        return user

    def get_user(self, user_id: uuid.UUID) -> User | None:
        live = FilteredRelation("memberships", condition=Q(memberships__ended_at=None))
        users = User.objects.annotate(live_membership=live).select_related("live_membership__clinic")  # type: ignore[misc]  # an annotation
        user: User | None = users.filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None
