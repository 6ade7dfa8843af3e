"""Messages with one patient, as the team reads and answers them."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.pagination import read_key
from clinic.permissions import SignedInRequest, check_may, may_do, staff_may
from clinic.roles import Action
from patients.lookups import patient_for
from patients.messages.forms import MessageForm, ReadForm
from patients.messages.selectors import thread_of
from patients.messages.services import StaleThreadError, mark_read_by_team, write_to_patient
from patients.models import Patient


@require_http_methods(["GET", "HEAD", "POST"])
@staff_may(Action.SEE_HEALTH)
def thread(request: SignedInRequest, patient_id: uuid.UUID) -> HttpResponse:
    """What was written, and the box to answer. What was typed stays when the thread has gone on meanwhile."""
    patient = patient_for(request.user, patient_id)
    if request.method != "POST":
        return _page(request, patient, MessageForm())
    check_may(request.user, Action.WRITE_MESSAGES)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return _page(request, patient, form)
    words = form.cleaned_data
    try:
        write_to_patient(
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


@require_POST
@staff_may(Action.WRITE_MESSAGES)
def read(request: SignedInRequest, patient_id: uuid.UUID) -> HttpResponse:
    """ "Mark as read": the messages that the page showed, and no others."""
    patient = patient_for(request.user, patient_id)
    form = ReadForm(request.POST)
    if form.is_valid():
        mark_read_by_team(patient=patient, shown=form.cleaned_data["read"], by=request.user)
    return _back(request, patient)


def _back(request: SignedInRequest, patient: Patient) -> HttpResponse:
    """To the panel on the patient's page, if that is where one was."""
    if request.POST.get("back") == "patient":
        return redirect(reverse("patient", args=[patient.pk]) + "#messages")
    return redirect("patient_messages", patient.pk)


def _page(
    request: SignedInRequest,
    patient: Patient,
    form: MessageForm,
    *,
    is_stale: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "section": "patients",
        "patient": patient,
        "thread": thread_of(patient, before=read_key(request.GET.get("before", ""))),
        "form": form,
        "is_stale": is_stale,
        "may_write": may_do(request.user, Action.WRITE_MESSAGES),
    }
    return render(request, "patients/messages/thread_staff.html", context, status=status)
