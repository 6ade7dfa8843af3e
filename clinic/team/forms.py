"""Forms for the team: invite a person, and choose a role."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.models import Role, User

_CONTROL = {"class": "form-control"}


class RoleField(forms.ChoiceField):
    """A role, as radio buttons; the page lists the allowed actions beside each."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Role"),
            choices=Role.choices,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose a role.")},
            **kwargs,
        )


class InvitationForm(forms.Form):
    """Invite a person with a role."""

    name = forms.CharField(
        label=_("Name"),
        help_text=_("As patients and the team know them."),
        max_length=User._meta.get_field("name").max_length,
        widget=forms.TextInput(_CONTROL | {"autocomplete": "off"}),
        error_messages={"required": _("Write the name.")},
    )
    email = forms.EmailField(
        label=_("E-mail"),
        help_text=_("Their own address at work. They sign in with it."),
        widget=forms.EmailInput(_CONTROL | {"autocomplete": "off"}),
        error_messages={"required": _("Write the e-mail address.")},
    )
    role = RoleField()

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class StaleCheckForm(forms.Form):
    """A form with `seen`, the `clinic.team.selectors.state_token` of the member that the page showed."""

    seen = forms.CharField(max_length=60, widget=forms.HiddenInput, required=False)


class ReinstateForm(StaleCheckForm):
    """Reinstate a former member with a role."""

    role = RoleField()
