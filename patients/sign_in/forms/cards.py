"""Form with which the team makes a sign-in card."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from patients.models import SignInCard


class CardReasonForm(forms.Form):
    """The reason for a card, required if the patient has had several within a week."""

    reason = forms.CharField(
        label=_("Why is one more card needed?"),
        max_length=SignInCard._meta.get_field("reason").max_length,
        error_messages={
            "required": _("Write why one more card is needed. The patient can read it."),
            "max_length": _("Please make the reason shorter."),
        },
    )

    def __init__(self, data: Any = None, *, is_needed: bool) -> None:
        super().__init__(data)
        self.fields["reason"].required = is_needed
