"""Forms about alerts: a note, and the rules of the clinic."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.models import Alert

from .staff_patients import PlainForm

LONGEST_NOTE: int = Alert._meta.get_field("note").max_length or 0


class NoteForm(PlainForm):
    """What was done about an alert. `seen` is the note that the page showed, so that nobody's is written over."""

    note = forms.CharField(label=_("What did you do?"), max_length=LONGEST_NOTE, required=False)
    seen = forms.CharField(max_length=LONGEST_NOTE, required=False, widget=forms.HiddenInput)
