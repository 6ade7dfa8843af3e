"""Activities beside the plan, as a patient tells of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import PublicModel

from .helpers import Helper
from .patient import Patient

#: The longest description, in characters.
MAX_ACTIVITY_LENGTH = 80
#: Bounds of the duration, in minutes.
LEAST_MINUTES, MOST_MINUTES = 1, 600


class ActivityKind(models.TextChoices):
    WALK = "walk", _("A walk")
    BICYCLE = "bicycle", _("Bicycle")
    WATER = "water", _("Swimming or pool")
    HOUSE = "house", _("Garden or house")
    OTHER = "other", _("Something else")


class Activity(PublicModel):
    """One activity that the patient told of. It is no session of the plan, and changes no number about the plan.

    The patient may remove it on the day on which they told of it; `removed_at` is then set, and no page shows it.
    """

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="activities")
    kind = models.CharField(_("what"), max_length=8, choices=ActivityKind)
    words = models.CharField(_("in the patient’s words"), max_length=MAX_ACTIVITY_LENGTH, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    on_date = models.DateField(_("day"), help_text=_("The day where the patient lives."))
    told_at = models.DateTimeField(_("told"), default=timezone.now)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    helped_by = models.ForeignKey(
        Helper,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("entered with help from"),
    )
    form_key = models.UUIDField(
        editable=False, help_text="Made with the form, so that a form sent twice tells of one activity."
    )

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        indexes = [models.Index(fields=["patient", "on_date"], name="activities_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["patient", "form_key"], name="activity_sent_twice_is_one"),
            models.CheckConstraint(condition=Q(kind__in=ActivityKind.values), name="activity_kind_exists"),
            models.CheckConstraint(
                condition=~Q(kind=ActivityKind.OTHER) | ~Q(words=""), name="other_activity_has_words"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=LEAST_MINUTES, minutes__lte=MOST_MINUTES),
                name="activity_lasts_1_to_600_minutes",
            ),
        ]

    def __str__(self) -> str:
        return f"Activity of {self.on_date:%Y-%m-%d} ({self.id})"
