"""The plan builder's form: the schedule, and the exercises with their doses, saved together."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clinic.forms import DayField, StyledForm
from clinic.weeks import list_weekday_choices
from exercises.demands import get_named_support
from exercises.doses import DOSE_FIELDS, Dose
from exercises.forms import DoseFormMixin
from exercises.models import Exercise
from patients.models import PlanItem, PlanVersion, Side
from patients.plans.content import PlanContent
from patients.plans.diff import format_weeks, weekday_names
from patients.plans.lines import OWN_FIELDS, ROW_FIELDS, Key, PlanLine, format_key, parse_line_key

#: The most weeks of a plan, as in the constraint of the database.
MAX_WEEKS = 52


class ScheduleForm(StyledForm):
    """The schedule: first day, weeks, weekdays, note.

    `seen` and `edit_number` hold the content that the page showed, to detect the edits of others.
    """

    start_date = DayField(
        label=_("First day"),
        error_messages={"required": _("Choose the first day.")},
    )
    weeks = forms.IntegerField(
        label=_("Weeks"),
        min_value=1,
        max_value=MAX_WEEKS,
        widget=forms.NumberInput({"inputmode": "numeric"}),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), _("Use 1 to 52.")),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days of the week"),
        choices=list_weekday_choices,
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


def _week(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        help_text=help_text,
        required=False,
        min_value=1,
        max_value=MAX_WEEKS,
        widget=forms.NumberInput({"inputmode": "numeric", "class": "dose-number"}),
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _("Use 1 to 52.")),
    )


class ItemForm(DoseFormMixin, forms.ModelForm):
    """Dose, support, side, note, days and weeks of one exercise. `DraftForm` checks them against the plan's."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Only on"),
        help_text=_("None checked: on every day of the plan."),
        choices=list_weekday_choices,
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the days of the week.")},
    )
    first_week = _week(_("From week"))
    last_week = _week(_("To week"), _("Empty: to the end of the plan."))

    class Meta:
        model = PlanItem
        fields = ROW_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in OWN_FIELDS:
            widget = self.fields[name].widget
            if isinstance(widget, forms.Select):
                widget.attrs.setdefault("class", "form-select")
            elif isinstance(widget, forms.TextInput | forms.NumberInput):
                widget.attrs.setdefault("class", "form-control")
        support, side = self.fields["support"], self.fields["side"]
        support.choices = [choice for choice in support.choices if choice[0]]  # type: ignore[attr-defined]
        side.choices = [("", _("As the dose says")), *Side.choices]  # type: ignore[attr-defined]

    def clean_first_week(self) -> int:
        week: int | None = self.cleaned_data["first_week"]
        return 1 if week is None else week

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("first_week"), cleaned.get("last_week")
        if first and last and last < first:
            self.add_error("last_week", _("Choose the first week or a later one, or clear it."))
        return cleaned

    def _post_clean(self) -> None:
        """Leave out the model's constraints: `clean` checks the dose, and each constraint would cost a query."""
        self.instance.validate_constraints = _skip_constraints
        super()._post_clean()  # type: ignore[misc]


def _skip_constraints(exclude: object = None) -> None:
    """Replace `Model.validate_constraints`: the database enforces the constraints anyway."""


@dataclass(frozen=True)
class DraftRow:
    """One exercise of the page with its form. `line` is its present value, None while that is not valid."""

    exercise: Exercise
    form: ItemForm
    line: PlanLine | None
    #: The key of the line in forms and URLs; see `patients.plans.lines.format_key`.
    key: str

    @property
    def has_errors(self) -> bool:
        return bool(self.form.is_bound and self.form.errors)

    @property
    def summary(self) -> str:
        """The line in sentences: dose, then support, days and weeks where they matter; "" without a line."""
        line = self.line
        if line is None:
            return ""
        sentences = [line.sentence]
        if get_named_support(line.support, self.exercise.all_demands):
            sentences.append(f"{line.support.label}.")
        if line.weekdays:
            sentences.append(f"{weekday_names(line.weekdays)}.")
        if line.first_week != 1 or line.last_week:
            weeks = format_weeks(line.first_week, line.last_week)
            sentences.append(f"{weeks[:1].upper()}{weeks[1:]}.")
        return " ".join(sentences)


