"""The plan builder's form: the schedule, and the exercises with their doses, saved together."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clinic.models import Weekday
from exercises.doses import DOSE_FIELDS, Dose
from exercises.forms import DoseFormMixin
from exercises.models import Exercise
from patients.models import PlanItem, PlanVersion
from patients.plan_content import Line, PlanContent

from .staff_patients import DateInput, PlainForm


class ScheduleForm(PlainForm):
    """When, how long, on which days. `seen` and `edit_number` say what the page showed, to notice others' edits."""

    start_date = forms.DateField(
        label=_("First day"),
        widget=DateInput,
        error_messages={"required": _("Choose the first day."), "invalid": _("Write a date.")},
    )
    weeks = forms.IntegerField(
        label=_("Weeks"),
        min_value=1,
        max_value=52,
        widget=forms.NumberInput({"inputmode": "numeric"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _("Use 1 to 52.")),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of the week"),
        choices=[(day.value, day.label) for day in Weekday],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one day.")},
    )
    note = forms.CharField(
        label=_("Note to the patient"),
        max_length=PlanVersion._meta.get_field("note").max_length,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    edit_number = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput)

    def clean_seen(self) -> PlanContent:
        try:
            return PlanContent.from_text(self.cleaned_data["seen"])
        except ValueError:
            raise forms.ValidationError(_("This page is out of date. Open the draft again.")) from None


class ItemForm(DoseFormMixin, forms.ModelForm):
    """Dose, support and note of one exercise."""

    class Meta:
        model = PlanItem
        fields = [*DOSE_FIELDS, "support", "note"]
        widgets = {
            "support": forms.Select({"class": "form-select"}),
            "note": forms.TextInput({"class": "form-control"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        support = self.fields["support"]
        support.choices = [choice for choice in support.choices if choice[0]]  # type: ignore[attr-defined]

    def validate_constraints(self) -> None:
        """The dose is checked in words by `clean`; asking the database would cost a query for each constraint."""


@dataclass(frozen=True)
class DraftRow:
    """One exercise of the page with its form. `line` is what it says now; None while that cannot be read."""

    exercise: Exercise
    form: ItemForm
    line: Line | None

    @property
    def has_errors(self) -> bool:
        return bool(self.form.is_bound and self.form.errors)


class DraftForm:
    """The whole draft. Made from what is stored (`of_content`) or from what was sent (`of_post`)."""

    def __init__(self, schedule: ScheduleForm, rows: list[DraftRow]) -> None:
        self.schedule = schedule
        self.rows = rows

    @classmethod
    def of_content(
        cls,
        content: PlanContent,
        *,
        seen: PlanContent,
        edit_number: int,
        exercises: Mapping[uuid.UUID, Exercise],
    ) -> DraftForm:
        """To show `content`; `seen` is what is stored under `edit_number`."""
        schedule = ScheduleForm(
            initial={
                "start_date": content.start_date,
                "weeks": content.weeks,
                "weekdays": list(content.weekdays),
                "note": content.note,
                "edit_number": edit_number,
                "seen": seen.as_text(),
            }
        )
        rows = [
            DraftRow(
                exercise=exercises[line.exercise_id],
                form=ItemForm(
                    instance=PlanItem(support=line.support, note=line.note, **line.dose.as_dict()),
                    prefix=_prefix(line.exercise_id),
                ),
                line=line,
            )
            for line in content.lines
            if line.exercise_id in exercises
        ]
        return cls(schedule, rows)

    @classmethod
    def of_post(cls, data: QueryDict, exercises: Mapping[uuid.UUID, Exercise]) -> DraftForm:
        """From what was sent: `exercise` repeats, in order, for the rows of the page. Unknown ones are dropped."""
        rows = []
        for exercise_id in dict.fromkeys(_ids(data.getlist("exercise"))):
            if exercise := exercises.get(exercise_id):
                form = ItemForm(data, prefix=_prefix(exercise_id))
                rows.append(DraftRow(exercise=exercise, form=form, line=_line(exercise, form)))
        return cls(ScheduleForm(data), rows)

    def is_valid(self) -> bool:
        return all([self.schedule.is_valid(), *(row.line is not None for row in self.rows)])

    @property
    def has_row_errors(self) -> bool:
        return any(row.has_errors for row in self.rows)

    @property
    def content(self) -> PlanContent:
        """What was typed; only of a valid form."""
        typed = self.schedule.cleaned_data
        return PlanContent(
            start_date=typed["start_date"],
            weeks=typed["weeks"],
            weekdays=tuple(sorted(typed["weekdays"])),
            note=typed["note"],
            lines=tuple(row.line for row in self.rows if row.line is not None),
        )

    @property
    def seen(self) -> PlanContent:
        """What was stored when the page was made, with the names of the exercises that are still known."""
        seen: PlanContent = self.schedule.cleaned_data["seen"]
        return seen

    @property
    def edit_number(self) -> int:
        number: int = self.schedule.cleaned_data["edit_number"]
        return number


def _prefix(exercise_id: uuid.UUID) -> str:
    return f"x-{exercise_id}"


def _ids(texts: list[str]) -> Iterator[uuid.UUID]:
    for text in texts:
        try:
            yield uuid.UUID(text)
        except ValueError:
            continue


def _line(exercise: Exercise, form: ItemForm) -> Line | None:
    if not form.is_valid():
        return None
    typed = form.cleaned_data
    return Line(
        exercise_id=exercise.pk,
        dose=Dose(**{name: typed[name] for name in DOSE_FIELDS}),
        support=typed["support"],
        note=typed["note"],
        name=exercise.name,
    )
