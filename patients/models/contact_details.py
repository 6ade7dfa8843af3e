"""The verified e-mail address of a patient."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patients.models.patient import Patient


class VerifiedEmail(models.Model):
    """An e-mail address that the patient verified by typing a code sent to it.

    Nothing about the patient is sent to an unverified address: the one that the clinic typed may be someone else's.
    Two people may share one address.
    """

    patient = models.OneToOneField(
        Patient, primary_key=True, on_delete=models.CASCADE, related_name="verified_email"
    )
    email = models.EmailField(_("e-mail"))
    confirmed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "patients_confirmedaddress"  # the name of the model has changed; the table stays
        verbose_name = _("verified e-mail address")
        verbose_name_plural = _("verified e-mail addresses")
        indexes = [models.Index(fields=["email"], name="confirmed_by_email")]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="confirmed_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return f"E-mail address of {self.patient_id}, verified {self.confirmed_at:%Y-%m-%d}"
