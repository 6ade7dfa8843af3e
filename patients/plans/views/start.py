"""Start a plan: the page to choose a source on, and a view for each source."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from clinic.sealed_text import seal, unseal
from patients.exceptions import NotPossibleError
from patients.lookups import (
    get_earlier_version_or_404,
    get_patient_or_404,
    get_routine_or_404,
    get_version_to_copy_or_404,
)
from patients.models import Patient
from patients.plans.selectors.plan_start import get_start_page
from patients.plans.services.drafts import DraftGoneError
from patients.plans.services.plans import add_routine_to_draft, start_plan

View = Callable[..., HttpResponse]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.ASSIGN_PLANS)
def plan_start(request: AuthenticatedRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Show the sources of a new plan, or the routines to add if a draft is open already.

    A POST searches for another patient by name: it leads to an address in which the name is a token.
    """
    patient = get_patient_or_404(request.user, patient_id)
    if request.method == "POST":
        return redirect(
            f"{request.path}?{urlencode({'found': seal(request.POST.get('name', '')[:80])})}#others"
        )
    found = request.GET.get("found")
    page = get_start_page(request.user, patient, typed=None if found is None else unseal(found))
    context = {"section": "patients", "patient": patient, "page": page}
    return render(request, "patients/plans/start.html", context)


def start_action(view: View) -> View:
    """View decorator for a button of the page: the view gets the patient, or the response is 404.

    A refusal redirects to the patient with the reason. A GET redirects to the page: signing in again after pressing a
    button leads to its URL with a GET.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    @staff_permission_required(Action.ASSIGN_PLANS)
    @wraps(view)
    def checked(request: AuthenticatedRequest, patient_id: uuid.UUID, **arguments: Any) -> HttpResponse:
        patient = get_patient_or_404(request.user, patient_id)
        if request.method != "POST":
            return redirect("staff:plan_start", patient.pk)
        try:
            return view(request, patient, **arguments)
        except NotPossibleError as reason:
            messages.warning(request, str(reason))
            return redirect("staff:patient", patient.pk)

    return checked


@start_action
def plan_start_blank(request: AuthenticatedRequest, patient: Patient) -> HttpResponse:
    """Start a plan without exercises."""
    plan = start_plan(patient=patient, by=request.user)
    return redirect("staff:plan_draft", plan.pk)


@start_action
def plan_start_from_routine(
    request: AuthenticatedRequest, patient: Patient, routine_id: uuid.UUID
) -> HttpResponse:
    """Start a plan from a routine."""
    plan = start_plan(patient=patient, by=request.user, routine=get_routine_or_404(request.user, routine_id))
    return redirect("staff:plan_draft", plan.pk)


@start_action
def plan_start_from_version(
    request: AuthenticatedRequest, patient: Patient, version_id: uuid.UUID
) -> HttpResponse:
    """Start a plan from a published version of an earlier plan of this patient."""
    plan = start_plan(
        patient=patient, by=request.user, earlier=get_earlier_version_or_404(patient, version_id)
    )
    return redirect("staff:plan_draft", plan.pk)


@start_action
def plan_start_from_other_patient(
    request: AuthenticatedRequest, patient: Patient, version_id: uuid.UUID
) -> HttpResponse:
    """Start a plan from another patient's published version, without its personal data."""
    plan = start_plan(
        patient=patient, by=request.user, like=get_version_to_copy_or_404(request.user, version_id)
    )
    return redirect("staff:plan_draft", plan.pk)


@start_action
def plan_draft_add_routine(
    request: AuthenticatedRequest, patient: Patient, routine_id: uuid.UUID
) -> HttpResponse:
    """Add the exercises of a routine to the draft of the patient's open plan."""
    routine = get_routine_or_404(request.user, routine_id)
    plan = patient.plans.open().first()
    if plan is None:
        raise DraftGoneError(_("There is no draft to add to. Start a plan first."))
    add_routine_to_draft(plan=plan, routine=routine, by=request.user)
    messages.success(request, _("Added: %(name)s.") % {"name": _(routine.name)})
    return redirect("staff:plan_draft", plan.pk)