class DraftForm:
    """The whole draft, made from stored content (`from_content`) or from a POST (`from_post`)."""

    def __init__(self, schedule: ScheduleForm, rows: list[DraftRow]) -> None:
        self.schedule = schedule
        self.rows = rows

    @classmethod
    def from_content(
        cls,
        content: PlanContent,
        *,
        seen: PlanContent,
        edit_number: int,
        exercises: Mapping[uuid.UUID, Exercise],
    ) -> DraftForm:
        """Return an unbound form that shows `content`; `seen` is the content stored under `edit_number`."""
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
                form=ItemForm(instance=PlanItem(**line.row_values()), prefix=_prefix(line.format_key)),
                line=line,
                key=line.format_key,
            )
            for line in content.lines
            if line.exercise_id in exercises
        ]
        return cls(schedule, rows)

    @classmethod
    def from_post(cls, data: QueryDict, exercises: Mapping[uuid.UUID, Exercise]) -> DraftForm:
        """Return a bound form. `exercise` repeats, in order, for the rows of the page.

        Rows with an unknown key or exercise are dropped.
        """
        rows = []
        for key in dict.fromkeys(_keys(data.getlist("exercise"))):
            if exercise := exercises.get(key[0]):
                form = ItemForm(data, prefix=_prefix(format_key(key)))
                rows.append(DraftRow(exercise, form, _line(exercise, form), format_key(key)))
        return cls(ScheduleForm(data), rows)

    def is_valid(self) -> bool:
        """Return True if all of it can be saved.

        Conflicts between fields are added as errors to the field in which they can be corrected.
        """
        is_read = all([self.schedule.is_valid(), *(row.line is not None for row in self.rows)])
        if is_read:
            self._check_rows()
        return is_read and not self.has_row_errors

    def _check_rows(self) -> None:
        weeks, days = self.schedule.cleaned_data["weeks"], set(self.schedule.cleaned_data["weekdays"])
        for place, row in enumerate(self.rows):
            line = row.line
            if line is None:
                continue
            if not days.issuperset(line.weekdays):
                row.form.add_error("weekdays", _("Choose from the days of the plan, or add the day there."))
            if line.first_week > weeks:
                row.form.add_error("first_week", _("The plan ends before that week."))
            if line.last_week is not None and line.last_week > weeks:
                row.form.add_error("last_week", _("The plan ends before that week."))
            earlier = (other.line for other in self.rows[:place])
            if any(
                other and other.exercise_id == line.exercise_id and other.overlaps(line) for other in earlier
            ):
                words = _("This exercise is in the plan for some of these weeks already. Choose other weeks.")
                row.form.add_error("first_week", words)

    @property
    def has_row_errors(self) -> bool:
        return any(row.has_errors for row in self.rows)

    @property
    def first_problem(self) -> str:
        """The first error that keeps the draft from being saved, in words; "" if there is none."""
        forms_of = [("", self.schedule), *((row.exercise.name, row.form) for row in self.rows)]
        for name, form in forms_of:
            for field, errors in form.errors.items() if form.is_bound else ():
                label = form.fields[field].label if field in form.fields else ""
                where = ", ".join(str(word) for word in (name, label) if word)
                return str(_("Not saved yet. %(where)s: %(error)s") % {"where": where, "error": errors[0]})
        return ""

    @property
    def content(self) -> PlanContent:
        """The typed content; only of a valid form."""
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
        """The content that was stored when the page was made, without names; only of a valid form."""
        seen: PlanContent = self.schedule.cleaned_data["seen"]
        return seen

    @property
    def edit_number(self) -> int:
        number: int = self.schedule.cleaned_data["edit_number"]
        return number


def _prefix(key: str) -> str:
    return f"x-{key}"


def _keys(texts: list[str]) -> Iterator[Key]:
    for text in texts:
        try:
            yield parse_line_key(text)
        except ValueError:
            continue


def _line(exercise: Exercise, form: ItemForm) -> PlanLine | None:
    if not form.is_valid():
        return None
    typed = form.cleaned_data
    dose = Dose(**{name: typed[name] for name in DOSE_FIELDS})
    return PlanLine.read(typed | {"exercise_id": exercise.pk, "dose": dose}, name=exercise.name)
