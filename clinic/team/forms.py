"""Forms about the team: inviting someone, and choosing a role."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.models import Role, User

_CONTROL = {"class": "form-control"}


class RoleField(forms.ChoiceField):
    """A role, as radio buttons; the page says beside each what it may do."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Role"),
            choices=Role.choices,
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose a role.")},
            **kwargs,
        )


class InvitationForm(forms.Form):
    """Who is invited, and as what."""

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
    """`seen` is the standing of the person that the page showed; see `clinic.team.selectors.state_token`."""

    seen = forms.CharField(max_length=60, widget=forms.HiddenInput, required=False)


class ReinstateForm(StaleCheckForm):
    """Back on the team, as what."""

    role = RoleField()
