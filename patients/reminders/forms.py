"""Form for a patient's reminders."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.formats import time_format
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.weeks import list_weekday_choices
from patients.models import MAX_HABIT_LENGTH, Channel, Habit, Reminder
from patients.reminders.services.reminders import ReminderSettings

OTHER = "other"
#: Times that most people choose; any other can be typed.
USUAL_TIMES = ("08:00", "10:00", "14:00", "18:00")
OF_PLAN, OWN_DAYS = "plan", "own"


def _format_time(time: str) -> str:
    """Return a time such as "14:00" in the format of the active language."""
    return time_format(datetime.time.fromisoformat(time))


lazy_time = lazy(_format_time, str)


class ReminderForm(forms.Form):
    """Time, days, habit and channel of a reminder. `save_reminder` checks that the channel can reach the patient."""

    time = forms.ChoiceField(
        label=_("What time?"),
        choices=[
            *((time, lazy_time(time)) for time in USUAL_TIMES),
            (OTHER, _("Another time")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a time.")},
    )
    other_time = forms.TimeField(
        label=_("Your own time"),
        required=False,
        error_messages={"invalid": _("Write the time like 9:30.")},
    )
    days = forms.ChoiceField(
        label=_("Which days?"),
        choices=[(OF_PLAN, _("The days of my plan")), (OWN_DAYS, _("Days that I choose"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the days.")},
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Your days"),
        choices=list_weekday_choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    habit = forms.ChoiceField(
        label=_("What will you do them after?"),
        choices=Habit.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    own_habit = forms.CharField(
        label=_("My own words"),
        max_length=MAX_HABIT_LENGTH,
        required=False,
        error_messages={"max_length": _("Use 60 letters or fewer.")},
    )
    channel = forms.ChoiceField(
        label=_("How should it come?"),
        choices=Channel.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it should come.")},
    )

    def __init__(self, data: Any = None, *, reminder: Reminder | None = None) -> None:
        super().__init__(data, initial=_initial(reminder))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        wants_other = cleaned.get("time") == OTHER
        if wants_other and not cleaned.get("other_time") and "other_time" not in self.errors:
            self.add_error("other_time", gettext("Write the time like 9:30."))
        if not wants_other and "other_time" in self.errors:
            del self.errors["other_time"]  # they chose one of the usual times
        if cleaned.get("days") == OWN_DAYS and not cleaned.get("weekdays"):
            self.add_error("weekdays", gettext("Choose at least 1 day."))
        if (
            cleaned.get("habit") == Habit.OWN
            and not cleaned.get("own_habit")
            and "own_habit" not in self.errors
        ):
            self.add_error("own_habit", gettext("Write what you do before your exercises."))
        if cleaned.get("habit") != Habit.OWN and "own_habit" in self.errors:
            del self.errors["own_habit"]
        return cleaned

    @property
    def shown_time(self) -> str:
        """Return the other time as "HH:MM" for an `<input type="time">`, or the text typed if it is not a time."""
        value = self["other_time"].value()
        return f"{value:%H:%M}" if isinstance(value, datetime.time) else value or ""

    def to_settings(self) -> ReminderSettings:
        """Return the settings chosen. The form must be valid."""
        chosen = self.cleaned_data
        usual = chosen["time"] != OTHER
        return ReminderSettings(
            at_time=datetime.time.fromisoformat(chosen["time"]) if usual else chosen["other_time"],
            channel=Channel(chosen["channel"]),
            weekdays=chosen["weekdays"] if chosen["days"] == OWN_DAYS else (),
            habit=Habit(chosen["habit"]),
            own_habit=chosen["own_habit"],
        )


def _initial(reminder: Reminder | None) -> dict[str, Any]:
    if reminder is None:
        return {"time": "10:00", "days": OF_PLAN, "habit": Habit.NONE.value}
    time = f"{reminder.at_time:%H:%M}"
    is_usual = time in USUAL_TIMES
    return {
        "time": time if is_usual else OTHER,
        "other_time": None if is_usual else reminder.at_time,
        "days": OWN_DAYS if reminder.weekdays else OF_PLAN,
        "weekdays": reminder.weekdays,
        "habit": reminder.habit,
        "own_habit": reminder.own_habit,
        "channel": reminder.channel,
    }
