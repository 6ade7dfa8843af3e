"""What a patient's way in leaves behind: the devices that are signed in, and the codes that were mailed."""

from __future__ import annotations

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import PublicModel, User
from patients.models.patient import Patient

#: How long a patient's own phone remembers them after it was last used. A shared device forgets them when the browser
#: closes.
OWN_PHONE_SESSION_AGE = datetime.timedelta(days=30)
#: However often it is used, they show who they are again after this long.
OWN_PHONE_MAX_SESSION_AGE = datetime.timedelta(days=365)


class SignInMethod(models.TextChoices):
    """How someone proved who they are."""

    CARD = "card", _("with a card")
    MAIL = "mail", _("with a code by e-mail")
    PASSKEY = "passkey", _("with face, finger or screen lock")
    OTHER = "other", _("in another way")


class DeviceKind(models.TextChoices):
    """As one would call it across a kitchen table."""

    PHONE = "phone", _("Phone")
    TABLET = "tablet", _("Tablet")
    COMPUTER = "computer", _("Computer")
    UNKNOWN = "unknown", _("Device")


class DeviceQuerySet(models.QuerySet["Device"]):
    def for_user(self, user: User) -> DeviceQuerySet:
        return self.filter(user=user)

    def live(self) -> DeviceQuerySet:
        """Not ended. The session of one may still have run out by itself."""
        return self.filter(ended_at=None)

    def open_at(self, now: datetime.datetime) -> DeviceQuerySet:
        """Those that may still open a page. A shared one is over when it says so: its session moves with each use."""
        return self.live().filter(Q(own_phone=True) | Q(expires_at__gt=now))

    def signed_in(self, now: datetime.datetime) -> DeviceQuerySet:
        """Not ended, and remembered still, the last used first."""
        return self.live().filter(expires_at__gt=now).order_by("-last_seen_at", "-pk")


class Device(PublicModel):
    """A browser on which an account signed in. Its session knows its key; once ended, that session opens nothing."""

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
        """ "Phone, Chrome": enough to know one's own again."""
        kind = str(self.get_kind_display())
        return f"{kind}, {self.browser}" if self.browser else kind

    @property
    def is_remembered_for_longer(self) -> bool:
        """Whether using it moves the day on which it forgets its owner."""
        return self.own_phone and self.expires_at < self.signed_in_at + OWN_PHONE_MAX_SESSION_AGE


class CodeUse(models.TextChoices):
    """What a mailed code is good for."""

    SIGN_IN = "sign_in", _("signing in")
    CONFIRM = "confirm", _("confirming an address")


#: This many wrong codes kill a mailed code.
MAX_WRONG_CODES = 5


class MailedCodeQuerySet(models.QuerySet["MailedCode"]):
    def live(self) -> MailedCodeQuerySet:
        """Neither used nor ended. They may still have run out."""
        return self.filter(used_at=None, ended_at=None)


class MailedCode(models.Model):
    """A code of 6 digits that was mailed, and the secret of the link beside it: of both only keyed hashes.

    A code that was asked for with an address or a birthday we do not know has no patient: it is there so that asking,
    and trying, look and cost the same.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, null=True, on_delete=models.CASCADE, related_name="mailed_codes")
    use = models.CharField(_("use"), max_length=8, choices=CodeUse)
    #: Only of a code that confirms it.
    email = models.EmailField(_("e-mail"), blank=True)
    code_hash = models.CharField(max_length=64, editable=False)
    link_hash = models.CharField(max_length=64, editable=False, blank=True)
    own_phone = models.BooleanField(default=False)
    asked_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    wrong_codes = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MailedCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailed code")
        verbose_name_plural = _("mailed codes")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "use"],
                condition=Q(used_at=None, ended_at=None, patient__isnull=False),
                name="one_live_code_a_patient_and_use",
            ),
            models.CheckConstraint(condition=Q(use__in=CodeUse.values), name="code_use_exists"),
            models.CheckConstraint(
                condition=Q(use=CodeUse.SIGN_IN, email="") | (Q(use=CodeUse.CONFIRM) & ~Q(email="")),
                name="code_confirms_an_address",
            ),
            models.CheckConstraint(
                condition=Q(use=CodeUse.SIGN_IN) | Q(patient__isnull=False), name="address_is_someones"
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(ended_at=None), name="code_used_or_ended_not_both"
            ),
            models.CheckConstraint(
                condition=Q(used_at=None) | Q(patient__isnull=False), name="used_code_is_someones"
            ),
            models.CheckConstraint(
                condition=Q(wrong_codes__lte=MAX_WRONG_CODES), name="five_wrong_codes_at_most"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("asked_at")), name="code_expires_after_it_was_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"Code for {self.get_use_display()}, {self.asked_at:%Y-%m-%d %H:%M}"
