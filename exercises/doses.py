"""Dose: how much of an exercise, said once for the whole project.

An exercise suggests a dose, a routine sets one, a plan prescribes one. All three hold the same fields (see
`DoseFields` in `exercises.models`), are edited by the same form and are read aloud by the same sentence.

Units: holds in seconds, durations in minutes, frequency in days a week. Every range is from–to; `to` is empty
when the range is a single number. Empty means "not part of this dose".
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

#: Seconds that one repetition takes when it holds nothing: a slow lift and a slow return.
SECONDS_PER_REPETITION = 4
#: Seconds of rest between sets or sides.
SECONDS_BETWEEN_SETS = 30


@dataclass(frozen=True, kw_only=True)
class Dose:
    """One dose. Raises nothing: impossible values are refused by `problems()` and by database constraints."""

    sets: int | None = None
    reps_min: int | None = None
    reps_max: int | None = None
    hold_seconds_min: int | None = None
    hold_seconds_max: int | None = None
    minutes_min: int | None = None
    minutes_max: int | None = None
    each_side: bool = False
    days_min: int | None = None
    days_max: int | None = None

    @classmethod
    def of(cls, source: object) -> Dose:
        """The dose held by anything with the same field names: a model row, a form, a named tuple."""
        return cls(**{field.name: getattr(source, field.name) for field in fields(cls)})

    def as_dict(self) -> dict[str, int | bool | None]:
        """Field name → value, ready for a model's or a form's keywords and for JSON."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
