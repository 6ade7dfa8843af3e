"""The pain limit that a clinician sets for one patient."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .flags import ClearableQuerySet, ClearableRecord
from .patient import Patient

#: Bounds of the limit on the 0–10 rating; 0 would be a limit that every rating reaches.
LEAST_LIMIT, MOST_LIMIT = 1, 10


class PainLimitQuerySet(ClearableQuerySet):
    def get_limit(self, patient: Patient) -> int | None:
        """Return the patient's own limit, or None. One query."""
        limit: int | None = self.live().filter(patient=patient).values_list("limit", flat=True).first()
        return limit


class PainLimit(ClearableRecord):
    """The pain at which a rating above the usual is an alert, for one patient, with the clinician's reason.

    Without a live row the limit follows from the usual pain (`patients.alerts.history.get_pain_limit`).
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="pain_limits")
    limit = models.PositiveSmallIntegerField(
        _("pain limit"), validators=[MinValueValidator(LEAST_LIMIT), MaxValueValidator(MOST_LIMIT)]
    )
    reason = models.CharField(_("reason"), max_length=300)

    objects = PainLimitQuerySet.as_manager()  # type: ignore[misc]

    class Meta(ClearableRecord.Meta):
        abstract = False
        verbose_name = _("pain limit")
        verbose_name_plural = _("pain limits")
        constraints = [
            *ClearableRecord.Meta.constraints,
            models.UniqueConstraint(
                fields=["patient"], condition=Q(cleared_at=None), name="one_live_pain_limit_a_patient"
            ),
            models.CheckConstraint(
                condition=Q(limit__gte=LEAST_LIMIT, limit__lte=MOST_LIMIT), name="pain_limit_is_a_rating"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="pain_limit_says_why"),
        ]

    def __str__(self) -> str:
        return f"Pain limit {self.limit}, since {self.set_at:%Y-%m-%d %H:%M}"
