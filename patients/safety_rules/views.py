"""The page of all safety rules, for every member of a team."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from patients.safety_rules.selectors.page import get_safety_rules_page


@require_safe
@staff_permission_required(Action.SEARCH_PATIENTS)
def safety_rules(request: AuthenticatedRequest) -> HttpResponse:
    """Show every table of the safety rules with its sources. It is the same for every clinic and every patient."""
    context = {"section": "rules", "page": get_safety_rules_page()}
    return render(request, "patients/safety_rules/page.html", context)
