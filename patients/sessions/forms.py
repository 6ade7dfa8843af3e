"""Forms of the session pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exercises.models import Support
from patients.models import Effort, Outcome, Reason, Variant
from patients.sessions import check_in
from patients.sessions.questions import ZERO_TO_TEN, Answer, Place, Question
from patients.sessions.selectors.session_progress import Step


class PainForm(forms.Form):
    """Pain now, 0–10; the page has a button for each number."""

    pain = forms.TypedChoiceField(label=_("Pain now"), choices=ZERO_TO_TEN, coerce=int)


class OutcomeForm(forms.Form):
    """Outcome of one exercise; accepts only answers that the page of the step offers."""

    outcome = forms.TypedChoiceField(choices=Outcome.choices, coerce=Outcome)
    reason = forms.TypedChoiceField(choices=Reason.choices, coerce=Reason, required=False, empty_value=None)
    way = forms.TypedChoiceField(choices=Variant.choices, coerce=Variant, required=False, empty_value=None)
    instead = forms.UUIDField(required=False)
    support = forms.TypedChoiceField(
        choices=Support.choices, coerce=Support, required=False, empty_value=None
    )

    def __init__(self, data: QueryDict, step: Step) -> None:
        super().__init__(data)
        self.step = step

    def clean(self) -> dict[str, Any]:
        """Replace the id in `instead` by the exercise that the step offers. A substitute is a gentler variant."""
        cleaned = super().clean() or {}
        step = self.step
        offered = step.is_substitute or step.gentler
        if cleaned.get("outcome") != Outcome.DONE:
            return cleaned | {"way": None, "instead": None, "support": None}
        if step.is_substitute:
            return cleaned | {"way": Variant.GENTLER, "instead": step.is_substitute, "support": None}
        asked_for = cleaned.get("instead")
        if cleaned.get("way") != Variant.GENTLER:
            cleaned["instead"] = None
        elif offered is not None and asked_for in (None, offered.pk):
            cleaned["instead"] = offered
        else:
            self.add_error("instead", gettext("This exercise is not on offer any more. Please choose again."))
        if cleaned.get("support") and (cleaned["instead"] or cleaned["support"] not in step.more_support):
            cleaned["support"] = None
        return cleaned

    def answer(self) -> dict[str, Any]:
        """Return the keyword arguments for `save_outcome`. Expects a valid form."""
        return {name: self.cleaned_data[name] for name in ("outcome", "reason", "way", "instead", "support")}

    @property
    def is_done(self) -> bool:
        return bool(self.cleaned_data["outcome"] == Outcome.DONE)


class FeetForm(forms.Form):
    """Result of the foot check; the page has a button for each answer."""

    FINE, SORE = "fine", "sore"
    feet = forms.ChoiceField(choices=[(FINE, _("My feet are fine")), (SORE, _("I have a new sore"))])

    @property
    def found(self) -> dict[str, Answer]:
        """The answers that follow from the result. Expects a valid form."""
        return check_in.FOOT_CHECK[self.cleaned_data["feet"]]


class ReasonForm(forms.Form):
    """Reason for skipping an exercise or a day; it is optional."""

    reason = forms.TypedChoiceField(choices=Reason.choices, coerce=Reason, required=False, empty_value=None)


class EffortForm(forms.Form):
    effort = forms.TypedChoiceField(choices=Effort.choices, coerce=Effort)


class CheckInForm(forms.Form):
    """The check-in: a field for each question of the table that a check-in may answer.

    The questions of `asked` are required, since a missing answer about safety never counts as "no". Answers to other
    questions are read as well, so that a danger reported on an older page is not lost.
    """

    def __init__(self, *args: Any, asked: Sequence[Question] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = check_in.asked_at(Place.CHECK_IN) if asked is None else tuple(asked)
        for question in check_in.sent_with_check_in():
            self.fields[question.id] = forms.TypedChoiceField(
                label=question.label,
                help_text=question.hint,
                choices=question.options,
                coerce=question.read,
                widget=forms.RadioSelect,
                required=question in self.asked,
                empty_value=None,
                error_messages={"required": question.missing},
            )

    @property
    def asked_fields(self) -> list[tuple[Question, forms.BoundField]]:
        """The questions to show with their fields, in order."""
        return [(question, self[question.id]) for question in self.asked]

    def clean(self) -> dict[str, Any]:
        """Remove questions without an answer."""
        return {name: answer for name, answer in (super().clean() or {}).items() if answer is not None}
