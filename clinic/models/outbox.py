"""The outbox: e-mail that waits for delivery by the worker; and the worker's signs of life."""

from __future__ import annotations

import datetime
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Priority(models.IntegerChoices):
    """The order of delivery. Codes, password links and alerts are urgent."""

    URGENT = 0, _("Urgent")
    NORMAL = 1, _("Normal")


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def waiting(self) -> OutboxQuerySet:
        """Return the messages that are neither sent nor given up."""
        return self.filter(sent_at=None, given_up_at=None)

    def due(self, now: datetime.datetime) -> OutboxQuerySet:
        """Return the messages whose next attempt is at or before `now`: urgent ones first, then the longest due."""
        return self.waiting().filter(next_attempt_at__lte=now).order_by("priority", "next_attempt_at", "id")

    def finished_before(self, moment: datetime.datetime) -> OutboxQuerySet:
        """Return the messages that were sent or given up before `moment`."""
        return self.filter(Q(sent_at__lt=moment) | Q(given_up_at__lt=moment))


class OutboxMessage(models.Model):
    """An e-mail to one recipient, stored in the same transaction as the change that it reports."""

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True, help_text="Deleted once sent, since it may contain a sign-in link.")
    headers = models.JSONField(default=dict, blank=True)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    clinic = models.ForeignKey(
        "clinic.Clinic",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The clinic that is told if the mail server refuses the address.",
    )
    patient_key = models.UUIDField(
        null=True,
        blank=True,
        editable=False,
        help_text="The patient to whom it was sent, if known. It is deleted with them, whatever the address.",
    )
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    refused_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="The mail server first refused the address or the text, and has not accepted it since.",
    )
    refusals = models.PositiveSmallIntegerField(
        default=0, help_text="Refusals for good, with an error of the 500s."
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        indexes = [
            models.Index(
                fields=["priority", "next_attempt_at", "id"],
                condition=Q(sent_at=None, given_up_at=None),
                name="outbox_waiting",
            ),
            models.Index(
                fields=["clinic", "-refused_at"], condition=Q(refused_at__isnull=False), name="outbox_refused"
            ),
            models.Index(fields=["sent_at"], condition=Q(sent_at__isnull=False), name="outbox_sent"),
            models.Index(fields=["to", "sent_at"], condition=Q(sent_at__isnull=False), name="outbox_sent_to"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(given_up_at=None), name="sent_or_given_up_not_both"
            ),
            models.CheckConstraint(condition=Q(sent_at=None) | Q(body=""), name="sent_message_keeps_no_body"),
        ]

    @property
    def audit_patient_key(self) -> uuid.UUID | None:
        """Return the key of the patient of whom a look at this message is recorded."""
        return self.patient_key

    def __str__(self) -> str:
        return f"{self.subject} ({self.created_at:%Y-%m-%d %H:%M})"


class WorkerHeartbeat(models.Model):
    """The last sign of life of one lane of the worker (`clinic/worker_lanes.py`), of whichever worker it came from."""

    lane = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("worker heartbeat")
        verbose_name_plural = _("worker heartbeats")

    def __str__(self) -> str:
        return f"{self.lane} ({self.at:%Y-%m-%d %H:%M:%S})"
