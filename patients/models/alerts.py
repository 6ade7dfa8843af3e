"""Alerts that a clinician must review, and each clinic's changes to the default alert rules."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from clinic.models import Clinic, PublicModel, User
from patients.alerts.kinds import AlertKind, AlertLevel
from patients.alerts.rules import alert_rule_definitions, always_told

from .patient import Patient
from .reports import SafetyReport
from .session import ExerciseSession

#: Alerts of these kinds are about inactivity, not about a session: they end automatically once the patient is active.
INACTIVITY_KINDS = (AlertKind.QUIET, AlertKind.SILENT)


def alert_kinds() -> list[tuple[str, Promise]]:
    """Return the choices for the kind of an alert. Fields use this callable, so that a new rule needs no migration."""
    return [(row.kind, row.label) for row in alert_rule_definitions().values()]


class AlertRule(models.Model):
    """One clinic's change to one default alert rule. A clinic without a row for a kind uses the default rule."""

    clinic = models.ForeignKey(Clinic, on_delete=models.CASCADE, related_name="alert_rules")
    kind = models.CharField(_("kind"), max_length=32, choices=alert_kinds)
    level = models.PositiveSmallIntegerField(_("level"), choices=AlertLevel)
    is_on = models.BooleanField(_("on"), default=True)
    amount = models.PositiveSmallIntegerField(
        _("amount"),
        null=True,
        blank=True,
        help_text=_("Points of pain (0–10), planned days, or days, as the rule says."),
    )
    margin = models.PositiveSmallIntegerField(
        _("points above the usual pain"), null=True, blank=True, help_text=_("Points of pain.")
    )
    times = models.PositiveSmallIntegerField(_("times in a row"), null=True, blank=True)
    limit_minutes = models.PositiveSmallIntegerField(
        _("escalated after"),
        null=True,
        blank=True,
        help_text=_("Minutes of opening hours before an unacknowledged alert is escalated. Empty: never."),
    )

    is_fixed = models.BooleanField(
        default=False,
        editable=False,
        help_text="Cannot be switched off or lowered. Copied from the default rules on each save, for a constraint.",
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("alert rule")
        verbose_name_plural = _("alert rules")
        constraints = [
            models.UniqueConstraint(fields=["clinic", "kind"], name="one_rule_a_kind_and_clinic"),
            models.CheckConstraint(condition=~Q(kind=""), name="alert_rule_kind_is_named"),
            models.CheckConstraint(condition=Q(level__in=AlertLevel.values), name="alert_rule_level_exists"),
            models.CheckConstraint(
                condition=Q(is_fixed=False) | Q(is_on=True, level__gte=AlertLevel.HIGH),
                name="some_rules_always_hold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.clinic_id})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the rule, with `is_fixed` copied from the default rules."""
        self.is_fixed = self.kind in always_told()
        super().save(*args, **kwargs)

    @property
    def audit_patient_key(self) -> uuid.UUID | None:
        """Return None: a rule belongs to a clinic."""
        return None


class AlertQuerySet(models.QuerySet["Alert"]):
    def visible_to(self, user: User) -> AlertQuerySet:
        membership = user.membership
        return self.filter(clinic=membership.clinic) if membership else self.none()

    def waiting(self) -> AlertQuerySet:
        """Return the alerts that nobody has resolved (`settled_at` is empty), acknowledged or not."""
        return self.filter(settled_at=None)

    def unacknowledged(self) -> AlertQuerySet:
        """Return the unresolved alerts that nobody has acknowledged."""
        return self.waiting().filter(acknowledged_at=None)

    def past_limit(self, now: datetime.datetime) -> AlertQuerySet:
        """Return the unacknowledged alerts that are due for escalation at `now` and not escalated yet."""
        return self.unacknowledged().filter(escalated_at=None, team_from__lte=now)

    def settled(self) -> AlertQuerySet:
        return self.filter(settled_at__isnull=False)

    def about_sessions(self) -> AlertQuerySet:
        return self.exclude(session=None, report=None)

    def about_inactivity(self) -> AlertQuerySet:
        return self.filter(session=None, report=None)


class Alert(PublicModel):
    """An event that a clinician must review. It stays open until a clinician resolves it.

    Acknowledged: a member of the team takes care of it, and it is no longer escalated to the whole team. Resolved
    (`settled_at`): it is closed. A hold that its answer began stays until a person ends it (`ExerciseHold`).
    """

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="alerts")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="alerts")
    session = models.ForeignKey(
        ExerciseSession, null=True, blank=True, on_delete=models.PROTECT, related_name="alerts"
    )
    report = models.ForeignKey(
        SafetyReport, null=True, blank=True, on_delete=models.PROTECT, related_name="alerts"
    )
    kind = models.CharField(_("kind"), max_length=32, choices=alert_kinds)
    level = models.PositiveSmallIntegerField(_("level"), choices=AlertLevel, default=AlertLevel.CRITICAL)
    facts = models.JSONField(
        default=dict,
        editable=False,
        help_text="The observed numbers and those of the rule when it was raised; see patients.alerts.rules.",
    )
    raised_at = models.DateTimeField(default=timezone.now)
    team_from = models.DateTimeField(
        _("escalates at"), null=True, blank=True, help_text=_("If nobody has acknowledged it by then.")
    )
    escalated_at = models.DateTimeField(_("escalated at"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(_("what was done"), max_length=400, blank=True)

    objects = AlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        indexes = [
            models.Index(fields=["patient", "-raised_at"], name="alerts_of_patient"),
            models.Index(
                fields=["clinic", "-level", "-raised_at", "-id"],
                condition=Q(settled_at=None),
                name="alerts_waiting",
            ),
            models.Index(
                fields=["clinic", "-settled_at", "-id"],
                condition=Q(settled_at__isnull=False),
                name="alerts_settled",
            ),
            models.Index(
                fields=["team_from"],
                condition=Q(settled_at=None, acknowledged_at=None, escalated_at=None),
                name="alerts_to_escalate",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["session", "kind"], name="one_alert_a_kind_and_session"),
            models.UniqueConstraint(fields=["report", "kind"], name="one_alert_a_kind_and_report"),
            models.UniqueConstraint(
                fields=["patient", "kind"],
                condition=Q(session=None, report=None, settled_at=None),
                name="one_waiting_silence_a_kind",
            ),
            models.CheckConstraint(condition=~Q(kind=""), name="alert_kind_is_named"),
            models.CheckConstraint(condition=Q(level__in=AlertLevel.values), name="alert_level_exists"),
            models.CheckConstraint(
                condition=Q(session__isnull=False, report=None)
                | Q(session=None, report__isnull=False)
                | Q(session=None, report=None, kind__in=INACTIVITY_KINDS),
                name="alert_has_its_session",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="acknowledged_at_with_by",
            ),
            models.CheckConstraint(
                # Only an inactivity alert ends without a member of the team: when the patient is active again.
                condition=Q(settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False)
                | Q(settled_at__isnull=False, kind__in=INACTIVITY_KINDS),
                name="settled_at_with_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.raised_at:%Y-%m-%d %H:%M}"

    @property
    def is_waiting(self) -> bool:
        return self.settled_at is None
