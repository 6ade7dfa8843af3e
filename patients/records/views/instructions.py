"""View of a clinician's instructions for one patient."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from patients.lookups import get_patient_or_404
from patients.records.forms import InstructionsForm
from patients.records.selectors.instructions import list_past_instructions
from patients.records.services.instructions import save_instructions
from patients.records.services.patients import StaleRecordError


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.ASSIGN_PLANS)
def patient_instructions(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Show and save the instructions for one patient."""
    known = get_patient_or_404(request.user, patient_id)
    context: dict[str, Any] = {"section": "patients", "patient": known}
    status = 200
    if request.method != "POST":
        form = InstructionsForm(initial=InstructionsForm.start_from_record(known))
    else:
        form = InstructionsForm(request.POST)
        if form.is_valid():
            try:
                save_instructions(
                    patient=known,
                    instructions=form.instructions,
                    seen=form.cleaned_data["seen"],
                    by=request.user,
                )
            except StaleRecordError as stale:
                context["stale"] = stale
                form.accept_current_version(stale.patient)
                status = 409
            else:
                messages.success(request, _("Saved."))
                return redirect("staff:patient", known.pk)
    context |= {"form": form, "past": list_past_instructions(known)}
    return render(request, "patients/records/instructions.html", context, status=status)
