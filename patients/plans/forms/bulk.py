"""The form that changes several lines of a draft at once: "all stretches: hold 20 seconds"."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms import StyledForm
from exercises.doses import MOST
from exercises.models import Category, Exercise
from patients.plans.content import PlanContent
from patients.plans.lines import Key, parse_line_key

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

#: Choices of lines: those that are ticked, and all. The other choices are categories.
TICKED = "ticked"
EVERY = "every"


def _number(label: str | _StrPromise, part: str) -> forms.IntegerField:
    words = _("Use a whole number from 1 to %(most)s.") % {"most": MOST[part]}
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=1,
        max_value=MOST[part],
        widget=forms.NumberInput({"inputmode": "numeric", "class": "dose-number", "data-kept": True}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), words),
    )


class BulkForm(StyledForm):
    """One number for each part of the dose to change in all chosen lines; an empty field changes nothing."""

    which = forms.ChoiceField(
        label=_("Which"),
        choices=[
            (TICKED, _("The checked ones")),
            (EVERY, _("All of them")),
            (Category.STRETCHING, _("All stretches")),
            (Category.BALANCE, _("All balance and strength exercises")),
            (Category.AEROBIC, _("All aerobic exercises")),
        ],
        widget=forms.Select({"class": "form-select", "data-kept": True}),
    )
    sets = _number(_("Sets"), "sets")
    reps = _number(_("Times"), "reps")
    hold_seconds = _number(_("Hold, seconds"), "hold_seconds")
    minutes = _number(_("Minutes"), "minutes")

    @property
    def parts(self) -> dict[str, int]:
        """The parts of the dose to change, as `Dose.changed` names them; only of a valid form."""
        typed = {name: self.cleaned_data[name] for name in ("sets", "reps", "hold_seconds", "minutes")}
        return {
            name if name == "sets" else f"{name}_min": number
            for name, number in typed.items()
            if number is not None
        }

    def keys(
        self, content: PlanContent, picked: list[str], exercises: Mapping[uuid.UUID, Exercise]
    ) -> list[Key]:
        """Return the keys of the chosen lines; only of a valid form. `picked` are key texts as the page sent them."""
        which = self.cleaned_data["which"]
        if which == TICKED:
            return [key for key in map(_read, picked) if key is not None and content.line(key)]
        return [
            line.key
            for line in content.lines
            if which == EVERY or exercises[line.exercise_id].category == which
        ]


def _read(text: str) -> Key | None:
    try:
        return parse_line_key(text)
    except ValueError:
        return None
