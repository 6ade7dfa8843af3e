"""Users, and their memberships of clinics."""

from __future__ import annotations

import unicodedata
import uuid
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from clinic.models.clinics import Clinic


class UserManager(BaseUserManager["User"]):
    """Manager that creates users with or without an e-mail address and a password."""

    def create_user(self, email: str | None = None, password: str | None = None, **fields: Any) -> User:
        """Create a user. Without a password the account cannot sign in with one (patients, invited staff)."""
        user = self.model(email=(email or "").strip().lower() or None, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True} | fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in: staff by e-mail and password, patients by card (they may have no e-mail address)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("e-mail"), unique=True, null=True, blank=True)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(
        _("active"),
        default=True,
        help_text=_("Clear this to close the account: the person is signed out and cannot sign in."),
    )
    is_staff = models.BooleanField(_("may use the administration"), default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    #: Increased to end every session of this account: it is part of the session hash, so older sessions become invalid.
    session_number = models.PositiveIntegerField(default=0, editable=False)

    history = HistoricalRecords(excluded_fields=["password", "last_login", "session_number"])
    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_user_an_email"),
            models.CheckConstraint(condition=~Q(email=""), name="email_is_missing_not_empty"),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.email})" if self.email else self.name

    def set_password(self, raw_password: str | None) -> None:
        """Store the password's hash in NFKC, so that it is the same from every keyboard."""
        super().set_password(raw_password and unicodedata.normalize("NFKC", raw_password))

    def check_password(self, raw_password: str | None) -> bool:
        """Return True for the password in NFKC or, if it was stored before that was done, as it is typed."""
        if raw_password is None:
            return False
        normalised = unicodedata.normalize("NFKC", raw_password)
        return super().check_password(normalised) or (
            normalised != raw_password and super().check_password(raw_password)
        )

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return Django's session hash, with `session_number` appended if it is not 0.

        Django compares the hash at every request, so increasing the number ends all sessions without looking for them.
        """
        original: str = super()._get_session_auth_hash(secret=secret)  # type: ignore[misc]
        return f"{original}-{self.session_number}" if self.session_number else original

    @cached_property
    def membership(self) -> Membership | None:
        """Return the user's live membership, or None. Cached on the user object.

        One query, or none for the user of a request: the authentication backend has read it with the user.
        """
        if not self.is_active:
            return None
        if "live_membership" in self.__dict__:
            return self.__dict__["live_membership"]  # type: ignore[no-any-return]
        return self.memberships.live().select_related("clinic").first()


class Role(models.TextChoices):
    """Roles in a clinic's team. Their permissions are in `clinic.roles`."""

    CLINICIAN = "clinician", _("Clinician")
    FRONT_DESK = "front_desk", _("Front desk")
    CLINIC_ADMIN = "clinic_admin", _("Clinic admin")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def live(self) -> MembershipQuerySet:
        return self.filter(ended_at=None)

    def for_clinic(self, clinic: Clinic) -> MembershipQuerySet:
        return self.filter(clinic=clinic)


class Membership(models.Model):
    """Membership of a clinic's team. A user has at most one live membership: work at two clinics needs two accounts."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=16, choices=Role)
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    history = HistoricalRecords()
    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(ended_at=None), name="one_live_membership_a_user"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_exists"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()} at {self.clinic}"
