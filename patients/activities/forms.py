"""The form on which a patient tells of an activity."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from clinic.forms import FormKeyField
from patients.activities.selectors import list_days_to_choose
from patients.models import LEAST_MINUTES, MAX_ACTIVITY_LENGTH, MOST_MINUTES, ActivityKind


class ActivityForm(forms.Form):
    """An activity: the kind, words for another kind, minutes, and the day.

    The days are sent as dates, so that "today" on a page that was open over midnight stays the day that was meant.
    """

    key = FormKeyField(required=False, initial=uuid.uuid4)
    kind = forms.TypedChoiceField(
        label=_("What did you do?"),
        choices=ActivityKind.choices,
        coerce=ActivityKind,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what you did.")},
    )
    words = forms.CharField(
        label=_("In your own words"),
        help_text=_("Only if you like. For example: with the dog."),
        max_length=MAX_ACTIVITY_LENGTH,
        required=False,
        error_messages={"max_length": _("Please make it shorter: one line is enough.")},
    )
    minutes = forms.IntegerField(
        label=_("How many minutes?"),
        min_value=LEAST_MINUTES,
        max_value=MOST_MINUTES,
        error_messages={
            name: _("Please write the minutes as a number from 1 to 600.")
            for name in ("required", "invalid", "min_value", "max_value")
        },
    )
    day = forms.TypedChoiceField(
        label=_("When?"),
        coerce=datetime.date.fromisoformat,
        widget=forms.RadioSelect,
        error_messages={
            name: _("Please choose the day again: today or yesterday.")
            for name in ("required", "invalid_choice")
        },
    )

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "activity-%s")
        super().__init__(*args, **kwargs)
        days = [day.isoformat() for day in list_days_to_choose(today)]
        names = [gettext_lazy("Today"), gettext_lazy("Yesterday")]
        self.fields["day"].choices = list(zip(days, names, strict=True))  # type: ignore[attr-defined]
        self.fields["day"].initial = days[0]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (
            cleaned.get("kind") == ActivityKind.OTHER
            and not cleaned.get("words")
            and "words" not in self.errors
        ):
            self.add_error("words", gettext("Please write in a few words what you did."))
        return cleaned
