"""Form of a clinic's exercise: text and dose, steps and photographs, saved together."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from exercises.clinic_exercises.content import TEXT, ClinicExerciseContent
from exercises.clinic_exercises.demands import DEMAND_GROUPS, describe_without_demands
from exercises.clinic_exercises.services import NewPhoto
from exercises.doses import DOSE_FIELDS, Dose
from exercises.figures import FIGURES
from exercises.forms import DoseFormMixin
from exercises.library.photos import MAX_PHOTOS, EncodedPhoto, InvalidPhotoError, PhotoReference, encode
from exercises.models import Demand, Exercise, ExerciseStep, Position, StepKind, demands_of

MAX_STEPS = 20
#: Empty rows below the steps; "Add more rows" adds the same number.
BLANK_ROWS = 3
_FIRST_ROWS = 5
_CONTROL, _CHOICE, _AREA = (
    {"class": "form-control"},
    {"class": "form-select"},
    {"class": "form-control", "rows": 2},
)
ALT_LENGTH = 150


class ExerciseTextForm(DoseFormMixin, forms.ModelForm):
    """Form of everything in an exercise except its steps and photographs."""

    demands = forms.MultipleChoiceField(
        label=_("What it asks of the body"),
        choices=Demand.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Plans compare these with the patient’s flags and holds. Check everything that it demands."
        ),
    )
    figure = forms.ChoiceField(
        label=_("Figure"), required=False, choices=[("", ""), *((slug, slug) for slug in FIGURES)]
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    edit_number = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Exercise
        fields = [*TEXT, "equipment", "focus", *DOSE_FIELDS]
        widgets = {
            "name": forms.TextInput(_CONTROL),
            "category": forms.Select(_CHOICE),
            "position": forms.Select(_CHOICE),
            "support": forms.Select(_CHOICE),
            "equipment": forms.CheckboxSelectMultiple,
            "focus": forms.CheckboxSelectMultiple,
            **{
                name: forms.Textarea(_AREA)
                for name in ("summary", "start_position", "feel", "common_mistake", "safety_notes")
            },
        }
        labels = {
            "name": _("Name"),
            "category": _("Kind"),
            "position": _("Position"),
            "support": _("Support to begin with"),
            "equipment": _("What it needs"),
            "focus": _("What it works on"),
            "summary": _("What it is good for"),
            "start_position": _("Start position"),
            "feel": _("You should feel"),
            "common_mistake": _("A common mistake"),
            "safety_notes": _("Safety notes"),
        }
        help_texts = {
            "name": _("Short, as patients will read it."),
            "equipment": _("Any one of these will do."),
            "safety_notes": _("One note a line."),
        }
        error_messages = {
            "name": {"required": _("Write a name.")},
            "category": {"required": _("Choose a kind.")},
            "position": {"required": _("Choose a position.")},
            "support": {"required": _("Choose the support.")},
            "summary": {"required": _("Say in a sentence what it is good for.")},
            "start_position": {"required": _("Say how to stand or sit at the start.")},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("equipment", "focus"):
            field = self.fields[name]
            field.queryset = field.queryset.order_by("name")  # type: ignore[attr-defined]
            field.label_from_instance = lambda thing: _now(thing.name)  # type: ignore[attr-defined]

    def validate_constraints(self) -> None:
        """Skip database constraints: `clean` checks the dose, and each constraint would cost a query."""


class StepForm(forms.Form):
    """Row of the list of steps. A row without text is ignored, unless it says how to hold on."""

    order = forms.IntegerField(
        label=_("Place"),
        required=False,
        min_value=1,
        max_value=99,
        widget=forms.NumberInput({"class": "form-control", "inputmode": "numeric"}),
    )
    kind = forms.ChoiceField(
        label=_("Sort of step"), choices=StepKind.choices, initial=StepKind.DO, widget=forms.Select(_CHOICE)
    )
    text = forms.CharField(
        label=_("What to do"),
        required=False,
        max_length=ExerciseStep._meta.get_field("text").max_length,
        widget=forms.TextInput(_CONTROL),
    )

    def clean_text(self) -> str:
        """Return the words, without those of a step that says how to hold on: they follow from the support."""
        return "" if self.cleaned_data.get("kind") == StepKind.SUPPORT else self.cleaned_data["text"]

    @property
    def is_written(self) -> bool:
        """Return True if the row is a step. The form must be valid."""
        return bool(self.cleaned_data["text"]) or self.cleaned_data["kind"] == StepKind.SUPPORT


class KeptPhotoForm(forms.Form):
    """Form of a photograph that the exercise already shows."""

    alt = forms.CharField(
        label=_("What it shows"),
        max_length=ALT_LENGTH,
        widget=forms.TextInput(_CONTROL),
        error_messages={"required": _("Say in words what the photo shows.")},
    )
    remove = forms.BooleanField(label=_("Take this photo away"), required=False)

    def __init__(self, *args: Any, photo: PhotoReference, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": f"kept-{photo.id}"} | kwargs)
        self.photo = photo
        self.shown = photo.as_dict()


class NewPhotoForm(forms.Form):
    """Form of a photograph to add. Validation re-encodes the upload; the uploaded bytes are not stored."""

    file = forms.FileField(
        label=_("Photo"),
        required=False,
        widget=forms.FileInput({"class": "form-control", "accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"empty": _("This file is empty. Choose another.")},
    )
    alt = forms.CharField(
        label=_("What it shows"), required=False, max_length=ALT_LENGTH, widget=forms.TextInput(_CONTROL)
    )

    def clean_file(self) -> EncodedPhoto | None:
        upload: UploadedFile | None = self.cleaned_data["file"]
        if upload is None:
            return None
        try:
            return encode(upload)
        except InvalidPhotoError as reason:
            raise forms.ValidationError(str(reason)) from None

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        if cleaned.get("file") and not cleaned.get("alt") and "alt" not in self.errors:
            self.add_error("alt", _("Say in words what the photo shows. Some patients hear it read aloud."))
        return cleaned


@dataclass(frozen=True)
class TickGroup:
    """Checkboxes with their explanations."""

    label: str
    ticks: list[tuple[Any, str]]


class ClinicExerciseForm:
    """All forms of the page. Create it from stored content (`from_content`) or from a request (`from_post`)."""

    def __init__(
        self,
        words: ExerciseTextForm,
        steps: Sequence[StepForm],
        kept: Sequence[KeptPhotoForm],
        new: Sequence[NewPhotoForm],
        *,
        files_sent: bool = False,
    ) -> None:
        self.words, self.steps, self.kept, self.new = words, list(steps), list(kept), list(new)
        #: Browsers do not keep chosen files, so the page asks the user to choose them again.
        self.files_sent = files_sent
        self.steps_error = ""
        self.photos_error = ""

    @classmethod
    def from_content(
        cls, content: ClinicExerciseContent | None, *, key: uuid.UUID, edit_number: int = 0
    ) -> ClinicExerciseForm:
        """Return an unbound form for `content`, or an empty one if it is None."""
        start: dict[str, Any] = {"key": key, "edit_number": edit_number}
        if content is not None:
            names = (*TEXT, "equipment", "focus", "demands")
            start |= {name: getattr(content, name) for name in names} | content.dose.as_dict()
        steps = content.steps if content else ()
        photos = content.photos if content else ()
        rows = [
            {"order": place, "kind": kind, "text": text} for place, (kind, text) in enumerate(steps, start=1)
        ]
        return cls(
            ExerciseTextForm(initial=start),
            _step_forms(rows, max(len(rows) + BLANK_ROWS, _FIRST_ROWS)),
            [KeptPhotoForm(photo=photo, initial={"alt": photo.alt}) for photo in photos],
            [NewPhotoForm(prefix=f"new-{place}") for place in range(_slots(photos))],
        )

    @classmethod
    def from_post(
        cls, data: QueryDict, files: MultiValueDict[str, UploadedFile], photos: Sequence[PhotoReference]
    ) -> ClinicExerciseForm:
        """Return a bound form. `photos` are the photographs that the exercise shows now."""
        count = data.get("rows", "")
        rows = min(int(count), MAX_STEPS) if count.isdecimal() and len(count) < 4 else 0
        return cls(
            ExerciseTextForm(data),
            [StepForm(data, prefix=f"step-{place}") for place in range(rows)],
            [KeptPhotoForm(data, photo=photo) for photo in photos],
            [NewPhotoForm(data, files, prefix=f"new-{place}") for place in range(_slots(photos))],
            files_sent=bool(files),
        )

    def with_more_rows(self) -> ClinicExerciseForm:
        """Return a form with the entered values, not validated, and more empty rows for steps."""
        return ClinicExerciseForm(
            ExerciseTextForm(initial=_get_typed_values(self.words)),
            _step_forms([_get_typed_values(form) for form in self.steps], len(self.steps) + BLANK_ROWS),
            [KeptPhotoForm(photo=form.photo, initial=_get_typed_values(form)) for form in self.kept],
            [
                NewPhotoForm(prefix=form.prefix, initial={"alt": _get_typed_values(form)["alt"]})
                for form in self.new
            ],
            files_sent=self.files_sent,
        )

    def is_valid(self) -> bool:
        parts = [self.words, *self.steps, *self.kept, *self.new]
        # A list, not any(): every form has to be validated, so that each of them shows its errors.
        valid = not [form for form in parts if not form.is_valid()]
        if not any(form["text"].data for form in self.steps):
            self.steps_error = _now("Write at least one step.")
        if valid and self._photo_count() > MAX_PHOTOS:
            self.photos_error = _now("An exercise shows at most 4 photos. Take one away first.")
        return valid and not self.steps_error and not self.photos_error

    def _photo_count(self) -> int:
        return len([form for form in self.kept if not form.cleaned_data["remove"]]) + len(self.new_photos)

    @property
    def errors(self) -> list[tuple[str, str]]:
        """Return all errors as (element id, message) pairs, for the summary at the top of the page."""
        found: list[tuple[str, str]] = []
        for form in [self.words, *self.steps, *self.kept, *self.new]:
            if form.is_bound:
                found += [
                    (form[name].id_for_label or form[name].auto_id, f"{form[name].label}: {words}")
                    for name, faults in form.errors.items()
                    for words in faults
                    if name in form.fields
                ]
        found += [("steps", self.steps_error)] if self.steps_error else []
        found += [("photos", self.photos_error)] if self.photos_error else []
        return found

    @property
    def demand_groups(self) -> list[TickGroup]:
        """Return the checkboxes of the demands in groups, each with its explanation."""
        ticks = {tick.data["value"]: tick for tick in self.words["demands"]}
        return [
            TickGroup(str(group.label), [(ticks[demand], str(words)) for demand, words in group.help.items()])
            for group in DEMAND_GROUPS
        ]

    @property
    def untagged_as(self) -> str:
        """Return what plans treat the exercise as while no demand is ticked; "" if one is, or before a position is."""
        position = self.words["position"].value()
        if self.words["demands"].value() or position not in Position.values:
            return ""
        return describe_without_demands(demands_of(position=position, demands=()))

    @property
    def content(self) -> ClinicExerciseContent:
        """Return the entered content without new photographs. The form must be valid."""
        typed = self.words.cleaned_data
        written = [form.cleaned_data for form in self.steps if form.is_written]
        written.sort(key=lambda step: step["order"] or MAX_STEPS * 10)
        kept = [form for form in self.kept if not form.cleaned_data["remove"]]
        return ClinicExerciseContent(
            **{name: typed[name] for name in TEXT},
            dose=Dose(**{name: typed[name] for name in DOSE_FIELDS}),
            steps=tuple((step["kind"], step["text"]) for step in written),
            equipment=frozenset(thing.slug for thing in typed["equipment"]),
            focus=frozenset(part.slug for part in typed["focus"]),
            demands=frozenset(typed["demands"]),
            photos=tuple(
                PhotoReference(**form.photo.as_dict() | {"alt": form.cleaned_data["alt"]}) for form in kept
            ),
        )

    @property
    def new_photos(self) -> list[NewPhoto]:
        """Return the photographs to add. The form must be valid."""
        typed = [form.cleaned_data for form in self.new]
        return [NewPhoto(one["file"], one["alt"]) for one in typed if one["file"]]

    @property
    def key(self) -> uuid.UUID:
        """Return the key created with the form, so that submitting it twice creates one exercise."""
        key: uuid.UUID | None = self.words.cleaned_data["key"]
        return key or uuid.uuid4()

    @property
    def edit_number(self) -> int:
        return self.words.cleaned_data["edit_number"] or 0

    def accept_current_version(self, edit_number: int) -> None:
        """Set the edit number, so that the next submission overwrites the current version."""
        data = cast(QueryDict, self.words.data).copy()
        data["edit_number"] = str(edit_number)
        self.words.data = data


def _slots(photos: Sequence[PhotoReference]) -> int:
    """Return the number of upload fields: at least one, for users who replace a photograph."""
    return max(1, MAX_PHOTOS - len(photos))


def _step_forms(rows: Sequence[dict[str, Any]], count: int) -> list[StepForm]:
    padded = [*rows, *({} for _row in range(count - len(rows)))][:MAX_STEPS]
    return [StepForm(prefix=f"step-{place}", initial=row) for place, row in enumerate(padded)]


def _get_typed_values(form: forms.BaseForm) -> dict[str, Any]:
    return {name: form[name].data for name in form.fields}
