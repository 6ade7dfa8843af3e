"""Pages of the clinic admin: requests of patients to delete their data."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.accounts.decorators import fresh_authentication_required
from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from patients.data_rights.forms_staff import EraseForm, RefuseForm
from patients.data_rights.selectors import get_request_or_404, get_requests_page
from patients.data_rights.services.erasure import erase_patient
from patients.data_rights.services.requests import ErasureNotOpenError, refuse_erasure, request_erasure
from patients.lookups import get_patient_or_404
from patients.models import ErasureRequest


@require_safe
@staff_permission_required(Action.ERASE_PATIENTS)
def erasure_requests(request: AuthenticatedRequest) -> HttpResponse:
    """List the requests of the clinic."""
    page = get_requests_page(request.user)
    return render(request, "patients/data_rights/erasure_requests.html", {"section": "clinic", "page": page})


@require_safe
@staff_permission_required(Action.ERASE_PATIENTS)
def erasure_request(request: AuthenticatedRequest, erasure_id: uuid.UUID) -> HttpResponse:
    """Show one request, and the forms to carry it out or to refuse it."""
    return _page(request, get_request_or_404(request.user, erasure_id))


@require_POST
@staff_permission_required(Action.ERASE_PATIENTS)
@fresh_authentication_required
def erasure_carry_out(request: AuthenticatedRequest, erasure_id: uuid.UUID) -> HttpResponse:
    """Erase the patient, if the ground and the name are given; otherwise show the page with the errors."""
    erasure = get_request_or_404(request.user, erasure_id)
    if erasure.patient is None or not erasure.is_open:
        return _no_longer_open(request)
    form = EraseForm(request.POST, patient=erasure.patient)
    if not form.is_valid():
        return _page(request, erasure, erase_form=form)
    try:
        erase_patient(request=erasure, ground=form.cleaned_data["ground"], by=request.user)
    except ErasureNotOpenError:
        return _no_longer_open(request)
    messages.success(request, _("Deleted. Backups keep the data until they are deleted themselves."))
    return redirect("staff:erasure_requests")


@require_POST
@staff_permission_required(Action.ERASE_PATIENTS)
def erasure_refuse(request: AuthenticatedRequest, erasure_id: uuid.UUID) -> HttpResponse:
    """Refuse the request with a reason; without one, show the page with the error."""
    erasure = get_request_or_404(request.user, erasure_id)
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return _page(request, erasure, refuse_form=form)
    try:
        refuse_erasure(request=erasure, reason=form.cleaned_data["reason"], by=request.user)
    except ErasureNotOpenError:
        return _no_longer_open(request)
    messages.success(request, _("Refused. The patient can read why."))
    return redirect("staff:erasure_requests")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.ERASE_PATIENTS)
@fresh_authentication_required
def erasure_new(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Ask on GET, and enter a request for a patient who called or came in on POST."""
    patient = get_patient_or_404(request.user, patient_id)
    if request.method != "POST":
        context = {"section": "patients", "patient": patient}
        return render(request, "patients/data_rights/erasure_new.html", context)
    erasure = request_erasure(patient=patient, by=request.user)
    return redirect("staff:erasure_request", erasure.pk)


def _page(
    request: AuthenticatedRequest,
    erasure: ErasureRequest,
    *,
    erase_form: EraseForm | None = None,
    refuse_form: RefuseForm | None = None,
) -> HttpResponse:
    context = {
        "section": "clinic",
        "erasure": erasure,
        "erase_form": erase_form or (EraseForm(patient=erasure.patient) if erasure.patient else None),
        "refuse_form": refuse_form or RefuseForm(),
        "form": erase_form or refuse_form,
    }
    return render(request, "patients/data_rights/erasure_request.html", context)


def _no_longer_open(request: AuthenticatedRequest) -> HttpResponse:
    messages.error(request, _("This request was answered in the meantime, or withdrawn."))
    return redirect("staff:erasure_requests")
