"""The form on the page of a consultation request: a note, a move to another state, or both."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.models import RequestState


class RequestUpdateForm(forms.Form):
    """`seen` is the standing that the page showed; `to_state` the state to move to, empty for a note alone."""

    note = forms.CharField(
        label=_("Note for the team"),
        help_text=_("Whom you spoke to, what you agreed. The visitor does not see this."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
    )
    seen = forms.CharField(max_length=40, widget=forms.HiddenInput)
    to_state = forms.ChoiceField(choices=[("", ""), *RequestState.choices], required=False)

    def clean_note(self) -> str:
        return str(self.cleaned_data["note"]).strip()

    def require_note(self) -> None:
        """Add an error to the note field: there is nothing to save."""
        self.add_error("note", _("Write a note first."))
