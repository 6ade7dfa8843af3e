"""Codes for signing in or for confirming an address, sent by e-mail."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patients.models.patient import Patient


class CodeUse(models.TextChoices):
    """Purpose of a mailed code."""

    SIGN_IN = "sign_in", _("signing in")
    CONFIRM = "confirm", _("confirming an address")


#: A mailed code stops working after this many wrong attempts.
MAX_WRONG_CODES = 5


class MailedCodeQuerySet(models.QuerySet["MailedCode"]):
    def live(self) -> MailedCodeQuerySet:
        """Return codes that are neither used nor ended. They may still have expired."""
        return self.filter(used_at=None, ended_at=None)


class MailedCode(models.Model):
    """A mailed code of 6 digits and the secret of the link in the same mail. Only keyed hashes of both are stored.

    A code requested with an unknown address or date of birth has no patient. Its row exists so that requesting and
    trying it look the same and cost the same as for a patient.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, null=True, on_delete=models.CASCADE, related_name="mailed_codes")
    use = models.CharField(_("use"), max_length=8, choices=CodeUse)
    #: Set only for a code that confirms this address.
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
