"""Screenings of a patient before the first plan and later: the answers, their source, and the people and times."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import AppendOnlyError, Clinic, PublicModel, User

from .patient import Patient

#: The question about the usual pain, in `patients.screening.questions_health`.
USUAL_PAIN = "s_pain"


class ScreeningSource(models.TextChoices):
    """The way on which the answers came in."""

    VISIT = "visit", _("Staff, in the visit")
    PHONE = "phone", _("The patient’s own phone")
    PAPER = "paper", _("On paper")


class AnsweredBy(models.TextChoices):
    """The person who gave the answers."""

    PATIENT = "patient", _("The patient")
    WITH_HELP = "with_help", _("The patient, with help")
    STAFF = "staff", _("Staff, from the record")


class AskAgainReason(models.TextChoices):
    """Reasons for which a clinician asks for a new screening before its time."""

    HOSPITAL = "hospital", _("Hospital stay")
    ILLNESS = "illness", _("New illness")


class ScreeningQuerySet(models.QuerySet["Screening"]):
    def visible_to(self, user: User) -> ScreeningQuerySet:
        membership = user.membership
        return self.filter(clinic=membership.clinic) if membership else self.none()

    def open(self) -> ScreeningQuerySet:
        """Return the screenings that nobody has finished: begun, or asked for and not begun."""
        return self.filter(finished_at=None)

    def waiting(self) -> ScreeningQuerySet:
        """Return the screenings that patients have sent, and that wait for a clinician to finish them."""
        return self.open().filter(sent_at__isnull=False)

    def asked_of_patient(self) -> ScreeningQuerySet:
        """Return the screenings that the clinic has asked a patient to fill in, and that were not sent yet."""
        return self.open().filter(invited_at__isnull=False, sent_at=None)

    def finished(self) -> ScreeningQuerySet:
        return self.filter(finished_at__isnull=False)

    def first_usual_pain(self, patient: Patient) -> int | None:
        """Return the usual pain (0–10) of the patient's first finished screening; None without one. One query."""
        rows = self.finished().filter(patient=patient, answers__has_key=USUAL_PAIN).order_by("finished_at")
        answers = rows.values_list("answers", flat=True).first()
        return int(answers[USUAL_PAIN]) if answers else None

    def delete(self) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("A screening cannot be deleted.")


class Screening(PublicModel):
    """One screening of one patient, from the first answer or the invitation to the clinician who finishes it.

    `answers` are by the id of the question in `patients.screening.questions`. A finished screening is not edited; the
    next one is a new row. A row with `invited_at` may be filled in by the patient, until `sent_at`.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="screenings")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    source = models.CharField(
        _("source"), max_length=8, choices=ScreeningSource, default=ScreeningSource.VISIT
    )
    answered_by = models.CharField(
        _("answered by"), max_length=10, choices=AnsweredBy, default=AnsweredBy.PATIENT
    )
    invited_at = models.DateTimeField(_("asked the patient"), null=True, blank=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    begun_at = models.DateTimeField(_("begun"), null=True, blank=True)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(_("sent by the patient"), null=True, blank=True)
    edited_at = models.DateTimeField(_("edited"), default=timezone.now)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    edit_number = models.PositiveIntegerField(default=1, editable=False)
    read_at = models.DateTimeField(
        _("read"),
        null=True,
        blank=True,
        help_text=_("The exercises that a doctor told the patient not to do."),
    )
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kept_flags = models.JSONField(
        _("flags kept"),
        default=list,
        blank=True,
        help_text=_("Flags that a clinician kept although the answer was no."),
    )
    ask_again_at = models.DateTimeField(_("due again since"), null=True, blank=True)
    ask_again_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ask_again_reason = models.CharField(
        _("due again after"), max_length=10, choices=AskAgainReason, blank=True
    )

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("screening")
        verbose_name_plural = _("screenings")
        indexes = [
            models.Index(fields=["patient", "-finished_at"], name="screenings_of_patient"),
            models.Index(
                fields=["clinic", "sent_at"],
                condition=Q(finished_at=None, sent_at__isnull=False),
                name="screenings_waiting",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(finished_at=None), name="one_open_screening_a_patient"
            ),
            models.CheckConstraint(
                condition=Q(source__in=ScreeningSource.values), name="screening_source_exists"
            ),
            models.CheckConstraint(
                condition=Q(answered_by__in=AnsweredBy.values), name="screening_answered_by_exists"
            ),
            models.CheckConstraint(
                condition=Q(begun_at__isnull=False) | Q(invited_at__isnull=False),
                name="screening_begun_or_asked_for",
            ),
            models.CheckConstraint(
                condition=Q(invited_at=None, invited_by=None)
                | Q(invited_at__isnull=False, invited_by__isnull=False),
                name="screening_invited_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(begun_at=None, begun_by=None, sent_at=None)
                | Q(begun_at__isnull=False, begun_by__isnull=False),
                name="screening_begun_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(read_at=None, read_by=None) | Q(read_at__isnull=False, read_by__isnull=False),
                name="screening_read_at_with_by",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None, finished_by=None)
                | Q(begun_at__isnull=False, finished_at__gte=F("begun_at"), finished_by__isnull=False),
                name="screening_finished_after_begun",
            ),
            models.CheckConstraint(
                condition=Q(ask_again_at=None, ask_again_by=None, ask_again_reason="")
                | Q(
                    finished_at__isnull=False,
                    ask_again_at__gte=F("finished_at"),
                    ask_again_by__isnull=False,
                    ask_again_reason__in=AskAgainReason.values,
                ),
                name="screening_due_again_says_why",
            ),
        ]

    def __str__(self) -> str:
        at = self.finished_at or self.begun_at or self.invited_at
        return f"Screening of {at:%Y-%m-%d %H:%M} ({self.id})"

    @property
    def is_finished(self) -> bool:
        return self.finished_at is not None

    @property
    def is_begun(self) -> bool:
        return self.begun_at is not None

    @property
    def is_for_patient(self) -> bool:
        """True if the patient may fill it in now."""
        return self.invited_at is not None and self.sent_at is None and not self.is_finished

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("A screening cannot be deleted.")
