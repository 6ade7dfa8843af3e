"""The view of the team's notes about one patient."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.pagination import parse_uuid
from clinic.permissions import (
    AuthenticatedRequest,
    check_staff_permission,
    has_staff_permission,
    staff_permission_required,
)
from clinic.roles import Action
from patients.lookups import get_patient_or_404
from patients.messages.forms import NoteForm
from patients.models import Patient
from patients.records.selectors.notes import list_notes
from patients.records.services.notes import create_note


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.VIEW_HEALTH_DATA)
def notes(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """List the notes about a patient, with a form to add one."""
    patient = get_patient_or_404(request.user, patient_id)
    if request.method != "POST":
        return _page(request, patient, NoteForm())
    check_staff_permission(request.user, Action.WRITE_NOTES)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, patient, form)
    create_note(
        patient=patient, text=form.cleaned_data["text"], key=form.cleaned_data["key"], by=request.user
    )
    messages.success(request, _("Note saved."))
    if request.POST.get("back") == "patient":
        return redirect(reverse("staff:patient", args=[patient.pk]) + "#notes")
    return redirect("staff:patient_notes", patient.pk)


def _page(request: AuthenticatedRequest, patient: Patient, form: NoteForm) -> HttpResponse:
    context = {
        "section": "patients",
        "patient": patient,
        "notes": list_notes(patient, before=parse_uuid(request.GET.get("before", ""))),
        "form": form,
        "may_write": has_staff_permission(request.user, Action.WRITE_NOTES),
    }
    return render(request, "patients/records/notes.html", context)
