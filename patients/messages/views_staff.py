"""The staff page of a patient's messages."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.pagination import parse_uuid
from clinic.permissions import (
    AuthenticatedRequest,
    check_staff_permission,
    has_staff_permission,
    staff_permission_required,
)
from clinic.roles import Action
from patients.lookups import found_or_404, get_patient_or_404
from patients.messages.forms import MessageForm, ReadForm
from patients.messages.photos import photo_response
from patients.messages.selectors import find_message_photo, get_thread
from patients.messages.services import StaleThreadError, mark_read_by_team, send_to_patient
from patients.models import Patient


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.VIEW_HEALTH_DATA)
def thread(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Show the thread and the form to answer. If the thread has a newer message, answer 409; the text typed stays."""
    patient = get_patient_or_404(request.user, patient_id)
    if request.method != "POST":
        return _page(request, patient, MessageForm())
    check_staff_permission(request.user, Action.WRITE_MESSAGES)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _page(request, patient, form)
    words = form.cleaned_data
    try:
        send_to_patient(
            patient=patient,
            text=words["text"],
            by=request.user,
            key=words["key"],
            newest=words["newest"],
            read=words["read"],
        )
    except StaleThreadError:
        return _page(request, patient, form, is_stale=True, status=409)
    messages.success(request, _("Sent to %(name)s.") % {"name": patient.full_name})
    return _back(request, patient)


@require_safe
@staff_permission_required(Action.VIEW_HEALTH_DATA)
def photo(request: AuthenticatedRequest, patient_id: uuid.UUID, message_photo_id: uuid.UUID) -> HttpResponse:
    """Return a photo that the patient sent. Each look is recorded as a look at the patient's record."""
    patient = get_patient_or_404(request.user, patient_id)
    return photo_response(found_or_404(find_message_photo(patient, message_photo_id)))


@require_POST
@staff_permission_required(Action.WRITE_MESSAGES)
def read(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Mark as read the messages that the page showed, and no others."""
    patient = get_patient_or_404(request.user, patient_id)
    form = ReadForm(request.POST)
    if form.is_valid():
        mark_read_by_team(patient=patient, shown=form.cleaned_data["read"], by=request.user)
    return _back(request, patient)


def _back(request: AuthenticatedRequest, patient: Patient) -> HttpResponse:
    """Redirect to the panel on the patient detail page if the form was there, or else to the thread."""
    if request.POST.get("back") == "patient":
        return redirect(reverse("staff:patient", args=[patient.pk]) + "#messages")
    return redirect("staff:patient_messages", patient.pk)


def _page(
    request: AuthenticatedRequest,
    patient: Patient,
    form: MessageForm,
    *,
    is_stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "section": "patients",
        "patient": patient,
        "thread": get_thread(patient, before=parse_uuid(request.GET.get("before", ""))),
        "form": form,
        "is_stale": is_stale,
        "may_write": has_staff_permission(request.user, Action.WRITE_MESSAGES),
    }
    return render(request, "patients/messages/thread_staff.html", context, status=status)
