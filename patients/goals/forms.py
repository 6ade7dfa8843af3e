"""Forms for a patient's own goal."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms import FormKeyField, StyledForm
from patients.models import MAX_GOAL_LENGTH, MOST_SCORE

#: The scale is a plain number line with words of our own: the Patient-Specific Functional Scale needs a licence.
SCORES = tuple((str(number), str(number)) for number in range(MOST_SCORE + 1))


class GoalWordsForm(StyledForm):
    """The words of a goal, to set or to change."""

    words = forms.CharField(
        label=_("What would you like to do again?"),
        help_text=_("Say it in your own words. For example: walk to the church."),
        max_length=MAX_GOAL_LENGTH,
        error_messages={
            "required": _("Please write what you would like to do."),
            "max_length": _("Please make it shorter: one line is enough."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "goal-%s")
        super().__init__(*args, **kwargs)
        self.fields["words"].widget.attrs |= {"dir": "auto", "autocomplete": "off"}
        self.fields["words"].widget.attrs.pop("maxlength", None)  # a browser would cut off pasted text


class GoalForm(GoalWordsForm):
    """A new goal with its first score. `key` is made with the page, so that a form sent twice sets one goal."""

    key = FormKeyField(required=False, initial=uuid.uuid4)
    score = forms.TypedChoiceField(
        label=_("How near are you to it today?"),
        help_text=_("0 means far away. 10 means you are there."),
        choices=SCORES,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose a number from 0 to 10.")},
    )


class ScoreForm(forms.Form):
    """A score of today; the page has a button for each number."""

    score = forms.TypedChoiceField(choices=SCORES, coerce=int)
