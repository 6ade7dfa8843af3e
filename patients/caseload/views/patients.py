"""The view of the list of patients."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from patients.caseload.forms.caseload import CaseloadForm
from patients.caseload.selectors.caseload import caseload


@require_safe
@staff_permission_required(Action.SEARCH_PATIENTS)
def patients(request: AuthenticatedRequest) -> HttpResponse:
    """Show the list of patients. The query string contains every filter."""
    form = CaseloadForm(request.GET)
    page = caseload(request.user, form.wanted)
    context = {"section": "patients", "form": form, "wanted": form.wanted, "caseload": page}
    return render(request, "patients/caseload/patients.html", context)
