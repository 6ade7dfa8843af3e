"""What a patient types or chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.advice import CheckIn
from patients.models import Effort, ExerciseSession, Outcome

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # the stubs' name for a lazy translation

PAIN = [(str(level), str(level)) for level in range(11)]


class PainForm(forms.Form):
    """Pain now, 0–10: each number is a button of its own."""

    pain = forms.TypedChoiceField(label=_("Pain now"), choices=PAIN, coerce=int)


class OutcomeForm(forms.Form):
    outcome = forms.TypedChoiceField(choices=Outcome.choices, coerce=Outcome)


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
