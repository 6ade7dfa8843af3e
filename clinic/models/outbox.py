"""The outbox: e-mail that waits for delivery by the worker."""

from __future__ import annotations

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    def due(self, now: datetime.datetime) -> OutboxQuerySet:
        """Return the messages whose next attempt is at or before `now`, the longest due first."""
        return self.filter(sent_at=None, given_up_at=None, next_attempt_at__lte=now).order_by(
            "next_attempt_at", "id"
        )

    def finished_before(self, moment: datetime.datetime) -> OutboxQuerySet:
        """Return the messages that were sent or given up before `moment`."""
        return self.filter(Q(sent_at__lt=moment) | Q(given_up_at__lt=moment))


class OutboxMessage(models.Model):
    """An e-mail to one recipient, stored in the same transaction as the change that it reports."""

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    body = models.TextField(blank=True, help_text="Deleted once sent, since it may contain a sign-in link.")
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
