"""Holds: what is kept from a patient after a report, until a person of the team has ended it."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import AppendOnlyError, Clinic, PublicModel, User
from patients.safety.holds import HOLDS_OF_A_DAY, HoldKind

from .patient import Patient
from .reports import SafetyReport
from .session import ExerciseSession


class HoldOutcome(models.TextChoices):
    """The answer with which a person of the team ends a hold, or keeps its flag."""

    CLEARED = "cleared", _("Seen, and cleared to exercise")
    FLAG_KEPT = "flag_kept", _("Seen: the flag stays")
    HEALED = "healed", _("Healed")
    NOT_FOUND = "not_found", _("Seen: nothing found")
    INFECTION = "infection", _("Infection, treated")
    CLOT = "clot", _("Blood clot")
    OTHER = "other", _("Another cause")
    MISTAKE = "mistake", _("Reported by mistake")


#: The answers that say in words what it was.
OUTCOMES_WITH_CAUSE = (HoldOutcome.INFECTION, HoldOutcome.OTHER)


class ExerciseHoldQuerySet(models.QuerySet["ExerciseHold"]):
    def visible_to(self, user: User) -> ExerciseHoldQuerySet:
        membership = user.membership
        return self.filter(patient__clinic=membership.clinic) if membership else self.none()

    def live(self, now: datetime.datetime) -> ExerciseHoldQuerySet:
        """Return the holds in force at the aware datetime `now`."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=now), ended_at=None)

    def not_over_before(self, day: datetime.date) -> ExerciseHoldQuerySet:
        """Return the holds that are in force or were on this day (in UTC) or later."""
        since = datetime.datetime.combine(day, datetime.time.min, tzinfo=datetime.UTC)
        return self.filter(Q(ended_at=None, ends_at=None) | Q(ended_at__gte=since) | Q(ends_at__gte=since))

    def for_a_person(self) -> ExerciseHoldQuerySet:
        """Return the holds that only a person of the team ends, and that nobody has ended."""
        return self.filter(ends_at=None, ended_at=None).exclude(kind__in=HOLDS_OF_A_DAY)

    def past_limit(self, now: datetime.datetime) -> ExerciseHoldQuerySet:
        """Return the holds that nobody has looked at in time, and that the team was not told of yet."""
        return self.for_a_person().filter(looked_at=None, escalated_at=None, team_from__lte=now)


class ExerciseHold(PublicModel):
    """One hold on one patient's exercises (clinical rules, "Holds").

    Each sign that is told begins its own hold, with its own end: a session or a report begins one for a kind and a
    question. A hold of a day has the moment at which it ends in `ends_at`, and so has one until the day from which a
    clinician lets the patient exercise (`start_on`). That is empty for a hold that only a person of the team ends, and
    for high ketones, which the patient's answers of a later day end. A hold is not deleted, and not changed after it
    has ended. It does not end with its alert, nor with a new version of the plan.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="exercise_holds")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=10, choices=HoldKind)
    question = models.CharField(
        _("question"), max_length=32, help_text=_("The question whose answer began it.")
    )
    session = models.ForeignKey(
        ExerciseSession, null=True, blank=True, on_delete=models.PROTECT, related_name="exercise_holds"
    )
    report = models.ForeignKey(
        SafetyReport, null=True, blank=True, on_delete=models.PROTECT, related_name="exercise_holds"
    )
    on_date = models.DateField(_("from day"), help_text=_("The day where the patient lives."))
    begun_at = models.DateTimeField(_("begun"), default=timezone.now)
    ends_at = models.DateTimeField(_("ends by itself"), null=True, blank=True)
    team_from = models.DateTimeField(
        _("escalates at"), null=True, blank=True, help_text=_("If nobody has looked at it by then.")
    )
    escalated_at = models.DateTimeField(_("escalated at"), null=True, blank=True)
    looked_at = models.DateTimeField(_("looked at"), null=True, blank=True)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=HoldOutcome, blank=True)
    seen_by = models.CharField(
        _("seen by"),
        max_length=120,
        blank=True,
        help_text=_("The person who has seen the patient, or the foot."),
    )
    cause = models.CharField(_("what it was"), max_length=200, blank=True)
    start_on = models.DateField(_("exercises from"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True)

    objects = ExerciseHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        indexes = [
            models.Index(fields=["patient", "-begun_at"], name="holds_of_patient"),
            models.Index(
                fields=["team_from"],
                condition=Q(ended_at=None, looked_at=None, escalated_at=None),
                name="holds_to_escalate",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "kind", "question"],
                condition=Q(ends_at=None, ended_at=None),
                name="one_live_hold_a_sign_and_session",
            ),
            models.UniqueConstraint(
                fields=["report", "kind", "question"],
                condition=Q(ends_at=None, ended_at=None),
                name="one_live_hold_a_sign_and_report",
            ),
            models.CheckConstraint(condition=Q(kind__in=HoldKind.values), name="hold_kind_exists"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, outcome="")
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="hold_ended_at_with_by",
            ),
            models.CheckConstraint(
                # A hold that needs a person says what that person found, and who has seen the patient.
                condition=Q(ended_at=None)
                | Q(ends_at__isnull=False)
                | Q(kind=HoldKind.KETONES)
                | (~Q(outcome="") & ~Q(seen_by="")),
                name="hold_says_what_was_found",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=OUTCOMES_WITH_CAUSE) | ~Q(cause=""), name="hold_says_what_it_was"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("begun_at")), name="hold_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, since {self.begun_at:%Y-%m-%d %H:%M}"

    @property
    def is_ended(self) -> bool:
        return self.ended_at is not None

    @property
    def needs_a_person(self) -> bool:
        """True if only a person of the team ends it."""
        return self.ends_at is None and self.kind not in HOLDS_OF_A_DAY

    @property
    def source_id(self) -> uuid.UUID | None:
        """The id of the session or of the report that began it."""
        return self.session_id or self.report_id

    def is_live(self, now: datetime.datetime) -> bool:
        """Return True if the hold is in force at the aware datetime `now`."""
        return not self.is_ended and (self.ends_at is None or self.ends_at > now)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise AppendOnlyError("A hold cannot be deleted. A person of the team ends it.")
