"""The page to set and clear a patient's flags and to see their history, reached from the patient and from a draft."""

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
from patients.lookups import get_plan_or_404
from patients.models import Patient, Plan
from patients.plans.selectors.exercise_precautions import get_effects_on_plan
from patients.records.selectors.patients import get_patient_with_safety_or_404
from patients.safety.forms import FlagsForm
from patients.safety.selectors.flags_page import FlagsPage, get_flags_page
from patients.safety.selectors.plan_safety import PatientSafety
from patients.safety.selectors.safety_record import SafetyRecord, differences, merge
from patients.safety.services.flags import StaleSafetyError, save_safety_record
from patients.screening.selectors import get_screening_state


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.ASSIGN_PLANS)
def patient_flags(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Show and save a patient's flags, then redirect to the patient."""
    patient, safety = get_patient_with_safety_or_404(request.user, patient_id)
    return _flags(request, patient, safety)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.ASSIGN_PLANS)
def plan_flags(request: AuthenticatedRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Show and save the flags of a plan's patient, then redirect to the draft."""
    plan = get_plan_or_404(request.user, plan_id)
    return _flags(request, plan.patient, None, plan)


def _flags(
    request: AuthenticatedRequest,
    patient: Patient,
    safety: PatientSafety | None,
    plan: Plan | None = None,
) -> HttpResponse:
    page = get_flags_page(patient, safety)
    on_record = SafetyRecord.of(page.safety)
    if request.method != "POST":
        form = FlagsForm.showing(on_record, seen=on_record, safety=page.safety, equipment=page.equipment)
        return _page(request, page, form, plan)
    form = FlagsForm(request.POST, safety=page.safety, equipment=page.equipment)
    if not form.is_valid():
        return _page(request, page, form, plan)
    seen = form.cleaned_data["seen"]
    try:
        save_safety_record(patient=patient, wanted=form.wanted, seen=seen, by=request.user)
    except StaleSafetyError as stale:
        both = merge(base=seen, mine=form.wanted, theirs=stale.record)
        names = {thing.slug: _(thing.name) for thing in page.equipment}
        return _page(
            request,
            page,
            FlagsForm.showing(
                both, seen=stale.record, safety=PatientSafety.of(patient), equipment=page.equipment
            ),
            plan,
            status=409,
            their_changes=differences(seen, stale.record, names),
        )
    messages.success(request, _("Saved."))
    _warn_about_plan(request, patient)
    return redirect("staff:plan_draft", plan.pk) if plan else redirect("staff:patient", patient.pk)


def _warn_about_plan(request: AuthenticatedRequest, patient: Patient) -> None:
    effects = get_effects_on_plan(patient)
    texts = (
        (
            effects.left_out,
            _("The patient’s plan leaves these out from now on, until you change it: %(names)s."),
        ),
        (
            effects.more_support,
            _("The patient reads to hold on more than the plan says, until you change it: %(names)s."),
        ),
    )
    for names, text in texts:
        if names:
            messages.warning(request, text % {"names": ", ".join(names)})


def _page(
    request: AuthenticatedRequest,
    page: FlagsPage,
    form: FlagsForm,
    plan: Plan | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"section": "patients", "page": page, "patient": page.patient, "form": form, "plan": plan}
    context["screening"] = get_screening_state(page.patient)
    return render(request, "patients/safety/flags.html", context | more, status=status)
