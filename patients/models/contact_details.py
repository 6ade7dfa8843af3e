"""How a patient may be written to: the e-mail address that they have proved to be theirs."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from patients.models.patient import Patient


class VerifiedEmail(models.Model):
    """An address that the patient showed to be theirs by typing a code mailed to it.

    Nothing of theirs goes to an address before that: what the clinic typed may be someone else's. Two people may share
    one address.
    """

    patient = models.OneToOneField(
        Patient, primary_key=True, on_delete=models.CASCADE, related_name="verified_email"
    )
    email = models.EmailField(_("e-mail"))
    confirmed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "patients_confirmedaddress"  # the name of the model has changed; the table stays
        verbose_name = _("confirmed address")
        verbose_name_plural = _("confirmed addresses")
        indexes = [models.Index(fields=["email"], name="confirmed_by_email")]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="confirmed_email_is_lower_case"),
        ]

    def __str__(self) -> str:
        return f"Address of {self.patient_id}, confirmed {self.confirmed_at:%Y-%m-%d}"
