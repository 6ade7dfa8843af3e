"""Preview and publish a plan, pause, resume and finish it, and show its published versions."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from patients.exceptions import NotPossibleError
from patients.lookups import get_plan_or_404, get_published_version_or_404
from patients.plans.diff import MAX_NOTE_LENGTH
from patients.plans.forms.move import MoveForm
from patients.plans.policies import check_move
from patients.plans.selectors.draft_page import get_draft_preview, get_version_page
from patients.plans.services.drafts import DraftGoneError, StaleDraftError, publish_plan
from patients.plans.services.plans import move_plan
from patients.plans.states import MOVES, Move
from patients.screening.publishing_checks import MAX_REASON_LENGTH, ScreeningNeededError


@require_safe
@staff_permission_required(Action.ASSIGN_PLANS)
def plan_preview(request: AuthenticatedRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Show the draft as the patient will see it."""
    plan = get_plan_or_404(request.user, plan_id)
    preview = get_draft_preview(plan)
    if preview is None:
        return _no_draft(request, plan)
    return render(
        request, "patients/plans/preview.html", {"section": "patients", "plan": plan, "preview": preview}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.ASSIGN_PLANS)
def plan_publish(request: AuthenticatedRequest, plan_id: uuid.UUID) -> HttpResponse:
    """GET shows the draft and asks for the change note; POST publishes."""
    plan = get_plan_or_404(request.user, plan_id)
    if request.method == "POST":
        return _publish(request, plan)
    preview = get_draft_preview(plan)
    if preview is None:
        return _no_draft(request, plan)
    return _publish_page(request, preview, change_note=preview.draft_change_note)


def _publish(request: AuthenticatedRequest, plan: Any) -> HttpResponse:
    typed = request.POST.get("change_note", "")[:MAX_NOTE_LENGTH]
    reason_typed = request.POST.get("screening_reason", "")[:MAX_REASON_LENGTH]
    try:
        publish_plan(
            plan=plan,
            number=_number(request.POST.get("number", "")),
            edit_number=_number(request.POST.get("edit_number", "")),
            change_note=typed,
            screening_reason=reason_typed,
            by=request.user,
        )
    except DraftGoneError:
        return _no_draft(request, plan)
    except (StaleDraftError, NotPossibleError) as reason:
        preview = get_draft_preview(plan)
        if preview is None:
            return _no_draft(request, plan)
        stale = reason if isinstance(reason, StaleDraftError) else None
        needs_screening = isinstance(reason, ScreeningNeededError)
        return _publish_page(
            request,
            preview,
            change_note=typed,
            stale=stale,
            refusal="" if stale or needs_screening else str(reason),
            screening_error=str(reason) if needs_screening else "",
            screening_reason=reason_typed,
            status=409,
        )
    messages.success(request, _("Published. The patient sees it now."))
    return redirect("staff:patient", plan.patient_id)


def _publish_page(
    request: AuthenticatedRequest, preview: Any, *, change_note: str, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        "section": "patients",
        "plan": preview.plan,
        "preview": preview,
        "change_note": change_note,
        "longest_note": MAX_NOTE_LENGTH,
        "longest_reason": MAX_REASON_LENGTH,
    }
    return render(request, "patients/plans/publish.html", context | more, status=status)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 8 else 0


def _no_draft(request: AuthenticatedRequest, plan: Any) -> HttpResponse:
    messages.info(request, _("There is no draft of this plan now. It was published or discarded."))
    return redirect("staff:patient", plan.patient_id)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.ASSIGN_PLANS)
def plan_move(request: AuthenticatedRequest, plan_id: uuid.UUID, move: str) -> HttpResponse:
    """Pause, resume or finish: explain the consequence for the patient, and ask for a reason if the move needs one."""
    plan = get_plan_or_404(request.user, plan_id)
    if move not in MOVES or move == Move.PUBLISH:
        raise Http404
    row = MOVES[Move(move)]
    form = MoveForm(request.POST if request.method == "POST" else None)
    context = {"section": "patients", "plan": plan, "row": row, "form": form}
    if request.method != "POST":
        try:
            check_move(plan, row.move, reason="asked for next")
        except NotPossibleError as reason:
            messages.info(request, str(reason))
            return redirect("staff:patient", plan.patient_id)
        return render(request, "patients/plans/move.html", context)
    if not form.is_valid():
        return render(request, "patients/plans/move.html", context)
    try:
        move_plan(plan=plan, move=row.move, by=request.user, reason=form.cleaned_data["reason"])
    except NotPossibleError as reason:
        form.add_error("reason", str(reason))
        return render(request, "patients/plans/move.html", context, status=409)
    messages.success(request, _("Done. The plan is %(state)s.") % {"state": str(row.to_state.label).lower()})
    return redirect("staff:patient", plan.patient_id)


@require_safe
@staff_permission_required(Action.VIEW_HEALTH_DATA)
def plan_version(request: AuthenticatedRequest, plan_id: uuid.UUID, number: int) -> HttpResponse:
    """Show a published version as it was prescribed, and its differences from the one before or from another one."""
    beside = request.GET.get("with", "")
    version = get_published_version_or_404(request.user, plan_id, number)
    page = get_version_page(version, beside=_number(beside) if beside else None)
    if page is None:
        raise Http404
    context = {"section": "patients", "page": page, "patient": version.plan.patient}
    return render(request, "patients/plans/version.html", context)
