"""Events of signing in that a patient is told about, and can say were not theirs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import PublicModel, Role

from .devices import Device
from .helpers import Helper
from .patient import Patient, SignInCard


class SignInEventKind(models.TextChoices):
    """Kinds of events."""

    CARD = "card", _("card made")
    DEVICE = "device", _("new device")
    HELPER = "helper", _("helper added")
    HELPER_DEVICE = "helper_device", _("new device of a helper")
    ADDRESS = "address", _("e-mail address changed")
    PASSKEY = "passkey", _("passkey added")


class SignInEvent(PublicModel):
    """A new way into a patient's account, or its first use on a device.

    It is shown on each device of the patient until it was seen there. `device` is the new device, or the one on which
    something was added; `card` is the card that was made, or with which the device signed in. An event of the kind
    HELPER with a card is about a new code for a helper who was added before.
    """

    patient = models.ForeignKey(Patient, on_delete=models.CASCADE, related_name="sign_in_events")
    kind = models.CharField(_("kind"), max_length=16, choices=SignInEventKind)
    at = models.DateTimeField(default=timezone.now)
    #: Role of the member of the team who did it; "" for the patient or a helper.
    role = models.CharField(_("role"), max_length=16, choices=Role, blank=True)
    card = models.ForeignKey(
        SignInCard, null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    device = models.ForeignKey(
        Device, null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    helper = models.ForeignKey(Helper, null=True, blank=True, on_delete=models.CASCADE, related_name="events")
    #: Key, in its data, of the passkey that was added or that the new device used; it may be removed since.
    passkey_key = models.UUIDField(null=True, blank=True)
    #: Time at which the patient said "This wasn't me". What the event was about has ended then.
    disowned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sign-in event")
        verbose_name_plural = _("sign-in events")
        indexes = [models.Index(fields=["patient", "-at"], name="sign_in_events_of_patient")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=SignInEventKind.values), name="sign_in_event_kind_exists"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["helper", "helper_device"], helper__isnull=False)
                | (~Q(kind__in=["helper", "helper_device"]) & Q(helper=None)),
                name="sign_in_event_of_helper_has_one",
            ),
        ]

    @property
    def is_new_code(self) -> bool:
        """Return True if a new code was made for a helper who was added before."""
        return self.kind == SignInEventKind.HELPER and self.card_id is not None

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d %H:%M}"
