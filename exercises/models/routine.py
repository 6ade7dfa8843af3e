"""Routines: exercises with doses, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from clinic.models import Clinic, PublicModel
from exercises.models.dose_fields import DoseFields
from exercises.models.exercise import Exercise
from exercises.models.shared import SharedQuerySet, loaded_hash_field

if TYPE_CHECKING:
    from clinic.models import User


class RoutineQuerySet(SharedQuerySet):
    """Routines, some of which belong to a single clinician (`owner`)."""

    def available_to(self, user: User) -> SharedQuerySet:
        """Return the live routines that are shared, of the user's clinic, or the user's alone."""
        return super().available_to(user).filter(Q(owner=None) | Q(owner=user))

    def owned_by(self, user: User) -> SharedQuerySet:
        """Return the clinic's and the user's routines, in use or retired, without those of colleagues alone."""
        return super().owned_by(user).filter(Q(owner=None) | Q(owner=user))


class Routine(PublicModel):
    """Exercises with doses, in order. A plan can be started from a routine."""

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    clinic = models.ForeignKey(
        Clinic,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="own_routines",
        help_text=_("Empty: shared by all clinics."),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="own_routines",
        verbose_name=_("only for"),
        help_text=_("Empty: for everyone of the clinic."),
    )
    name = models.CharField(_("name"), max_length=80)
    summary = models.CharField(_("summary"), max_length=200)
    for_whom = models.CharField(_("who it is for"), max_length=200, blank=True)
    exercises = models.ManyToManyField(Exercise, through="RoutineItem", related_name="routines")
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    #: Incremented by every edit, to detect that someone else saved in the meantime.
    edit_number = models.PositiveIntegerField(default=0, editable=False)
    loaded_hash = loaded_hash_field()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    history = HistoricalRecords(excluded_fields=["loaded_hash"])
    objects = RoutineQuerySet.as_manager()

    class Meta:
        verbose_name = _("routine")
        verbose_name_plural = _("routines")
        constraints = [
            models.CheckConstraint(
                condition=Q(owner=None) | Q(clinic__isnull=False), name="own_routine_has_a_clinic"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.slug})"


class RoutineItem(DoseFields, models.Model):
    """Exercise of a routine with its dose."""

    routine = models.ForeignKey(Routine, on_delete=models.CASCADE, related_name="items")
    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="routine_items")
    order = models.PositiveSmallIntegerField(_("order"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    history = HistoricalRecords()

    class Meta(DoseFields.Meta):
        abstract = False
        verbose_name = _("routine item")
        verbose_name_plural = _("routine items")
        constraints = [
            *DoseFields.Meta.constraints,
            models.UniqueConstraint(fields=["routine", "order"], name="one_item_a_place"),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.exercise.name}"
