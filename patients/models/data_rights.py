"""Requests to erase a patient."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import Clinic, PublicModel, User

from .patient import Patient

MAX_REFUSAL_LENGTH = 400


class ErasureGround(models.TextChoices):
    """The ground on which a record may be erased although a clinic must keep medical records for years."""

    KEPT_ELSEWHERE = "elsewhere", _("The record is kept in the clinic’s own medical record")
    TIME_IS_OVER = "time", _("The time for which the law has us keep the record is over")
    NEVER_A_PATIENT = "mistake", _("Registered by mistake: never treated here")
    REPEATED = "repeated", _("Erased before, and brought back by a backup")


class ErasureRequestQuerySet(models.QuerySet["ErasureRequest"]):
    def visible_to(self, user: User) -> ErasureRequestQuerySet:
        """Return the requests of the user's clinic; none for a user without a live membership."""
        membership = user.membership
        return self.filter(clinic=membership.clinic) if membership else self.none()

    def open(self) -> ErasureRequestQuerySet:
        return self.filter(cancelled_at=None, refused_at=None, erased_at=None)

    def unfinished(self) -> ErasureRequestQuerySet:
        """Return the requests that were carried out, and whose traces outside of the rows are still to be removed."""
        return self.filter(erased_at__isnull=False, finished_at=None)


class ErasureRequest(PublicModel):
    """A request to delete everything about a patient. It outlives the patient: then it has ids and times only.

    `patient_key` is the key of the patient, also when the row of the patient is gone. `finished_at` is the time at
    which the id was in the list outside the database, and the database's log was emptied.
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(
        Patient, null=True, blank=True, on_delete=models.SET_NULL, related_name="erasure_requests"
    )
    patient_key = models.UUIDField(editable=False)
    requested_at = models.DateTimeField(_("asked at"), default=timezone.now)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_at = models.DateTimeField(_("taken back at"), null=True, blank=True)
    refused_at = models.DateTimeField(_("refused at"), null=True, blank=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    refusal = models.CharField(_("why not"), max_length=MAX_REFUSAL_LENGTH, blank=True)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True)
    erased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ground = models.CharField(_("ground"), max_length=10, choices=ErasureGround, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for erasure")
        verbose_name_plural = _("requests for erasure")
        indexes = [models.Index(fields=["clinic", "-requested_at"], name="erasures_of_clinic")]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(cancelled_at=None, refused_at=None, erased_at=None),
                name="one_open_erasure_a_patient",
            ),
            models.CheckConstraint(
                condition=Q(refused_at=None, refused_by=None, refusal="")
                | Q(refused_at__isnull=False, refused_by__isnull=False, cancelled_at=None, erased_at=None)
                & ~Q(refusal=""),
                name="erasure_refused_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None, erased_by=None, ground="", finished_at=None)
                | Q(erased_at__isnull=False, patient=None, cancelled_at=None) & ~Q(ground=""),
                name="erasure_has_a_ground_and_no_patient",
            ),
            models.CheckConstraint(
                # Only the command that repeats erasures after a restore acts without a person.
                condition=Q(erased_at=None) | Q(erased_by__isnull=False) | Q(ground="repeated"),
                name="erasure_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(ground__in=["", *ErasureGround.values]), name="erasure_ground_exists"
            ),
        ]

    def __str__(self) -> str:
        return f"Request for erasure of {self.requested_at:%Y-%m-%d %H:%M} ({self.id})"

    @property
    def is_open(self) -> bool:
        return self.cancelled_at is None and self.refused_at is None and self.erased_at is None
