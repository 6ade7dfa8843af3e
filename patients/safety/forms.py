"""The form for a patient's flags, time for a session and equipment at home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms import StyledForm
from exercises.models import Equipment
from patients.exceptions import NotPossibleError
from patients.models import Flag, PatientFlag
from patients.models.flags import LEAST_MINUTES, MOST_MINUTES
from patients.safety.hold_endings import KIND_OF_FLAG
from patients.safety.selectors.flags_page import FLAG_GROUPS, FlagEffect, list_flag_effects
from patients.safety.selectors.plan_safety import PatientSafety
from patients.safety.selectors.safety_record import SafetyRecord
from patients.safety.services.flags import check_flags_may_end


@dataclass(frozen=True)
class FlagBox:
    """The checkbox of a flag, with what the flag does and its live row, if it is set.

    `confirm` is the checkbox that confirms it, None if there is nothing to confirm. `ends_with_answer`: it is set, and
    ends only on a page that asks what was found.
    """

    flag: Flag
    box: Any
    confirm: Any
    effects: list[FlagEffect]
    row: PatientFlag | None

    @property
    def ends_with_answer(self) -> bool:
        return self.row is not None and self.flag in KIND_OF_FLAG


class FlagsForm(StyledForm):
    """All fields of a patient's safety record, of which `safety` is the stored one.

    `seen` is a hidden field with the record that the page showed, so that a concurrent edit is detected on saving.
    """

    flags = forms.MultipleChoiceField(
        label=_("Flags"), choices=Flag.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    confirmed = forms.MultipleChoiceField(
        label=_("Confirmed"), choices=Flag.choices, required=False, widget=forms.CheckboxSelectMultiple
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

    def __init__(
        self, *args: Any, safety: PatientSafety, equipment: Sequence[Equipment], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._rows = {row.flag: row for row in safety.flags}
        self.fields["at_home"].choices = [  # type: ignore[attr-defined]
            (thing.slug, _(thing.name)) for thing in equipment
        ]

    @classmethod
    def showing(
        cls,
        record: SafetyRecord,
        *,
        seen: SafetyRecord,
        safety: PatientSafety,
        equipment: Sequence[Equipment],
    ) -> FlagsForm:
        """Return a form with the initial values of `record`. `seen` is the record as it is stored now."""
        initial = {
            "flags": sorted(record.flags),
            "confirmed": sorted((seen.unsettled - record.unsettled) & record.flags),
            "eyes_closed": record.eyes_closed,
            "minutes": record.minutes,
            "at_home": sorted(record.at_home),
            "seen": seen.as_text(),
        }
        return cls(initial=initial, safety=safety, equipment=equipment)

    def clean_seen(self) -> SafetyRecord:
        try:
            return SafetyRecord.from_text(self.cleaned_data["seen"])
        except ValueError:
            raise forms.ValidationError(_("This page is out of date. Open it again.")) from None

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        seen = typed.get("seen")
        if seen is not None and "flags" in typed:
            try:
                check_flags_may_end(seen.flags - frozenset(typed["flags"]))
            except NotPossibleError as reason:
                self.add_error("flags", _("%(reason)s Use the link below it.") % {"reason": reason})
        return typed

    @property
    def flag_groups(self) -> list[tuple[str, list[FlagBox]]]:
        """Return the checkboxes of the flags in their groups."""
        boxes = dict(zip(Flag, self["flags"], strict=True))
        confirming = dict(zip(Flag, self["confirmed"], strict=True))

        def flag_box(flag: Flag) -> FlagBox:
            row = self._rows.get(flag)
            confirm = confirming[flag] if row is not None and row.is_unsettled else None
            return FlagBox(flag, boxes[flag], confirm, list_flag_effects(flag), row)

        return [(title, [flag_box(flag) for flag in flags]) for title, flags in FLAG_GROUPS]

    @property
    def wanted(self) -> SafetyRecord:
        """Return the submitted values as a record. Only for a valid form."""
        typed = self.cleaned_data
        flags = frozenset(typed["flags"])
        return SafetyRecord(
            flags=flags,
            unsettled=(typed["seen"].unsettled & flags) - frozenset(typed["confirmed"]),
            eyes_closed=typed["eyes_closed"],
            minutes=typed["minutes"],
            at_home=frozenset(typed["at_home"]),
        )
