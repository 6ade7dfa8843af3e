"""The filter of the clinic admin's page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms import DayField, StyledForm
from clinic.models import User
from patients.access_log.kinds import Kind


class AccessLogForm(StyledForm):
    """Filter by person, kind and days. The patient is chosen on the patient's page: no address holds a name."""

    member = forms.TypedChoiceField(label=_("Who"), required=False)
    kind = forms.ChoiceField(label=_("What"), choices=Kind.choices, required=False)
    first_day = DayField(label=_("From"), required=False)
    last_day = DayField(label=_("To"), required=False)

    def __init__(self, *args: Any, members: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._members = {str(member.pk): member for member in members}
        names = [(key, member.name) for key, member in self._members.items()]
        self.fields["member"].choices = [("", _("Everyone")), *names]  # type: ignore[attr-defined]

    @property
    def chosen_member(self) -> User | None:
        return self._members.get(self.cleaned_data["member"])

    @property
    def chosen_kind(self) -> Kind:
        return Kind(self.cleaned_data["kind"])
