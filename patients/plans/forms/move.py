"""The form that moves a plan to another state."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms import StyledForm
from patients.models import PlanEvent


class MoveForm(StyledForm):
    """The reason for moving a plan."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=PlanEvent._meta.get_field("note").max_length,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("Kept with the plan. The patient does not see it."),
    )
