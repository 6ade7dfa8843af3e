"""Forms of the admin of exercises and routines, with ordered inline rows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exercises.doses import DOSE_FIELDS
from exercises.forms import DoseFormMixin
from exercises.models import Demand, Exercise, ExerciseStep, RoutineItem, StepKind
from exercises.ordering import save_in_order

#: Order of a row without a number: it is sorted last.
LAST = 32767


_WIDE = forms.TextInput(attrs={"size": 90})


class ExerciseForm(DoseFormMixin, forms.ModelForm):
    """Form of an exercise.

    Demands are chosen from checkboxes, since plans compare them with a patient's flags. The ModelAdmin sets the
    model and the fields.
    """

    demands = forms.MultipleChoiceField(
        label=_("What it demands"),
        choices=Demand.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Checked against the patient's flags when a plan is built."),
    )

    class Meta:
        widgets = {
            name: forms.Textarea(attrs={"rows": rows, "cols": 80})
            for name, rows in {
                "summary": 2,
                "start_position": 2,
                "feel": 2,
                "common_mistake": 2,
                "safety_notes": 5,
            }.items()
        } | {"source": _WIDE}
        help_texts = {"safety_notes": _("One note a line.")}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name in ("progression_of", "easier"):
            if self._creates_cycle(cleaned.get(name), name):
                self.add_error(name, _("This leads back to the exercise itself. Choose another one."))
        return cleaned

    def _creates_cycle(self, other: Exercise | None, name: str) -> bool:
        """Return True if following the foreign key `name` from `other` leads back to this exercise."""
        seen = set()
        while other is not None and other.pk not in seen:
            if other.pk == self.instance.pk:
                return True
            seen.add(other.pk)
            other = getattr(other, name)
        return False


class StepForm(forms.ModelForm):
    class Meta:
        model = ExerciseStep
        fields = ("order", "kind", "text")
        widgets = {"text": _WIDE}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") == StepKind.SUPPORT:
            cleaned["text"] = ""
        elif cleaned.get("text") == "":
            self.add_error("text", _("Write the step. Only the words of “Hold on” follow from the support."))
        return cleaned


class RoutineForm(forms.ModelForm):
    class Meta:
        widgets = {"summary": _WIDE, "for_whom": _WIDE}


class RoutineItemForm(DoseFormMixin, forms.ModelForm):
    class Meta:
        model = RoutineItem
        widgets = {"note": _WIDE}
        fields = ("exercise", "order", "note", *DOSE_FIELDS)


class OrderedFormSet(forms.BaseInlineFormSet):
    """Formset of ordered rows: any numbers may be entered, and the rows are stored as 1, 2, 3 … in that order."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["order"].required = False
        exclusions = form._get_validation_exclusions
        # Two rows may swap their order numbers, so a number that another stored row has is not an error.
        form._get_validation_exclusions = lambda: exclusions() | {"order"}

    def validate_unique(self) -> None:
        """Accept repeated order numbers, since `save` renumbers the rows."""

    def save(self, commit: bool = True) -> Any:
        changed = super().save(commit=False)
        if commit:
            for row in self.deleted_objects:
                row.delete()
            forms_in_use = [
                form
                for form in self.forms
                if form not in self.deleted_forms and (form.instance.pk or form.has_changed())
            ]
            forms_in_use.sort(key=lambda form: form.cleaned_data.get("order") or LAST)
            save_in_order(rows=[form.instance for form in forms_in_use], changed=changed)
        return changed
