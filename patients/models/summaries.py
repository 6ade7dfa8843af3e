"""Precomputed summary of each patient, so that a caseload of thousands is sorted and filtered with an index."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import Clinic
from patients.models.patient import Patient


class PatientSummary(models.Model):
    """One row for each patient, derived from plans, sessions and alerts. It can be deleted and computed again.

    Written when one of those changes and once for each new day; see `patients.summaries.services.refresh`.
    """

    patient = models.OneToOneField(
        Patient, primary_key=True, on_delete=models.CASCADE, related_name="summary"
    )
    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="+", db_index=False)
    adherence = models.PositiveSmallIntegerField(
        _("adherence"), null=True, help_text=_("Percent of the planned days of the last 4 weeks.")
    )
    missed_days = models.PositiveSmallIntegerField(
        _("missed planned days"), default=0, help_text=_("Since the last logged session.")
    )
    last_done_on = models.DateField(_("last session"), null=True)
    alert_level = models.PositiveSmallIntegerField(
        _("highest open alert"), default=0, help_text=_("0 if no alert is open.")
    )
    ends_on = models.DateField(_("last day of the active plan"), null=True)
    refreshed_on = models.DateField(_("computed for"), help_text=_("The day where the patient lives."))
    refreshed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "patients_standing"  # the name of the model has changed; the table stays
        verbose_name = _("patient summary")
        verbose_name_plural = _("patient summaries")
        indexes = [
            models.Index(fields=["clinic", "adherence", "patient"], name="standing_by_adherence"),
            models.Index(fields=["clinic", "last_done_on", "patient"], name="standing_by_last_done"),
            models.Index(
                fields=["clinic", "-alert_level", "patient"],
                condition=Q(alert_level__gt=0),
                name="standing_by_alert",
            ),
            models.Index(
                fields=["clinic", "ends_on", "patient"],
                condition=Q(ends_on__isnull=False),
                name="standing_by_end",
            ),
            models.Index(fields=["refreshed_at"], name="standing_by_age"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(adherence=None) | Q(adherence__lte=100), name="adherence_is_a_percentage"
            ),
            models.CheckConstraint(condition=Q(alert_level__lte=3), name="standing_alert_level_exists"),
        ]

    def __str__(self) -> str:
        return f"Summary of {self.patient_id} on {self.refreshed_on:%Y-%m-%d}"
