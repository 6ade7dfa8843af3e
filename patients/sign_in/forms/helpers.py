"""Forms for a patient's helpers."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms import FormKeyField
from patients.models import Helper


class HelperForm(forms.Form):
    """Name of a new helper, as the patient calls them."""

    name = forms.CharField(
        label=_("Who will help you?"),
        max_length=Helper._meta.get_field("name").max_length,
        error_messages={
            "required": _("Write the name of your helper."),
            "max_length": _("This name is too long. Please make it shorter."),
        },
    )
    key = FormKeyField(required=False, initial=uuid.uuid4)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="helper-%s")


class NewCodeForm(forms.Form):
    """A new code for an existing helper. It has no visible field; the key identifies a form sent twice."""

    key = FormKeyField(required=False, initial=uuid.uuid4)
