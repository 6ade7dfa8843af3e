"""Display preferences of a user, applied on each device where they sign in."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.display import Colours, Display, Motion, TextSize


class Preferences(models.Model):
    """Display preferences of one user. They belong to the user, not to a patient: a helper has their own.

    Pages do not read this table: each device stores the choice in a cookie, which is set from here at sign-in.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="preferences"
    )
    text = models.CharField(_("text size"), max_length=2, choices=TextSize, default=TextSize.NORMAL)
    colours = models.CharField(_("colors"), max_length=6, choices=Colours, default=Colours.DEVICE)
    motion = models.CharField(_("motion"), max_length=6, choices=Motion, default=Motion.DEVICE)
    reads_aloud = models.BooleanField(_("reads aloud"), default=False)
    chosen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("preferences")
        verbose_name_plural = _("preferences")
        constraints = [
            models.CheckConstraint(condition=Q(text__in=TextSize.values), name="text_size_exists"),
            models.CheckConstraint(condition=Q(colours__in=Colours.values), name="colours_exist"),
            models.CheckConstraint(condition=Q(motion__in=Motion.values), name="motion_exists"),
        ]

    def __str__(self) -> str:
        return f"Preferences of {self.user_id}"

    @property
    def display(self) -> Display:
        return Display(
            TextSize(self.text), Colours(self.colours), Motion(self.motion), reads_aloud=self.reads_aloud
        )

    @property
    def audit_patient_key(self) -> uuid.UUID | None:
        """Return None: they belong to a user."""
        return None
