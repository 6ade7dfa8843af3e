"""Dose fields of model forms."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .doses import DOSE_FIELDS, MOST, NOTHING_SAID, RANGES, SAYS_SOMETHING, Dose

if TYPE_CHECKING:
    from django.forms.boundfield import BoundField
    from django.utils.functional import _StrPromise

    _Base = forms.ModelForm
else:
    _Base = object

_RANGE_LABELS = {
    "reps": (_("Repetitions"), _("times")),
    "hold_seconds": (_("Hold"), _("seconds")),
    "minutes": (_("Duration"), _("minutes")),
    "days": (_("How often"), _("days a week")),
}


@dataclass(frozen=True)
class DoseRange:
    """From–to pair of the dose form: a label, two bound fields and the unit after them."""

    label: str | _StrPromise
    unit: str | _StrPromise
    start: BoundField
    end: BoundField


class DoseFormMixin(_Base):
    """Dose fields of a model form whose model has `DoseFields`; usable with a form prefix and in formsets.

    List it first among the bases and add the fields to the others: `class Meta: fields = [*DOSE_FIELDS, "note"]`.
    Render it with `{% include "partials/dose_fields.html" with form=form %}`. Errors are reported in plain words on
    the field that needs correction; a range with two equal numbers, "10 to 10", is stored as 10.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in DOSE_FIELDS:
            field = self.fields.get(name)  # missing if the user may only view the form
            if isinstance(field, forms.IntegerField):
                most = MOST["sets" if name == "sets" else name.rpartition("_")[0]]
                field.widget.attrs |= {"inputmode": "numeric", "min": 1, "max": most, "class": "dose-number"}
                words = _("Use a whole number from 1 to %(most)s.") % {"most": most}
                field.error_messages |= {"invalid": words}
                # `Dose.problems` checks the same limits; with Django's validators each error would appear twice.
                field.validators = []

    @property
    def dose_ranges(self) -> list[DoseRange]:
        """Return the from–to pairs in the order of the form."""
        return [
            DoseRange(label=label, unit=unit, start=self[f"{part}_min"], end=self[f"{part}_max"])
            for part, (label, unit) in _RANGE_LABELS.items()
        ]

    @property
    def dose_has_errors(self) -> bool:
        """Return True if a dose field has an error, for forms that collapse the dose fields."""
        return self._any_error(DOSE_FIELDS)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for part in RANGES:
            start, end = cleaned.get(f"{part}_min"), cleaned.get(f"{part}_max")
            if start is not None and start == end:
                cleaned[f"{part}_max"] = None
        values: dict[str, Any] = {name: cleaned.get(name) for name in DOSE_FIELDS}
        dose = Dose(**values)
        for name, words in dose.problems().items():
            # An unreadable number is already reported; an error about its absence would only confuse.
            if name not in self.errors and not (name == NOTHING_SAID and self._any_error(SAYS_SOMETHING)):
                self.add_error(name, words)
        return cleaned

    def _any_error(self, names: Iterable[str]) -> bool:
        return any(name in self.errors for name in names)
