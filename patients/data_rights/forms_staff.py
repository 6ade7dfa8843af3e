"""Forms with which a clinic admin answers a request for erasure."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from patients.models import ErasureGround, Patient
from patients.models.data_rights import MAX_REFUSAL_LENGTH


class RefuseForm(forms.Form):
    """The reason for which the clinic keeps the data, as the patient reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Why the data are kept"),
        max_length=MAX_REFUSAL_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        help_text=gettext_lazy("The patient reads this. Say until when, and by which law."),
    )


class EraseForm(forms.Form):
    """The ground of an erasure, and the patient's full name as a second confirmation."""

    ground = forms.ChoiceField(
        label=gettext_lazy("Ground"),
        choices=[choice for choice in ErasureGround.choices if choice[0] != ErasureGround.REPEATED],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=gettext_lazy("Type the patient’s full name"),
        max_length=120,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, patient: Patient) -> None:
        super().__init__(data)
        self._patient = patient

    def clean_name(self) -> str:
        typed = str(self.cleaned_data["name"])
        if typed.split() != self._patient.full_name.split():
            raise ValidationError(_("This is not the name of the patient."))
        return typed
