"""Views of the patient detail page, and of the forms to register a patient and to edit a record."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.models import ConsultationRequest
from clinic.permissions import (
    AuthenticatedRequest,
    get_clinic_for_user,
    has_staff_permission,
    staff_permission_required,
)
from clinic.roles import Action
from patients.caseload.selectors.caseload import find_duplicate, list_clinicians
from patients.exceptions import NotPossibleError
from patients.lookups import get_patient_or_404, get_request_or_404
from patients.messages.forms import MessageForm, NoteForm
from patients.models import get_helper_names
from patients.records.forms import PatientForm
from patients.records.selectors.messages_and_notes import get_contact_panels
from patients.records.selectors.patient_detail import get_patient_detail
from patients.records.selectors.patients import get_patient_with_safety_or_404
from patients.records.services.patients import (
    AlreadyRegisteredError,
    StaleRecordError,
    register_patient,
    update_patient,
)


@require_safe
@staff_permission_required(Action.SEARCH_PATIENTS)
def patient(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Show the patient detail page; for the front desk, only contact details and the sign-in card."""
    if has_staff_permission(request.user, Action.VIEW_HEALTH_DATA):
        known, safety = get_patient_with_safety_or_404(request.user, patient_id)
        page = get_patient_detail(request.user, known, safety=safety)
        helpers = get_helper_names(known)
    else:
        page = get_patient_detail(request.user, get_patient_or_404(request.user, patient_id))
        helpers = []
    context = {
        "section": "patients",
        "story": page,
        "patient": page.patient,
        "helpers": helpers,
        "contact": get_contact_panels(request.user, page.patient),
        "message_form": MessageForm(),
        "note_form": NoteForm(),
        "may_assign": has_staff_permission(request.user, Action.ASSIGN_PLANS),
    }
    return render(request, "patients/records/patient.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.REGISTER_PATIENTS)
def patient_new(request: AuthenticatedRequest) -> HttpResponse:
    """Register a patient, optionally from a consultation request (`?request=`)."""
    clinic = get_clinic_for_user(request.user)
    asked = _asked(request)
    team = list_clinicians(clinic)
    if request.method != "POST":
        form = PatientForm(
            initial=PatientForm.start_from(asked, request.user, team), clinic=clinic, clinicians=team
        )
        return _new_page(request, form, asked)
    form = PatientForm(request.POST, clinic=clinic, clinicians=team)
    if not form.is_valid():
        return _new_page(request, form, asked)
    if not form.cleaned_data["is_someone_else"]:
        details = form.details
        twin = find_duplicate(
            request.user, full_name=details.full_name, date_of_birth=details.date_of_birth, key=form.form_key
        )
        if twin is not None:
            return _new_page(request, form, asked, twin=twin, status=409)
    try:
        made = register_patient(
            clinic=clinic, details=form.details, form_key=form.form_key, by=request.user, request=asked
        )
    except AlreadyRegisteredError as already:
        messages.info(request, _("This person is a patient already. Here is the record."))
        return redirect("staff:patient", already.patient.pk)
    except NotPossibleError as reason:
        form.add_error("date_of_birth", str(reason))
        return _new_page(request, form, asked)
    messages.success(
        request, _("%(name)s is registered. Next: make a sign-in card.") % {"name": made.full_name}
    )
    return redirect("staff:patient", made.pk)


def _asked(request: AuthenticatedRequest) -> ConsultationRequest | None:
    """Return the consultation request named in the query string, or None. Raises Http404 for an unknown one."""
    text = request.GET.get("request", "")
    if not text:
        return None
    try:
        return get_request_or_404(request.user, uuid.UUID(text))
    except ValueError:
        raise Http404 from None


def _new_page(
    request: AuthenticatedRequest,
    form: PatientForm,
    asked: ConsultationRequest | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"section": "patients", "form": form, "asked": asked} | more
    return render(request, "patients/records/patient_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.REGISTER_PATIENTS)
def patient_edit(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Edit a record. If someone else has changed it, show the differences and keep the submitted values."""
    known = get_patient_or_404(request.user, patient_id)
    team = list_clinicians(known.clinic, or_did=known.clinician)
    context: dict[str, Any] = {"section": "patients", "patient": known}
    if request.method != "POST":
        form = PatientForm(initial=PatientForm.start_from_record(known), clinic=known.clinic, clinicians=team)
        return render(request, "patients/records/patient_form.html", context | {"form": form})
    form = PatientForm(request.POST, clinic=known.clinic, clinicians=team)
    context["form"] = form
    if not form.is_valid():
        return render(request, "patients/records/patient_form.html", context)
    try:
        update_patient(
            patient=known,
            details=form.details,
            edit_number=form.cleaned_data["edit_number"] or 0,
            by=request.user,
        )
    except StaleRecordError as stale:
        context |= {"stale": stale, "on_record": form.list_conflicts(stale.patient)}
        form.accept_current_version(stale.patient)
        return render(request, "patients/records/patient_form.html", context, status=409)
    except NotPossibleError as reason:
        form.add_error("date_of_birth", str(reason))
        return render(request, "patients/records/patient_form.html", context)
    messages.success(request, _("Saved."))
    return redirect("staff:patient", known.pk)
