"""The clinic admin's page of who looked at which record."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clinic.emergency_access.selectors import list_accesses_of_clinic
from clinic.pagination import parse_uuid
from clinic.permissions import AuthenticatedRequest, get_clinic_for_user, staff_permission_required
from clinic.roles import Action
from patients.access_log.forms import AccessLogForm
from patients.access_log.selectors import list_members, search_access_log
from patients.lookups import get_patient_or_404


@require_safe
@staff_permission_required(Action.MANAGE_CLINIC)
def access_log(request: AuthenticatedRequest) -> HttpResponse:
    """List events of the clinic. `?patient=` is a patient's key, `?before=` the cursor; the form has the rest."""
    clinic = get_clinic_for_user(request.user)
    key = parse_uuid(request.GET.get("patient", ""))
    patient = get_patient_or_404(request.user, key) if key else None
    form = AccessLogForm(request.GET, members=list_members(clinic))
    context = {"section": "clinic", "form": form, "patient": patient, "clinic": clinic}
    if not form.is_valid():
        return render(request, "patients/access_log/access_log.html", context, status=400)
    before = request.GET.get("before", "")
    context["page"] = search_access_log(
        request.user,
        clinic,
        patient=patient,
        member=form.chosen_member,
        kind=form.chosen_kind,
        first_day=form.cleaned_data["first_day"],
        last_day=form.cleaned_data["last_day"],
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
    )
    if patient is None and not before:
        context["accesses"] = list_accesses_of_clinic(clinic)
    filtered = {key: value for key, value in request.GET.items() if key != "before" and value}
    return render(request, "patients/access_log/access_log.html", context | {"filtered": filtered})
