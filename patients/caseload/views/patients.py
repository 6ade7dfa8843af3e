"""The view of the list of patients."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from patients.caseload.forms.caseload import CaseloadForm
from patients.caseload.selectors.caseload import caseload


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.SEARCH_PATIENTS)
def patients(request: AuthenticatedRequest) -> HttpResponse:
    """Show the list of patients. The query string contains every filter, and the name that was typed as a token.

    The form is sent with POST, since a name belongs into no address, and leads to that query string.
    """
    if request.method == "POST":
        return redirect(f"{request.path}?{CaseloadForm(request.POST).query_string}")
    form = CaseloadForm.from_address(request.GET)
    page = caseload(request.user, form.wanted)
    context = {"section": "patients", "form": form, "wanted": form.wanted, "caseload": page}
    return render(request, "patients/caseload/patients.html", context)
