"""The form that opens emergency access."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.models import Clinic, EmergencyAccess


class EmergencyAccessForm(forms.Form):
    """Choose a clinic and write the reason, which the clinic reads."""

    clinic = forms.ModelChoiceField(
        Clinic.objects.order_by("name"),
        label=_("Clinic"),
        error_messages={"required": _("Choose a clinic."), "invalid_choice": _("Choose a clinic.")},
    )
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_(
            "The clinic reads it. Name no patient. For example: Dana Fox asked on the phone to correct a birthday."
        ),
        min_length=20,
        max_length=EmergencyAccess._meta.get_field("reason").max_length,
        widget=forms.Textarea({"rows": 3, "cols": 60}),
        error_messages={
            "required": _("Write the reason."),
            "min_length": _("Write a sentence: who asked for what, and how."),
        },
    )
