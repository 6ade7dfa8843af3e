"""Corrections of the answers of a finished session, each with the value before."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import AppendOnlyModel, PublicModel

from .plan import PlanItem
from .session import ExerciseSession

#: The question of an exercise that is corrected: if it was done, and how hard it was.
OUTCOME = "outcome"


class AnswerCorrection(PublicModel, AppendOnlyModel):
    """One answer of a finished session that was changed later, with the value before and after. It never changes.

    `question` is the id of a question in `patients.sessions.check_in`, or `OUTCOME` of the exercise `item`. A danger
    that was told stays among the session's answers: its row says only that it was taken back.
    """

    session = models.ForeignKey(ExerciseSession, on_delete=models.PROTECT, related_name="corrections")
    item = models.ForeignKey(
        PlanItem,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("exercise"),
    )
    question = models.CharField(_("question"), max_length=40)
    old = models.CharField(_("before"), max_length=20, blank=True)
    new = models.CharField(_("after"), max_length=20, blank=True)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        indexes = [models.Index(fields=["session", "at"], name="corrections_of_session")]
        constraints = [
            models.CheckConstraint(condition=~Q(old=F("new")), name="correction_changes_something"),
        ]

    def __str__(self) -> str:
        return f"Correction of {self.at:%Y-%m-%d %H:%M} ({self.id})"
