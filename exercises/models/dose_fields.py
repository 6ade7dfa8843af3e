"""Dose columns of a model, with their database constraints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from exercises.doses import MOST, RANGES, Dose

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


def _number(label: _StrPromise, most: int) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        label, null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(most)]
    )


_DOSE_RULES: list[models.BaseConstraint] = [
    *(
        models.CheckConstraint(
            condition=Q(**{f"{part}_max": None})
            | Q(**{f"{part}_min__isnull": False, f"{part}_max__gt": F(f"{part}_min")}),
            name=f"%(class)s_{part}_from_to",
        )
        for part in RANGES
    ),
    models.CheckConstraint(
        condition=Q(reps_min__isnull=False)
        | Q(minutes_min__isnull=False)
        | Q(hold_seconds_min__isnull=False),
        name="%(class)s_dose_says_something",
    ),
]


class DoseFields(models.Model):
    """Columns of a dose, the same in every model that stores one.

    Units: holds in seconds, durations in minutes, frequency in days a week.
    """

    sets = _number(_("sets"), MOST["sets"])
    reps_min = _number(_("repetitions, from"), MOST["reps"])
    reps_max = _number(_("repetitions, to"), MOST["reps"])
    hold_seconds_min = _number(_("hold in seconds, from"), MOST["hold_seconds"])
    hold_seconds_max = _number(_("hold in seconds, to"), MOST["hold_seconds"])
    minutes_min = _number(_("minutes, from"), MOST["minutes"])
    minutes_max = _number(_("minutes, to"), MOST["minutes"])
    each_side = models.BooleanField(_("each side"), default=False)
    days_min = _number(_("days a week, from"), MOST["days"])
    days_max = _number(_("days a week, to"), MOST["days"])

    class Meta:
        abstract = True
        constraints = _DOSE_RULES

    @property
    def dose(self) -> Dose:
        """Return the columns as an immutable value."""
        return Dose.of(self)
