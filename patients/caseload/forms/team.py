"""Forms to change a member's role and to remove a member, with the transfer of their patients."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from clinic.models import User
from clinic.roles import Action, may
from clinic.team.forms import RoleField, StaleCheckForm
from patients.caseload.selectors.clinicians import PatientTransfer

NOBODY = "nobody"


class PatientTransferForm(StaleCheckForm):
    """The clinician who takes over the patients. Nothing is preselected, so that the user makes a decision."""

    transfer_to = forms.ChoiceField(
        label=_("Who takes over the patients"),
        required=False,
        widget=forms.Select({"class": "form-select"}),
    )

    def __init__(self, *args: Any, found: PatientTransfer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._colleagues = {str(one.user.pk): one.user for one in found.colleagues}
        if not found.patients:
            del self.fields["transfer_to"]
            return
        field = self.fields["transfer_to"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101
        field.choices = [
            ("", _("Choose …")),
            *((str(one.user.pk), one.describe) for one in found.colleagues),
            (NOBODY, _("Nobody yet: they wait in the list of the whole clinic")),
        ]

    @property
    def must_transfer(self) -> bool:
        """True if the submitted choice requires a transfer of the patients."""
        return True

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        asked = "transfer_to" in self.fields and self.must_transfer
        if asked and not cleaned.get("transfer_to") and "transfer_to" not in self.errors:
            self.add_error("transfer_to", _now("Choose who takes over, or “Nobody yet”."))
        return cleaned

    @property
    def successor(self) -> User | None:
        return self._colleagues.get(self.cleaned_data.get("transfer_to", ""))

    def ask_again(self) -> None:
        """Add an error: the chosen clinician can no longer take over patients."""
        self.add_error("transfer_to", _now("This person has just left, or stopped treating. Choose again."))


class RoleForm(PatientTransferForm):
    """A new role. A transfer of patients is required if members with that role do not assign plans."""

    role = RoleField()
    field_order = ("role", "transfer_to")

    @property
    def must_transfer(self) -> bool:
        role = self.cleaned_data.get("role", "")
        return bool(role) and not may(role, Action.ASSIGN_PLANS)
