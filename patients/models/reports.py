"""Reports of a danger outside the check-in of a session: from the stop sheet, or with "not today"."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import PublicModel
from patients.sessions import check_in
from patients.sessions.questions import Answer, Answers

from .helpers import Helper
from .patient import Patient
from .session import Reason


class ReportPlace(models.TextChoices):
    """The page on which the patient reported it."""

    STOP = "stop", _("Stop sheet")
    NOT_TODAY = "not_today", _("Not today")
    BEFORE = "before", _("Before a session")
    SCREENING = "screening", _("Screening")


class SafetyReport(PublicModel):
    """Answers about signs of danger that belong to no session, told at any time. A report is never deleted.

    `answers` are by the id of the question in `patients.sessions.check_in`; an answer that reports a danger is never
    withdrawn. `client_key` is made on the page, so that a report sent twice is saved once. A report with the key of a
    phone's session has what that session told before it could be saved.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="safety_reports")
    place = models.CharField(_("page"), max_length=12, choices=ReportPlace)
    reason = models.CharField(_("why not"), max_length=8, choices=Reason, blank=True)
    on_date = models.DateField(_("day"), help_text=_("The day where the patient lives."))
    reported_at = models.DateTimeField(_("reported"), default=timezone.now)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    helped_by = models.ForeignKey(
        Helper,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("entered with help from"),
    )
    client_key = models.UUIDField(null=True, blank=True, editable=False)
    arrived_at = models.DateTimeField(
        _("received"),
        null=True,
        blank=True,
        help_text=_("Of a report made offline: the time it was received."),
    )

    class Meta:
        verbose_name = _("safety report")
        verbose_name_plural = _("safety reports")
        indexes = [models.Index(fields=["patient", "-reported_at"], name="reports_of_patient")]
        constraints = [
            models.UniqueConstraint(fields=["patient", "client_key"], name="report_sent_twice_is_one"),
            models.CheckConstraint(condition=Q(place__in=ReportPlace.values), name="report_place_exists"),
        ]

    def __str__(self) -> str:
        return f"Report of {self.reported_at:%Y-%m-%d %H:%M} ({self.id})"

    @property
    def told(self) -> dict[str, Answer]:
        """Every answer of the report by question id."""
        return dict(self.answers)

    def tell(self, answers: Answers) -> None:
        """Add answers without saving. Other answers stay."""
        self.answers = {**self.answers, **answers}

    @property
    def is_told_of_danger(self) -> bool:
        return bool(check_in.dangers_in(self.told))
