"""Form of a routine: its text, and its exercises with their doses, in order; saved together.

The form works without JavaScript: the buttons to add, move and remove an exercise show the form again with all entered
values. Nothing is saved until "Save".
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from exercises.doses import DOSE_FIELDS, Dose
from exercises.forms import DoseFormMixin
from exercises.models import Exercise, Routine, RoutineItem
from exercises.routines.services import MAX_ITEMS, RoutineContent, RoutineLine

_CONTROL = {"class": "form-control"}
#: Values of `whose`: who can use a new routine.
CLINIC, MINE = "clinic", "mine"
_TEXT = ("name", "summary", "for_whom")
Library = Mapping[uuid.UUID, Exercise]


class RoutineTextForm(forms.ModelForm):
    """Form of everything in a routine except its exercises."""

    whose = forms.ChoiceField(
        label=_("Who can use it"),
        choices=[(CLINIC, _("Everyone of the clinic")), (MINE, _("Only me"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who can use it.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    edit_number = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Routine
        fields = list(_TEXT)
        widgets = {name: forms.TextInput(_CONTROL) for name in _TEXT}
        labels = {
            "name": _("Name"),
            "summary": _("What it is, in a sentence"),
            "for_whom": _("Who it is for"),
        }
        error_messages = {
            "name": {"required": _("Write a name.")},
            "summary": {"required": _("Say in a sentence what it is.")},
        }

    def __init__(self, *args: Any, asks_whose: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_whose:
            del self.fields["whose"]


class LineForm(DoseFormMixin, forms.ModelForm):
    """Form of an exercise of the routine: its dose and a note."""

    class Meta:
        model = RoutineItem
        fields = [*DOSE_FIELDS, "note"]
        labels = {"note": _("Note")}
        widgets = {"note": forms.TextInput(_CONTROL)}

    def __init__(self, *args: Any, exercise: Exercise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.exercise = exercise

    def validate_constraints(self) -> None:
        """Skip database constraints: `clean` checks the dose, and each constraint would cost a query."""

    @property
    def sentence(self) -> str:
        """Return the entered dose as a sentence; "" if it is not valid."""
        if self.is_bound:
            return "" if self.errors else self.dose.sentence()
        dose = {name: _number(self.initial.get(name)) for name in DOSE_FIELDS if name != "each_side"}
        typed = Dose(**cast(Any, dose), each_side=bool(self.initial.get("each_side")))
        return "" if typed.problems() else typed.sentence()

    @property
    def dose(self) -> Dose:
        """Return the entered dose. The form must be valid."""
        return Dose(**{name: self.cleaned_data[name] for name in DOSE_FIELDS})


def _number(value: Any) -> int | None:
    text = "" if value is None else str(value)
    return int(text) if text.isdecimal() and len(text) < 5 else None


class RoutineForm:
    """All forms of the page. Create it from stored content (`from_content`) or from a request (`from_post`)."""

    def __init__(self, words: RoutineTextForm, lines: Sequence[LineForm], *, left_out: bool = False) -> None:
        self.words, self.lines = words, list(lines)
        #: True if the request contained an exercise that is no longer available.
        self.left_out = left_out
        self.lines_error = ""

    @classmethod
    def from_content(
        cls,
        content: RoutineContent | None,
        library: Library,
        *,
        key: uuid.UUID,
        edit_number: int = 0,
        asks_whose: bool = False,
    ) -> RoutineForm:
        """Return an unbound form for `content`, or an empty one if it is None.

        Exercises that are not in `library` are left out.
        """
        start: dict[str, Any] = {"key": key, "edit_number": edit_number}
        if content is not None:
            start |= {name: getattr(content, name) for name in _TEXT}
        lines = [
            (library[line.exercise_id], line.dose.as_dict() | {"note": line.note})
            for line in (content.lines if content else ())
            if line.exercise_id in library
        ]
        return cls(RoutineTextForm(initial=start, asks_whose=asks_whose), _line_forms(lines))

    @classmethod
    def from_post(cls, data: QueryDict, library: Library, *, asks_whose: bool = False) -> RoutineForm:
        """Return a bound form. Exercises that are not in `library` are left out."""
        count = data.get("rows", "")
        rows = min(int(count), MAX_ITEMS) if count.isdecimal() and len(count) < 4 else 0
        found = [_exercise(data.get(f"line-{place}-exercise", ""), library) for place in range(rows)]
        lines = [
            LineForm(data, prefix=f"line-{place}", exercise=exercise)
            for place, exercise in enumerate(found)
            if exercise is not None
        ]
        words = RoutineTextForm(data, asks_whose=asks_whose)
        return cls(words, lines, left_out=len(lines) < rows)

    # --- The form as it was typed, not validated, with one change -----------------------------------------------------

    def with_line(self, exercise_id: str, library: Library) -> RoutineForm:
        """With an exercise of the library at the end, unless it may not be added."""
        rows = self._rows()
        exercise = _exercise(exercise_id, library)
        if exercise is not None and self.can_add(exercise):
            rows.append((exercise, exercise.dose.as_dict() | {"note": ""}))
        return self._with(rows)

    def without_line(self, exercise_id: uuid.UUID) -> RoutineForm:
        """Without an exercise."""
        rows = self._rows()
        place = self._place(exercise_id)
        if place is not None:
            del rows[place]
        return self._with(rows)

    def moving_line(self, exercise_id: uuid.UUID, places: int) -> RoutineForm:
        """With an exercise that many places further down; negative is up. It stops at either end."""
        rows = self._rows()
        place = self._place(exercise_id)
        if place is not None:
            row = rows.pop(place)
            rows.insert(max(0, place + places), row)
        return self._with(rows)

    def _place(self, exercise_id: uuid.UUID) -> int | None:
        places = (place for place, line in enumerate(self.lines) if line.exercise.pk == exercise_id)
        return next(places, None)

    def _rows(self) -> list[tuple[Exercise, dict[str, Any]]]:
        return [(line.exercise, _get_typed_values(line)) for line in self.lines]

    def _with(self, rows: Sequence[tuple[Exercise, dict[str, Any]]]) -> RoutineForm:
        words = self.words
        typed = _get_typed_values(words)
        return RoutineForm(
            RoutineTextForm(initial=typed, asks_whose="whose" in words.fields), _line_forms(rows)
        )

    def can_add(self, exercise: Exercise) -> bool:
        """Return True if the routine is not full and does not contain the exercise."""
        return not self.is_full and exercise.pk not in self.held

    def with_left_out_notice(self) -> RoutineForm:
        """The same without the exercises that are no longer to be had, and a word about it."""
        again = self._with(self._rows())
        again.lines_error = _now(
            "An exercise is no longer to be had, and was left out. Look, then save again."
        )
        return again

    @property
    def held(self) -> set[uuid.UUID]:
        """Return the keys of its exercises. A routine contains each exercise at most once."""
        return {line.exercise.pk for line in self.lines}

    @property
    def is_full(self) -> bool:
        return len(self.lines) >= MAX_ITEMS

    def is_valid(self) -> bool:
        faulty = [form for form in (self.words, *self.lines) if not form.is_valid()]
        if not self.lines:
            self.lines_error = _now("Add at least one exercise.")
        elif len(self.held) < len(self.lines):
            self.lines_error = _now("An exercise is in the routine twice. Remove one of the two.")
        return not faulty and not self.lines_error

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Return all errors as (element id, message) pairs, for the summary at the top of the page."""
        found: list[tuple[str, str]] = []
        for form in (self.words, *self.lines):
            if form.is_bound:
                name_of = f"{form.exercise.name}, " if isinstance(form, LineForm) else ""
                found += [
                    (form[name].id_for_label or form[name].auto_id, f"{name_of}{form[name].label}: {words}")
                    for name, faults in form.errors.items()
                    for words in faults
                    if name in form.fields
                ]
        return found + ([("lines", self.lines_error)] if self.lines_error else [])

    @property
    def content(self) -> RoutineContent:
        """Return the entered content. The form must be valid."""
        return RoutineContent(
            **{name: self.words.cleaned_data[name] for name in _TEXT},
            lines=tuple(
                RoutineLine(exercise_id=line.exercise.pk, dose=line.dose, note=line.cleaned_data["note"])
                for line in self.lines
            ),
        )

    @property
    def key(self) -> uuid.UUID:
        """Return the key created with the form, so that submitting it twice creates one routine."""
        return self.words.cleaned_data["key"] or uuid.uuid4()

    @property
    def edit_number(self) -> int:
        return self.words.cleaned_data["edit_number"] or 0

    @property
    def is_only_mine(self) -> bool:
        """Return True if only the user can use it, which is the case if the form does not ask."""
        whose: str = self.words.cleaned_data.get("whose", MINE)
        return whose == MINE

    def accept_current_version(self, edit_number: int) -> None:
        """Set the edit number, so that the next submission overwrites the current version."""
        data = cast(QueryDict, self.words.data).copy()
        data["edit_number"] = str(edit_number)
        self.words.data = data


def _exercise(text: str, library: Library) -> Exercise | None:
    try:
        return library.get(uuid.UUID(text))
    except ValueError:
        return None


def _line_forms(rows: Sequence[tuple[Exercise, dict[str, Any]]]) -> list[LineForm]:
    return [
        LineForm(prefix=f"line-{place}", exercise=exercise, initial=initial)
        for place, (exercise, initial) in enumerate(rows)
    ]


def _get_typed_values(form: forms.BaseForm) -> dict[str, Any]:
    return {name: form[name].data for name in form.fields}
