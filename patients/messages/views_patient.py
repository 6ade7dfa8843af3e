"""The patient's messages page."""

from __future__ import annotations

import datetime
import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.clinics.opening_hours import get_opening_status
from clinic.pagination import parse_uuid
from clinic.permissions import AuthenticatedRequest
from patients.decorators import patient_only
from patients.lookups import found_or_404
from patients.messages.forms import MyMessageForm, ReadForm
from patients.messages.photos import photo_response
from patients.messages.selectors import find_message_photo, get_my_messages
from patients.messages.services import (
    TooManyMessagesError,
    delete_photo,
    mark_read_by_patient,
    send_to_clinic,
)
from patients.models import Patient


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Show the thread and the form to write. The text typed stays in the form until it is sent."""
    if request.method != "POST":
        return _page(request, patient, now, MyMessageForm())
    form = MyMessageForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, patient, now, form)
    words = form.cleaned_data
    try:
        send_to_clinic(
            patient=patient,
            text=words["text"],
            by=request.user,
            key=words["key"],
            read=words["read"],
            now=now,
            photo=words["photo"],
        )
    except TooManyMessagesError:
        return _page(request, patient, now, form, too_many=True, status=429)
    opens = get_opening_status(patient.clinic, now).opens
    messages.success(
        request,
        _("Your message is sent. Your clinic opens %(when)s.") % {"when": opens}
        if opens
        else _("Your message is sent."),
    )
    return redirect("my:messages")


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Mark messages as read: the button "OK, I have read this" under new messages. A GET changes nothing."""
    form = ReadForm(request.POST if request.method == "POST" else {})
    if form.is_valid():
        mark_read_by_patient(patient=patient, shown=form.cleaned_data["read"], by=request.user, now=now)
    return redirect("my:messages")


@patient_only
@require_safe
def photo(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, message_photo_id: uuid.UUID
) -> HttpResponse:
    """Return a photo that the patient sent."""
    return photo_response(found_or_404(find_message_photo(patient, message_photo_id)))


@patient_only
@require_http_methods(["GET", "HEAD", "POST"])
def photo_delete(
    request: AuthenticatedRequest, patient: Patient, now: datetime.datetime, message_photo_id: uuid.UUID
) -> HttpResponse:
    """Ask, and delete the photo. The message stays."""
    shown = found_or_404(find_message_photo(patient, message_photo_id))
    if request.method != "POST":
        context = {"patient": patient, "section": "messages", "photo": shown}
        return render(request, "patients/messages/photo_delete.html", context)
    delete_photo(patient=patient, photo=shown, by=request.user, now=now)
    messages.success(request, _("The photo is deleted."))
    return redirect("my:messages")


def _page(
    request: AuthenticatedRequest,
    patient: Patient,
    now: datetime.datetime,
    form: MyMessageForm,
    *,
    too_many: bool = False,
    status: int = 200,
) -> HttpResponse:
    page = get_my_messages(patient, now, before=parse_uuid(request.GET.get("before", "")))
    context = {"patient": patient, "section": "messages", "page": page, "form": form, "too_many": too_many}
    return render(request, "patients/messages/thread_patient.html", context, status=status)
