"""Sample data for the component gallery: forms in each state, doses, badges. Makes no queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.paginator import Page, Paginator

from clinic.forms import DayField
from exercises.doses import DOSE_FIELDS, Dose
from exercises.forms import DoseFormMixin
from exercises.models import Category, RoutineItem, Support
from patients.models import PlanState

#: Label of a state and the CSS class of its badge.
BADGES = (
    ("Draft", ""),
    ("Active", "badge-good"),
    ("Paused", "badge-warning"),
    ("Needs a look", "badge-danger"),
)
NOTICES = (
    ("info", "Good to know", "Your plan has changed. Here is what is new."),
    ("good", "Saved", "Next session: Wednesday."),
    ("warning", "Please check", "Someone else has changed this plan in the meantime."),
    ("danger", "Stop and sit down", "Call your clinic before you go on."),
)
DOSES = (
    Dose(sets=3, reps_min=1, hold_seconds_min=15, hold_seconds_max=20, each_side=True, days_min=3),
    Dose(sets=2, reps_min=8, reps_max=12, days_min=2, days_max=3),
    Dose(minutes_min=30, days_min=3, days_max=5),
)


class SampleForm(forms.Form):
    """One field of each kind that the app uses."""

    name = forms.CharField(label="Name", help_text="As you would like to be called.")
    email = forms.EmailField(label="E-mail", required=False)
    born = DayField(label="Date of birth")
    best_time = forms.ChoiceField(label="Best time", choices=[("am", "Morning"), ("pm", "Afternoon")])
    hurts = forms.MultipleChoiceField(
        label="What hurts?",
        choices=[("pain", "Pain in the feet"), ("numb", "Numbness"), ("balance", "Poor balance")],
        widget=forms.CheckboxSelectMultiple,
    )
    for_whom = forms.ChoiceField(
        label="Who is it for?",
        choices=[("me", "For me"), ("other", "For someone I care for")],
        widget=forms.RadioSelect,
    )
    message = forms.CharField(label="Message", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agrees = forms.BooleanField(label="You may keep what I write to answer me.")


class SampleDoseForm(DoseFormMixin, forms.ModelForm):
    class Meta:
        model = RoutineItem
        fields = [*DOSE_FIELDS]


@dataclass(frozen=True)
class GallerySheet:
    """The whole gallery in one theme. `prefix` makes the ids of the two sheets on the page unique."""

    prefix: str
    theme: str
    title: str
    empty_form: SampleForm
    wrong_form: SampleForm
    dose_form: SampleDoseForm
    wrong_dose_form: SampleDoseForm


def sheets() -> list[GallerySheet]:
    return [_sheet("a", "", "As this device is set"), _sheet("b", "dark", "Dark")]


def _sheet(prefix: str, theme: str, title: str) -> GallerySheet:
    wrong = {f"{prefix}-wrong-email": "not an address", f"{prefix}-wrong-name": "Rosa"}
    wrong_dose = {f"{prefix}-dosewrong-reps_min": "12", f"{prefix}-dosewrong-reps_max": "8"}
    dose: dict[str, Any] = DOSES[0].as_dict()
    return GallerySheet(
        prefix=prefix,
        theme=theme,
        title=title,
        empty_form=SampleForm(prefix=f"{prefix}-empty"),
        wrong_form=SampleForm(wrong, prefix=f"{prefix}-wrong"),
        dose_form=SampleDoseForm(prefix=f"{prefix}-dose", initial=dose),
        wrong_dose_form=SampleDoseForm(wrong_dose, prefix=f"{prefix}-dosewrong"),
    )


def gallery() -> dict[str, Any]:
    """Return the context of the gallery's template."""
    paginator = Paginator(range(100), 20)
    pages: list[Page] = [paginator.page(number) for number in (1, 3, 5)]
    return {
        "sheets": sheets(),
        "badges": BADGES,
        "notices": NOTICES,
        "doses": DOSES,
        "categories": Category.values,
        "supports": Support.values,
        "states": PlanState.labels,
        "pages": pages,
        "pain": range(11),
    }
