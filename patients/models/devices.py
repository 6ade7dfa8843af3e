"""Devices on which an account is signed in."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import PublicModel, User

#: A session on the patient's own phone ends this long after its last use.
OWN_PHONE_SESSION_AGE = datetime.timedelta(days=30)
#: A session on the patient's own phone ends this long after sign-in, however often it is used.
OWN_PHONE_MAX_SESSION_AGE = datetime.timedelta(days=365)
#: A session on a device that others use, too, ends this long after its last use, and when the browser closes.
SHARED_SESSION_AGE = datetime.timedelta(minutes=10)
#: It ends this long after sign-in, however often it is used.
SHARED_MAX_SESSION_AGE = datetime.timedelta(hours=1)


class SignInMethod(models.TextChoices):
    """Method of authentication."""

    CARD = "card", _("with a card")
    MAIL = "mail", _("with a code by e-mail")
    PASSKEY = "passkey", _("with face, finger or screen lock")
    OTHER = "other", _("in another way")


class DeviceKind(models.TextChoices):
    """Kind of device, in everyday words."""

    PHONE = "phone", _("Phone")
    TABLET = "tablet", _("Tablet")
    COMPUTER = "computer", _("Computer")
    UNKNOWN = "unknown", _("Device")


class DeviceQuerySet(models.QuerySet["Device"]):
    def for_user(self, user: User) -> DeviceQuerySet:
        return self.filter(user=user)

    def live(self) -> DeviceQuerySet:
        """Return devices that were not ended. The session of one may still have expired."""
        return self.filter(ended_at=None)

    def open_at(self, now: datetime.datetime) -> DeviceQuerySet:
        """Return devices that may still open a page at `now`.

        `expires_at` is checked here for shared devices only, because each use extends their session in the browser.
        """
        return self.live().filter(Q(own_phone=True) | Q(expires_at__gt=now))

    def signed_in(self, now: datetime.datetime) -> DeviceQuerySet:
        """Return devices that were not ended and have not expired at `now`, the last used first."""
        return self.live().filter(expires_at__gt=now).order_by("-last_seen_at", "-pk")


class Device(PublicModel):
    """A browser on which an account signed in. Its session holds the device's key, and is refused once it is ended."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="devices")
    kind = models.CharField(_("kind"), max_length=8, choices=DeviceKind, default=DeviceKind.UNKNOWN)
    browser = models.CharField(_("browser"), max_length=24, blank=True)
    own_phone = models.BooleanField(_("said to be their own"))
    way = models.CharField(_("how they got in"), max_length=8, choices=SignInMethod)
    signed_in_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")
        indexes = [
            models.Index(
                fields=["user", "-last_seen_at"], condition=Q(ended_at=None), name="live_devices_of_user"
            ),
            models.Index(fields=["expires_at"], name="device_by_expiry"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=DeviceKind.values), name="device_kind_exists"),
            models.CheckConstraint(condition=Q(way__in=SignInMethod.values), name="device_way_exists"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("signed_in_at")), name="device_expires_after_signing_in"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.label}, {self.signed_in_at:%Y-%m-%d %H:%M}"

    @property
    def label(self) -> str:
        """Return kind and browser, such as "Phone, Chrome", by which the owner recognises the device."""
        kind = str(self.get_kind_display())
        return f"{kind}, {self.browser}" if self.browser else kind

    @property
    def is_remembered_for_longer(self) -> bool:
        """Return True if using the device moves the day on which its session expires."""
        return self.own_phone and self.expires_at < self.signed_in_at + OWN_PHONE_MAX_SESSION_AGE
