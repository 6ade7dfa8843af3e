"""The patient's page about their own data: a copy of it, and a request to delete it. Never for a helper."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from clinic.permissions import AuthenticatedRequest
from clinic.rate_limits import DATA_REQUEST
from patients.data_rights.forms import ConfirmDateOfBirthForm
from patients.data_rights.selectors import get_last_request
from patients.data_rights.services.export import export_record
from patients.data_rights.services.requests import cancel_erasure, request_erasure
from patients.decorators import patient_only
from patients.models import Patient

#: It does not name the patient: the file may be saved on a shared disk.
FILE_NAME = "surefoot-record.zip"


@sensitive_post_parameters()
@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def data(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Show the page on GET, and return the record as a ZIP file on POST, with the right date of birth."""
    if request.method != "POST":
        return _data_page(request, patient, ConfirmDateOfBirthForm(date_of_birth=patient.date_of_birth))
    form = ConfirmDateOfBirthForm(request.POST, date_of_birth=patient.date_of_birth)
    if not DATA_REQUEST.allows(str(patient.pk), now=now):
        return _data_page(request, patient, form, too_many=True, status=429)
    if not form.is_valid():
        return _data_page(request, patient, form)
    content = export_record(patient=patient, by=request.user, language=request.LANGUAGE_CODE, now=now)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response


def _data_page(
    request: AuthenticatedRequest,
    patient: Patient,
    form: ConfirmDateOfBirthForm,
    *,
    too_many: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "patient": patient,
        "section": "settings",
        "form": form,
        "too_many": too_many,
        "erasure": get_last_request(patient),
    }
    return render(request, "patients/data_rights/data.html", context, status=status)


@sensitive_post_parameters()
@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Ask on GET, and send the request to the clinic on POST, with the right date of birth."""
    form = ConfirmDateOfBirthForm(
        request.POST if request.method == "POST" else None, date_of_birth=patient.date_of_birth
    )
    context = {"patient": patient, "section": "settings", "form": form}
    if request.method == "POST":
        if not DATA_REQUEST.allows(str(patient.pk), now=now):
            return render(
                request, "patients/data_rights/delete.html", {**context, "too_many": True}, status=429
            )
        if form.is_valid():
            request_erasure(patient=patient, by=request.user, now=now)
            messages.success(request, _("We have sent this to your clinic."))
            return redirect("my:data")
    return render(request, "patients/data_rights/delete.html", context)


@patient_only
@require_POST
def delete_cancel(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Take back the request."""
    cancel_erasure(patient=patient, by=request.user, now=now)
    messages.success(request, _("Withdrawn. We keep your data as before."))
    return redirect("my:data")
