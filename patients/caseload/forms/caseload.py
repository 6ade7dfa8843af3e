"""The form with the filters and the order of the caseload."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clinic.forms import StyledForm
from clinic.sealed_text import seal, unseal
from patients.caseload.selectors.caseload import (
    ADHERENCE_FILTERS,
    ALERT_FILTERS,
    PLAN_FILTERS,
    CaseloadFilter,
)
from patients.caseload.selectors.ordering import ORDERS, Order

#: Parameter of the address: the name that was typed, as a token.
FOUND = "found"


class CaseloadForm(StyledForm):
    """The filters and the order of the caseload."""

    q = forms.CharField(
        label=_("Name"), max_length=120, required=False, widget=forms.TextInput({"type": "search"})
    )
    whose = forms.ChoiceField(
        label=_("Whose"), choices=[("", _("Whole clinic")), ("mine", _("My patients"))], required=False
    )
    alert = forms.ChoiceField(
        label=_("Alert"), choices=[("", _("With or without")), *ALERT_FILTERS.items()], required=False
    )
    adherence = forms.ChoiceField(
        label=_("Adherence, 4 weeks"), choices=[("", _("Any")), *ADHERENCE_FILTERS.items()], required=False
    )
    plan = forms.ChoiceField(label=_("Plan"), choices=[("", _("Any")), *PLAN_FILTERS.items()], required=False)
    sort = forms.ChoiceField(label=_("Sort by"), choices=list(ORDERS.items()), required=False)
    after = forms.UUIDField(required=False, widget=forms.HiddenInput)
    before = forms.UUIDField(required=False, widget=forms.HiddenInput)

    @classmethod
    def from_address(cls, query: QueryDict) -> CaseloadForm:
        """Return the form of an address: `?found=` is the name as a token, see `clinic.sealed_text`."""
        data = query.copy()
        data["q"] = unseal(query.get(FOUND, ""))
        return cls(data)

    @property
    def query_string(self) -> str:
        """Return the filters that were chosen, and the name as a token, for an address. Invalid ones are left out."""
        self.is_valid()
        asked = {name: value for name, value in self.cleaned_data.items() if value}
        name = asked.pop("q", "").strip()
        return urlencode({**asked, **({FOUND: seal(name)} if name else {})})

    @property
    def wanted(self) -> CaseloadFilter:
        """The selected filters; invalid values are ignored."""
        self.is_valid()
        asked = self.cleaned_data
        return CaseloadFilter(
            name=asked.get("q", "").strip(),
            only_mine=asked.get("whose") == "mine",
            plan=asked.get("plan", ""),
            alert=asked.get("alert", ""),
            adherence=asked.get("adherence", ""),
            order=Order(asked.get("sort") or Order.NAME),
            after=asked.get("after"),
            before=asked.get("before"),
        )
