"""Forms with which the team answers alerts and holds."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms import DateInput, StyledForm
from patients.alerts.services.answers import HoldAnswer
from patients.models import Alert, ExerciseHold, HoldOutcome
from patients.models.pain_limit import LEAST_LIMIT, MOST_LIMIT, PainLimit
from patients.safety.hold_endings import endings_of
from patients.safety.return_rules import ReturnRule, get_return_rule
from patients.safety.selectors.holds import HoldPanel

MAX_NOTE_LENGTH: int = Alert._meta.get_field("note").max_length or 0
MAX_SEEN_BY_LENGTH: int = ExerciseHold._meta.get_field("seen_by").max_length or 0
MAX_REASON_LENGTH: int = PainLimit._meta.get_field("reason").max_length or 0


class NoteForm(StyledForm):
    """A note about an alert. `seen` is the note that the page showed, so that a newer note is not overwritten."""

    note = forms.CharField(label=_("What did you do?"), max_length=MAX_NOTE_LENGTH, required=False)
    seen = forms.CharField(max_length=MAX_NOTE_LENGTH, required=False, widget=forms.HiddenInput)


@dataclass(frozen=True)
class HoldChoice:
    """One answer to a hold: its radio button, and the rule for the time after it."""

    box: Any
    return_rule: ReturnRule | None


@dataclass(frozen=True)
class HoldFields:
    """The fields about one hold. `start_on` is None if no answer needs a date."""

    hold: ExerciseHold
    outcome: forms.BoundField
    start_on: forms.BoundField | None

    @property
    def panel(self) -> HoldPanel:
        return HoldPanel(self.hold)

    @property
    def choices(self) -> list[HoldChoice]:
        return [
            HoldChoice(box, get_return_rule(self.hold.kind, box.data["value"], self.hold.question))
            for box in self.outcome
        ]


class HoldsForm(NoteForm):
    """The answers to holds, and who has seen the patient. No answer is chosen beforehand."""

    note = forms.CharField(
        label=_("Note"),
        max_length=MAX_NOTE_LENGTH,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("What was found, and what happens next."),
    )
    seen_by = forms.CharField(
        label=_("Who has seen the patient"),
        max_length=MAX_SEEN_BY_LENGTH,
        help_text=_("Name and role of the person who has seen the patient, or the foot."),
        error_messages={"required": _("Write who has seen the patient.")},
    )

    def __init__(self, *args: Any, holds: Iterable[ExerciseHold], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.holds = list(holds)
        note = self.fields.pop("note")
        for hold in self.holds:
            endings = endings_of(hold.kind, hold.question)
            self.fields[_outcome(hold)] = forms.ChoiceField(
                label=_("What is known now"),
                choices=[(outcome.value, ending.label) for outcome, ending in endings.items()],
                widget=forms.RadioSelect,
                error_messages=dict.fromkeys(
                    ("required", "invalid_choice"), _("Choose what is known. Nothing was saved.")
                ),
            )
            if any(ending.needs_start_date for ending in endings.values()):
                self.fields[_start_on(hold)] = forms.DateField(
                    label=_("Exercises from"),
                    required=False,
                    widget=DateInput({"class": "form-control"}),
                    help_text=_("The day on which the patient may start, if a doctor has cleared it."),
                    error_messages={"invalid": _("Write a date, such as 2026-03-02.")},
                )
        if self.holds:
            self.fields["seen_by"] = self.fields.pop("seen_by")
        else:
            del self.fields["seen_by"]
        self.fields["note"] = note

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        for hold in self.holds:
            outcome, start_on = typed.get(_outcome(hold)), typed.get(_start_on(hold))
            if not outcome or _start_on(hold) not in self.fields or _start_on(hold) in self.errors:
                continue
            if endings_of(hold.kind, hold.question)[HoldOutcome(outcome)].needs_start_date and not start_on:
                self.add_error(_start_on(hold), _("Write the date from which the patient may exercise."))
            elif start_on and start_on < hold.on_date:
                self.add_error(_start_on(hold), _("The date is before the report."))
        return typed

    def accept_note(self, note: str) -> None:
        """Keep what was typed, and let the next submission replace this note."""
        self.data = {**self.data.dict(), "seen": note}  # type: ignore[attr-defined]

    @property
    def rows(self) -> list[HoldFields]:
        return [
            HoldFields(
                hold,
                self[_outcome(hold)],
                self[_start_on(hold)] if _start_on(hold) in self.fields else None,
            )
            for hold in self.holds
        ]

    @property
    def answers(self) -> dict[uuid.UUID, HoldAnswer]:
        """The answers by the id of the hold. Only for a valid form."""
        typed = self.cleaned_data
        return {
            hold.pk: HoldAnswer(
                outcome=HoldOutcome(typed[_outcome(hold)]),
                start_on=self._needed_date(hold),
            )
            for hold in self.holds
        }

    def _needed_date(self, hold: ExerciseHold) -> Any:
        """Return the date if the answer needs one; one left in the field beside another answer does not count."""
        outcome = HoldOutcome(self.cleaned_data[_outcome(hold)])
        needs = endings_of(hold.kind, hold.question)[outcome].needs_start_date
        return self.cleaned_data.get(_start_on(hold)) if needs else None


def _outcome(hold: ExerciseHold) -> str:
    return f"outcome-{hold.pk}"


def _start_on(hold: ExerciseHold) -> str:
    return f"start-{hold.pk}"


class PainLimitForm(StyledForm):
    """The pain limit of one patient, with a reason. An empty limit ends it."""

    limit = forms.IntegerField(
        label=_("Pain limit, 1 to 10"),
        required=False,
        min_value=LEAST_LIMIT,
        max_value=MOST_LIMIT,
        widget=forms.NumberInput({"inputmode": "numeric"}),
        help_text=_("Empty: the limit follows from the usual pain."),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Write a number from 1 to 10.")
        ),
    )
    reason = forms.CharField(label=_("Reason"), max_length=MAX_REASON_LENGTH, required=False)

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        if typed.get("limit") is not None and not typed.get("reason", "").strip():
            self.add_error("reason", _("Write the reason for this limit."))
        return typed
