"""The form for a patient's flags, time for a session and equipment at home."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms import StyledForm
from exercises.models import Equipment
from patients.models import Flag
from patients.models.flags import LEAST_MINUTES, MOST_MINUTES
from patients.safety.selectors.flags_page import FlagEffect, list_flag_effects
from patients.safety.selectors.safety_record import SafetyRecord


class FlagsForm(StyledForm):
    """All fields of a patient's safety record.

    `seen` is a hidden field with the record that the page showed, so that a concurrent edit is detected on saving.
    """

    flags = forms.MultipleChoiceField(
        label=_("Flags"), choices=Flag.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    eyes_closed = forms.BooleanField(label=_("Eyes closed is unlocked for this patient"), required=False)
    minutes = forms.IntegerField(
        label=_("Minutes a session"),
        min_value=LEAST_MINUTES,
        max_value=MOST_MINUTES,
        required=False,
        help_text=_("How much time the patient has for one session. Empty: not known."),
        widget=forms.NumberInput({"inputmode": "numeric"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("Use 5 to 180 minutes.")),
    )
    at_home = forms.MultipleChoiceField(
        label=_("What is at home"), required=False, widget=forms.CheckboxSelectMultiple
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, equipment: Sequence[Equipment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at_home"].choices = [  # type: ignore[attr-defined]
            (thing.slug, _(thing.name)) for thing in equipment
        ]

    @classmethod
    def showing(
        cls, record: SafetyRecord, *, seen: SafetyRecord, equipment: Sequence[Equipment]
    ) -> FlagsForm:
        """Return a form with the initial values of `record`. `seen` is the record as it is stored now."""
        initial = {
            "flags": sorted(record.flags),
            "eyes_closed": record.eyes_closed,
            "minutes": record.minutes,
            "at_home": sorted(record.at_home),
            "seen": seen.as_text(),
        }
        return cls(initial=initial, equipment=equipment)

    def clean_seen(self) -> SafetyRecord:
        try:
            return SafetyRecord.from_text(self.cleaned_data["seen"])
        except ValueError:
            raise forms.ValidationError(_("This page is out of date. Open it again.")) from None

    @property
    def flag_boxes(self) -> list[tuple[Any, list[FlagEffect]]]:
        """Return each checkbox of the flags with the effects of its flag on a plan."""
        return [(box, list_flag_effects(flag)) for box, flag in zip(self["flags"], Flag, strict=True)]

    @property
    def wanted(self) -> SafetyRecord:
        """Return the submitted values as a record. Only for a valid form."""
        typed = self.cleaned_data
        return SafetyRecord(
            flags=frozenset(typed["flags"]),
            eyes_closed=typed["eyes_closed"],
            minutes=typed["minutes"],
            at_home=frozenset(typed["at_home"]),
        )
