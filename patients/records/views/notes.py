"""Notes of the team about one patient."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.pagination import read_key
from clinic.permissions import SignedInRequest, check_may, may_do, staff_may
from clinic.roles import Action
from patients.lookups import patient_for
from patients.messages.forms import NoteForm
from patients.models import Patient
from patients.records.selectors.notes import notes_of
from patients.records.services.notes import write_note


@require_http_methods(["GET", "HEAD", "POST"])
@staff_may(Action.SEE_HEALTH)
def notes(request: SignedInRequest, patient_id: uuid.UUID) -> HttpResponse:
    """All notes, and the box to add one."""
    patient = patient_for(request.user, patient_id)
    if request.method != "POST":
        return _page(request, patient, NoteForm())
    check_may(request.user, Action.WRITE_NOTES)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _page(request, patient, form)
    write_note(patient=patient, text=form.cleaned_data["text"], key=form.cleaned_data["key"], by=request.user)
    messages.success(request, _("Note saved."))
    if request.POST.get("back") == "patient":
        return redirect(reverse("patient", args=[patient.pk]) + "#notes")
    return redirect("patient_notes", patient.pk)


def _page(request: SignedInRequest, patient: Patient, form: NoteForm) -> HttpResponse:
    context = {
        "section": "patients",
        "patient": patient,
        "notes": notes_of(patient, before=read_key(request.GET.get("before", ""))),
        "form": form,
        "may_write": may_do(request.user, Action.WRITE_NOTES),
    }
    return render(request, "patients/records/notes.html", context)
