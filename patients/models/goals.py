"""A patient's own goal in their words, the earlier words, and its scores. The app deletes none of these rows."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import PublicModel

from .helpers import Helper
from .patient import Patient

#: The longest goal, in characters: a sentence.
MAX_GOAL_LENGTH = 120
#: The highest score.
MOST_SCORE = 10


class GoalQuerySet(models.QuerySet["Goal"]):
    def for_patient(self, patient: Patient) -> GoalQuerySet:
        return self.filter(patient=patient)

    def live(self) -> GoalQuerySet:
        """Return the goals that the patient works toward: neither declined nor ended."""
        return self.filter(declined_at=None, ended_at=None)


class Goal(PublicModel):
    """The answer of a patient who was asked for a goal: their own words, or that they want none.

    At most one goal is live; a patient who has ended it may set another. `form_key` is made with the form, so that a
    form sent twice sets one goal.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="goals")
    words = models.CharField(_("goal"), max_length=MAX_GOAL_LENGTH, blank=True)
    set_at = models.DateTimeField(_("set"), default=timezone.now)
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    helped_by = models.ForeignKey(
        Helper,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("entered with help from"),
    )
    form_key = models.UUIDField(default=uuid.uuid4, editable=False)

    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(declined_at=None, ended_at=None),
                name="one_live_goal_a_patient",
            ),
            models.UniqueConstraint(fields=["patient", "form_key"], name="goal_sent_twice_is_one"),
            models.CheckConstraint(
                condition=(~Q(words="") & Q(declined_at=None)) | Q(words="", declined_at__isnull=False),
                name="goal_has_words_or_is_declined",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("set_at"), declined_at=None),
                name="goal_ends_after_it_was_set",
            ),
        ]

    def __str__(self) -> str:
        return f"Goal of {self.set_at:%Y-%m-%d} ({self.id})"


class GoalWording(models.Model):
    """Words that a goal had before the patient changed them at `changed_at`."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="earlier_words")
    words = models.CharField(_("earlier words"), max_length=MAX_GOAL_LENGTH)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("earlier words of a goal")
        verbose_name_plural = _("earlier words of goals")
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="earlier_goal_has_words")]

    def __str__(self) -> str:
        return f"Words until {self.changed_at:%Y-%m-%d} ({self.goal_id})"

    @property
    def audit_patient_key(self) -> uuid.UUID:
        return self.goal.patient_id


class GoalScore(models.Model):
    """A score on one day, 0–10: how near the patient is to the goal. A second one of a day replaces the first."""

    goal = models.ForeignKey(Goal, on_delete=models.PROTECT, related_name="scores")
    on_date = models.DateField(_("day"), help_text=_("The day where the patient lives."))
    score = models.PositiveSmallIntegerField(_("score"))
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    helped_by = models.ForeignKey(
        Helper,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("entered with help from"),
    )

    class Meta:
        verbose_name = _("score of a goal")
        verbose_name_plural = _("scores of goals")
        constraints = [
            models.UniqueConstraint(fields=["goal", "on_date"], name="one_goal_score_a_day"),
            models.CheckConstraint(condition=Q(score__lte=MOST_SCORE), name="goal_score_0_to_10"),
        ]

    def __str__(self) -> str:
        return f"{self.score} on {self.on_date:%Y-%m-%d} ({self.goal_id})"

    @property
    def audit_patient_key(self) -> uuid.UUID:
        return self.goal.patient_id
