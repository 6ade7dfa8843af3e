"""Favourite exercises of members of staff."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from exercises.models.exercise import Exercise


class FavouriteExercise(models.Model):
    """Exercise that a member of staff has marked as a favourite."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="favourites")
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("favourite exercise")
        verbose_name_plural = _("favourite exercises")
        constraints = [
            models.UniqueConstraint(fields=["user", "exercise"], name="one_favourite_an_exercise"),
        ]

    def __str__(self) -> str:
        return f"{self.exercise_id} of {self.user_id}"
