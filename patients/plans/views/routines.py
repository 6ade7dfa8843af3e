"""Save a plan as a routine."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from patients.exceptions import NotPossibleError
from patients.lookups import get_plan_or_404
from patients.models import Plan
from patients.plans.forms.routines import PlanAsRoutineForm
from patients.plans.services.routines import save_as_routine
from patients.plans.sources import list_routine_exercises


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.ASSIGN_PLANS)
def plan_as_routine(request: AuthenticatedRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Save the plan's exercises and doses as a routine.

    It is the user's own routine; users who may manage the clinic's routines can save it for the clinic.
    """
    plan = get_plan_or_404(request.user, plan_id)
    if request.method == "POST":
        form = PlanAsRoutineForm(request.POST, user=request.user)
        if form.is_valid() and (saved := _saved(request, plan, form)) is not None:
            return saved
    else:
        form = PlanAsRoutineForm(initial={"key": uuid.uuid4()}, user=request.user)
    context = {"section": "patients", "plan": plan, "form": form, "kept": list_routine_exercises(plan)}
    return render(request, "patients/plans/as_routine.html", context)


def _saved(request: AuthenticatedRequest, plan: Plan, form: PlanAsRoutineForm) -> HttpResponse | None:
    typed = form.cleaned_data
    try:
        routine = save_as_routine(
            plan=plan,
            name=typed["name"],
            summary=typed["summary"],
            for_whom=typed["for_whom"],
            for_me=form.is_only_mine,
            by=request.user,
            form_key=typed["key"],
        )
    except NotPossibleError as reason:
        form.add_error(None, str(reason))
        return None
    messages.success(request, _("Saved. Plans can start from “%(name)s”.") % {"name": routine.name})
    has_draft = plan.versions.drafts().exists()
    return redirect("staff:plan_draft", plan.pk) if has_draft else redirect("staff:patient", plan.patient_id)
