"""The house's own records: who did what (audit), what is to be mailed (outbox), who knocks too often (throttle)."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models.base import AppendOnlyModel
from clinic.models.clinics import Clinic


class AuditEvent(AppendOnlyModel):
    """Who did what to which record, when. Holds names of actions and ids, never names or health facts."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    clinic = models.ForeignKey(Clinic, null=True, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=48)
    object_type = models.CharField(max_length=48, blank=True)
    object_id = models.CharField(max_length=36, blank=True)

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        indexes = [
            models.Index(fields=["object_type", "object_id", "at"], name="audit_of_object"),
            models.Index(fields=["clinic", "at"], name="audit_of_clinic"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.object_type} {self.object_id}"


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def due(self, now: datetime.datetime) -> OutboxQuerySet:
        """Messages whose next attempt is at or before `now`, oldest first."""
        return self.filter(sent_at=None, given_up_at=None, next_attempt_at__lte=now).order_by(
            "next_attempt_at", "id"
        )

    def finished_before(self, moment: datetime.datetime) -> OutboxQuerySet:
        """Messages that left, or were given up, before `moment`."""
        return self.filter(Q(sent_at__lt=moment) | Q(given_up_at__lt=moment))


class OutboxMessage(models.Model):
    """One e-mail to one person, written in the same transaction as the fact it tells of."""

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField(
        blank=True, help_text="Emptied once sent: it may hold a link that signs someone in."
    )
    headers = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)

    objects = OutboxQuerySet.as_manager()

    class Meta:
        verbose_name = _("outgoing message")
        verbose_name_plural = _("outgoing messages")
        indexes = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=Q(sent_at=None, given_up_at=None),
                name="outbox_waiting",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(given_up_at=None), name="sent_or_given_up_not_both"
            ),
            models.CheckConstraint(condition=Q(sent_at=None) | Q(body=""), name="sent_message_keeps_no_body"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.created_at:%Y-%m-%d %H:%M})"


class TokenBucket(models.Model):
    """How many tries someone has left; see `clinic.rate_limits`. The key is a keyed hash, never an address."""

    key = models.CharField(max_length=64, primary_key=True)
    tokens = models.FloatField()
    updated_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("token bucket")
        verbose_name_plural = _("token buckets")

    def __str__(self) -> str:
        return f"{self.key[:8]}…: {self.tokens:.1f}"
