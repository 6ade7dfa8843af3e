"""The list of patients."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.permissions import SignedInRequest, staff_may
from clinic.roles import Action
from patients.caseload.forms.caseload import CaseloadForm
from patients.caseload.selectors.caseload import caseload


@require_safe
@staff_may(Action.FIND_PATIENTS)
def patients(request: SignedInRequest) -> HttpResponse:
    """The caseload. Every filter is in the address."""
    form = CaseloadForm(request.GET)
    page = caseload(request.user, form.wanted)
    context = {"section": "patients", "form": form, "wanted": form.wanted, "caseload": page}
    return render(request, "patients/caseload/patients.html", context)
