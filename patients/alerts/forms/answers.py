"""Forms with which the team answers alerts and holds."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms import DateInput, DayField, StyledForm
from patients.alerts.services.answers import HoldAnswer
from patients.models import Alert, ExerciseHold, HoldOutcome
from patients.models.pain_limit import LEAST_LIMIT, MOST_LIMIT, PainLimit
from patients.safety.hold_endings import Ending, endings_of
from patients.safety.holds import HoldKind
from patients.safety.return_rules import ReturnRule, get_return_rule
from patients.safety.selectors.holds import HoldPanel

#: Holds after which the feet get used to the load again, after the shoes were worn in.
_OF_THE_FEET = frozenset({HoldKind.FEET, HoldKind.FOOT_REST})
_START_HELP = {
    False: _("The day on which the patient may start, for an answer that lets exercise begin."),
    True: _(
        "The day on which the foot may be loaded, for an answer that lets exercise begin. After a sore or a Charcot"
        " foot: when shoes worn for 8 hours left no redness, on day 6 of wearing them in at the earliest. From then on,"
        " the app asks for a fifth of what loads the feet in the first week, two fifths in the second, and so on."
    ),
}
MAX_NOTE_LENGTH: int = Alert._meta.get_field("note").max_length or 0
MAX_CAUSE_LENGTH: int = ExerciseHold._meta.get_field("cause").max_length or 0
MAX_SEEN_BY_LENGTH: int = ExerciseHold._meta.get_field("seen_by").max_length or 0
MAX_REASON_LENGTH: int = PainLimit._meta.get_field("reason").max_length or 0


class NoteForm(StyledForm):
    """A note about an alert. `seen` is the note that the page showed, so that a newer note is not overwritten."""

    note = forms.CharField(label=_("What did you do?"), max_length=MAX_NOTE_LENGTH, required=False)
    seen = forms.CharField(max_length=MAX_NOTE_LENGTH, required=False, widget=forms.HiddenInput)


@dataclass(frozen=True)
class HoldFields:
    """The fields about one hold. `start_on` and `cause` are None if no answer needs them."""

    hold: ExerciseHold
    outcome: forms.BoundField
    start_on: forms.BoundField | None
    cause: forms.BoundField | None

    @property
    def panel(self) -> HoldPanel:
        return HoldPanel(self.hold)

    @property
    def return_rules(self) -> list[ReturnRule]:
        """The rules for the time after these answers, each once, in their order."""
        found = [
            get_return_rule(self.hold.kind, outcome, self.hold.question)
            for outcome in endings_of(self.hold.kind, self.hold.question)
        ]
        return [rule for rule in dict.fromkeys(found) if rule is not None]


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
            if any(ending.needs_cause for ending in endings.values()):
                self.fields[_cause(hold)] = forms.CharField(
                    label=_("What it was"),
                    required=False,
                    max_length=MAX_CAUSE_LENGTH,
                    help_text=_("For an infection, or for another cause."),
                )
            if any(ending.needs_start_date for ending in endings.values()):
                self.fields[_start_on(hold)] = DayField(
                    label=_("Exercises from"),
                    required=False,
                    widget=DateInput({"class": "form-control"}),
                    help_text=_START_HELP[HoldKind(hold.kind) in _OF_THE_FEET],
                )
        if self.holds:
            self.fields["seen_by"] = self.fields.pop("seen_by")
        else:
            del self.fields["seen_by"]
        self.fields["note"] = note

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or {}
        for hold in self.holds:
            if not typed.get(_outcome(hold)):
                continue
            ending = self._ending(hold, typed)
            start_on = typed.get(_start_on(hold))
            if ending.needs_cause and not typed.get(_cause(hold)) and _cause(hold) not in self.errors:
                self.add_error(_cause(hold), _("Write what it was."))
            if _start_on(hold) not in self.fields or _start_on(hold) in self.errors:
                continue
            if ending.needs_start_date and not start_on:
                self.add_error(_start_on(hold), _("Write the date from which the patient may exercise."))
            elif start_on and start_on < hold.on_date:
                self.add_error(_start_on(hold), _("The date is before the report."))
        return typed

    @staticmethod
    def _ending(hold: ExerciseHold, typed: Mapping[str, Any]) -> Ending:
        return endings_of(hold.kind, hold.question)[HoldOutcome(typed[_outcome(hold)])]

    def has_answers_to_others(self) -> bool:
        """Return True if the page that was sent asked about a hold that is not open any more."""
        names = {_outcome(hold) for hold in self.holds}
        return any(
            name.startswith(OUTCOME) and value and name not in names for name, value in self.data.items()
        )

    def accept_note(self, note: str) -> None:
        """Keep what was typed, and let the next submission replace this note."""
        self.data = {**self.data.dict(), "seen": note}  # type: ignore[attr-defined]

    @property
    def rows(self) -> list[HoldFields]:
        return [
            HoldFields(
                hold,
                self[_outcome(hold)],
                *(self[name(hold)] if name(hold) in self.fields else None for name in (_start_on, _cause)),
            )
            for hold in self.holds
        ]

    @property
    def answers(self) -> dict[uuid.UUID, HoldAnswer]:
        """The answers by the id of the hold. Only for a valid form."""
        return {hold.pk: self._answer(hold) for hold in self.holds}

    def _answer(self, hold: ExerciseHold) -> HoldAnswer:
        """Return the answer, with a date and a cause if it needs them; left in a field beside another, they do not
        count."""
        typed = self.cleaned_data
        ending = self._ending(hold, typed)
        return HoldAnswer(
            outcome=HoldOutcome(typed[_outcome(hold)]),
            start_on=typed.get(_start_on(hold)) if ending.needs_start_date else None,
            cause=typed.get(_cause(hold), "") if ending.needs_cause else "",
        )


#: The names of fields about a hold begin so, and end with its id.
OUTCOME = "outcome-"


def _outcome(hold: ExerciseHold) -> str:
    return f"{OUTCOME}{hold.pk}"


def _start_on(hold: ExerciseHold) -> str:
    return f"start-{hold.pk}"


def _cause(hold: ExerciseHold) -> str:
    return f"cause-{hold.pk}"


class FlagEndForm(HoldsForm):
    """The answer about a flag of a foot. `hold` is unsaved: by its id, the key, a form sent twice counts once."""

    key_field = "key"

    def __init__(self, *args: Any, hold: ExerciseHold, **kwargs: Any) -> None:
        super().__init__(*args, holds=[hold], **kwargs)
        self.key: uuid.UUID = hold.pk

    @classmethod
    def key_in(cls, data: Mapping[str, Any]) -> uuid.UUID | None:
        """Return the key that was sent, or None for a new form and for one that is no UUID."""
        try:
            return uuid.UUID(str(data.get(cls.key_field, "")))
        except ValueError:
            return None

    @property
    def answer(self) -> HoldAnswer:
        """The answer. Only for a valid form."""
        return self.answers[self.key]


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
