"""What a patient types or chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from exercises.models import Support
from patients.models import Effort, ExerciseSession, Outcome, Reason, Variant
from patients.sessions.advice import CheckIn
from patients.sessions.selectors.session_progress import Step

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # the stubs' name for a lazy translation

PAIN = [(str(level), str(level)) for level in range(11)]


class PainForm(forms.Form):
    """Pain now, 0–10: each number is a button of its own."""

    pain = forms.TypedChoiceField(label=_("Pain now"), choices=PAIN, coerce=int)


class OutcomeForm(forms.Form):
    """What became of one exercise: all that its page offers, and nothing that it does not."""

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
        """Turns `instead` into the exercise that the step offers. What is done in place of a held one is gentler."""
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
        """What `save_outcome` is told. Wants a valid form."""
        return {name: self.cleaned_data[name] for name in ("outcome", "reason", "way", "instead", "support")}

    @property
    def is_done(self) -> bool:
        return bool(self.cleaned_data["outcome"] == Outcome.DONE)


class FeetForm(forms.Form):
    """What the foot check found: each answer is a button of its own."""

    FINE, SORE = "fine", "sore"
    feet = forms.ChoiceField(choices=[(FINE, _("My feet are fine")), (SORE, _("I have a new sore"))])


class ReasonForm(forms.Form):
    """Why not today; one tap, and it may be skipped."""

    reason = forms.TypedChoiceField(choices=Reason.choices, coerce=Reason, required=False, empty_value=None)


class EffortForm(forms.Form):
    effort = forms.TypedChoiceField(choices=Effort.choices, coerce=Effort)


def _yes_or_no(label: _StrPromise, missing: _StrPromise) -> forms.TypedChoiceField:
    """A question that has to be answered: "no" is never taken for granted where safety is asked about."""
    return forms.TypedChoiceField(
        label=label,
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": missing},
    )


class CheckInForm(forms.Form):
    """How it went."""

    pain_after = forms.TypedChoiceField(
        label=_("How is your pain now?"),
        choices=PAIN,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a number for your pain.")},
    )
    fell = _yes_or_no(_("Did you fall?"), _("Say if you fell: yes or no."))
    faint_or_chest_pain = _yes_or_no(
        _("Did you feel dizzy or faint, or have chest pain?"),
        _("Say if you felt dizzy, faint or had chest pain: yes or no."),
    )
    new_sore = _yes_or_no(_("Is there a new sore on your foot?"), _("Say if you have a new sore: yes or no."))

    def answers(self, session: ExerciseSession) -> CheckIn:
        """The answers sent, beside the pain that was told before."""
        return CheckIn(pain_before=session.pain_before, **self.cleaned_data)
