"""The form with the filters and the order of the caseload."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from clinic.forms import StyledForm
from patients.caseload.selectors.caseload import (
    ADHERENCE_FILTERS,
    ALERT_FILTERS,
    PLAN_FILTERS,
    CaseloadFilter,
)
from patients.caseload.selectors.ordering import ORDERS, Order


class CaseloadForm(StyledForm):
    """The filters and the order of the caseload, read from the query string."""

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
