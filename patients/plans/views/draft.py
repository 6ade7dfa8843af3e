"""The page of the plan builder, and its buttons about the draft as a whole."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from exercises.library.services.favourites import toggle_favourite
from patients.exceptions import NotPossibleError
from patients.lookups import get_exercise_or_404, get_plan_or_404
from patients.models import Plan
from patients.plans.selectors.draft_page import get_plan_draft_page
from patients.plans.services.drafts import (
    DraftGoneError,
    StaleDraftError,
    create_next_version,
    discard_draft,
    undo_last_step,
)

from .draft_responses import respond, stored_page
from .draft_safety import override_where_reasons_are_written
from .typed_draft import TypedDraft, answer_draft, draft_action, plan_action


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.ASSIGN_PLANS)
def plan_draft(request: AuthenticatedRequest, plan_id: uuid.UUID) -> HttpResponse:
    """GET shows the draft beside the filtered library; POST saves the draft."""
    plan = get_plan_or_404(request.user, plan_id)
    if request.method == "POST":
        return answer_draft(request, plan, _save)
    page = get_plan_draft_page(request.user, plan, request.GET)
    if page.version is None:
        messages.info(request, _("There is no draft of this plan now. It was published or discarded."))
        return redirect("staff:patient", plan.patient_id)
    return stored_page(request, page)


def _save(draft: TypedDraft) -> HttpResponse:
    version = draft.store(draft.read())
    overridden = override_where_reasons_are_written(draft, version)
    return draft.answer(" ".join(filter(None, [_("Saved."), overridden])))


@draft_action(is_quiet=True)
def plan_draft_autosave(draft: TypedDraft) -> HttpResponse:
    """Save the typed draft in the background, without a message."""
    draft.store(draft.read())
    return draft.answer()


@draft_action
def plan_draft_find(draft: TypedDraft) -> HttpResponse:
    """Save, and show the library with the form's filters."""
    draft.store(draft.read())
    return draft.answer(at="library")


@draft_action
def plan_draft_favourite(draft: TypedDraft, exercise_id: uuid.UUID) -> HttpResponse:
    """Add an exercise to the user's favourites, or remove it."""
    toggle_favourite(exercise=get_exercise_or_404(draft.request.user, exercise_id), by=draft.request.user)
    draft.store(draft.read())
    return draft.answer(at="library")


# --- Save and go on --------------------------------------------------------------------------------------------------


@draft_action
def plan_draft_continue_to_preview(draft: TypedDraft) -> HttpResponse:
    """Save, and go on to the preview."""
    draft.store(draft.read())
    return draft.answer(leads_to="staff:plan_preview")


@draft_action
def plan_draft_continue_to_publish(draft: TypedDraft) -> HttpResponse:
    """Save, and go on to the page that publishes the plan."""
    draft.store(draft.read())
    return draft.answer(leads_to="staff:plan_publish")


@draft_action
def plan_draft_continue_to_flags(draft: TypedDraft) -> HttpResponse:
    """Save, and go on to the patient's flags."""
    draft.store(draft.read())
    return draft.answer(leads_to="staff:plan_flags")


# --- Start, undo, discard --------------------------------------------------------------------------------------------


@plan_action
def plan_draft_start(request: AuthenticatedRequest, plan: Plan) -> HttpResponse:
    """Create the draft of the next version, or open the existing draft."""
    try:
        create_next_version(plan=plan, by=request.user)
    except NotPossibleError as reason:
        messages.warning(request, str(reason))
        return redirect("staff:patient", plan.patient_id)
    return redirect("staff:plan_draft", plan.pk)


@plan_action
def plan_draft_undo(request: AuthenticatedRequest, plan: Plan) -> HttpResponse:
    """Undo the last edit, unless someone else has edited since. Each further undo goes one step further back."""
    try:
        step = undo_last_step(plan=plan, edit_number=_edit_number(request), by=request.user)
        message = _("Undone: %(what)s.") % {"what": step.what} if step else _("There is nothing to undo.")
    except StaleDraftError:
        message = _("Someone changed the draft meanwhile, so nothing was undone.")
    except DraftGoneError:
        return redirect("staff:patient", plan.patient_id)
    except NotPossibleError as reason:
        message = str(reason)
    return respond(request, plan, message, redirect("staff:plan_draft", plan.pk))


@plan_action
def plan_draft_discard(request: AuthenticatedRequest, plan: Plan) -> HttpResponse:
    """Discard the draft, unless it was changed since the page was made."""
    try:
        discard_draft(plan=plan, edit_number=_edit_number(request), by=request.user)
    except StaleDraftError as stale:
        messages.warning(
            request,
            _("%(who)s changed the draft meanwhile, so it was not discarded. Look at it first.")
            % {"who": stale.version.edited_by.name if stale.version.edited_by else ""},
        )
        return redirect("staff:plan_draft", plan.pk)
    except DraftGoneError:
        return redirect("staff:patient", plan.patient_id)
    messages.success(request, _("The draft is discarded."))
    return redirect("staff:patient", plan.patient_id)


def _edit_number(request: AuthenticatedRequest) -> int:
    """Return the edit number that the page was made with, 0 if there is no valid one."""
    number = request.POST.get("edit_number", "")
    return int(number) if number.isdecimal() else 0
