"""The plan builder. One form holds the whole draft: every button saves what was typed before it does its own thing.

The builder's script sends the same form in the background and asks for the parts of the page that change (`X-Part`).
What a button does, and what is saved, is the same either way.
"""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from exercises.library.services.favourites import toggle_favourite
from patients.exceptions import NotPossibleError
from patients.lookups import get_exercise_or_404, get_plan_or_404
from patients.models import Plan
from patients.plans.forms.draft import DraftForm
from patients.plans.selectors.draft_page import get_plan_draft_page
from patients.plans.services.drafts import (
    DraftGoneError,
    StaleDraftError,
    create_next_version,
    discard_draft,
    save_draft,
    undo_last_step,
)
from patients.plans.views.draft_answers import answer
from patients.plans.views.draft_buttons import Button
from patients.plans.views.draft_responses import (
    NO_DRAFT_YET,
    draft_page,
    gone_page,
    saved_parts,
    stale_page,
    stored_page,
    wants_parts,
)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.ASSIGN_PLANS)
def plan_draft(request: AuthenticatedRequest, plan_id: uuid.UUID) -> HttpResponse:
    """GET shows the draft. POST does what the pressed button says (`do`), "save" when none was."""
    plan = get_plan_or_404(request.user, plan_id)
    if request.method != "POST":
        board = get_plan_draft_page(request.user, plan, request.GET)
        if board.version is None:
            messages.info(request, _("There is no draft of this plan now. It was published or discarded."))
            return redirect("patient", plan.patient_id)
        return stored_page(request, board)
    do, _colon, target = request.POST.get("command", "save").partition(":")
    if do == "start":
        return _start(request, plan)
    if do == "discard":
        return _discard(request, plan)
    if do == "undo":
        return _undo(request, plan)
    if do == "favourite":
        _keep_at_hand(request, target)
    return _edit(request, plan, Button(do, target, request.POST))


@require_POST
@staff_permission_required(Action.ASSIGN_PLANS)
def plan_add(request: AuthenticatedRequest, plan_id: uuid.UUID, exercise_id: uuid.UUID) -> HttpResponse:
    """Add one exercise at the catalogue's dose; what was typed is saved with it."""
    plan = get_plan_or_404(request.user, plan_id)
    exercise = get_exercise_or_404(request.user, exercise_id)
    return _edit(request, plan, Button("add", str(exercise.pk), request.POST))


def _edit(request: AuthenticatedRequest, plan: Plan, button: Button) -> HttpResponse:
    """Save what was typed together with what the button does. Nothing typed is ever lost: it stays in the form."""
    board = get_plan_draft_page(request.user, plan, request.POST)
    form = DraftForm.from_post(request.POST, board.exercises)
    if not form.is_valid():
        return draft_page(request, board, form, is_quiet=button.is_quiet)
    typed = form.content
    number = form.edit_number
    try:
        typed = button.applied_to(form.content, board)
        if number == NO_DRAFT_YET and board.version is None:
            number = create_next_version(plan=plan, by=request.user).edit_number
        version = save_draft(plan=plan, content=typed, edit_number=number, by=request.user)
    except StaleDraftError as stale:
        return stale_page(request, board, form, typed, stale)
    except DraftGoneError:
        return gone_page(request, board, form, typed)
    except NotPossibleError as reason:
        form.schedule.add_error(None, str(reason))
        return draft_page(request, board, form, status=409, bulk=button.bulk_form)
    told = [
        button.told(board, form.content, typed),
        answer(version, button.do, button.target, button.data, by=request.user),
    ]
    return _done(request, plan, " ".join(filter(None, told)), button.leads_to(plan, board))


def _done(request: AuthenticatedRequest, plan: Plan, told: str, onwards: HttpResponse) -> HttpResponse:
    """Tell what was done: on the parts of the page that the script asks for, or on the page that comes next."""
    if wants_parts(request):
        return saved_parts(request, plan, told)
    if told:
        messages.success(request, told)
    return onwards


def _keep_at_hand(request: AuthenticatedRequest, target: str) -> None:
    """A star beside an exercise: among one's favourites, or no longer."""
    try:
        exercise = get_exercise_or_404(request.user, uuid.UUID(target))
    except ValueError:
        raise Http404 from None
    toggle_favourite(exercise=exercise, by=request.user)


# --- Start, discard, undo --------------------------------------------------------------------------------------------


def _start(request: AuthenticatedRequest, plan: Plan) -> HttpResponse:
    try:
        create_next_version(plan=plan, by=request.user)
    except NotPossibleError as reason:
        messages.warning(request, str(reason))
        return redirect("patient", plan.patient_id)
    return redirect("plan_draft", plan.pk)


def _discard(request: AuthenticatedRequest, plan: Plan) -> HttpResponse:
    number = request.POST.get("edit_number", "")
    try:
        discard_draft(plan=plan, edit_number=int(number) if number.isdecimal() else 0, by=request.user)
    except StaleDraftError as stale:
        messages.warning(
            request,
            _("%(who)s changed the draft meanwhile, so it was not discarded. Look at it first.")
            % {"who": stale.version.edited_by.name if stale.version.edited_by else ""},
        )
        return redirect("plan_draft", plan.pk)
    except DraftGoneError:
        return redirect("patient", plan.patient_id)
    messages.success(request, _("The draft is discarded."))
    return redirect("patient", plan.patient_id)


def _undo(request: AuthenticatedRequest, plan: Plan) -> HttpResponse:
    """Back to before the last edit, as long as nobody else has edited since; again, and one step further back."""
    number = request.POST.get("edit_number", "")
    try:
        step = undo_last_step(
            plan=plan, edit_number=int(number) if number.isdecimal() else 0, by=request.user
        )
        told = _("Undone: %(what)s.") % {"what": step.what} if step else _("There is nothing to undo.")
    except StaleDraftError:
        told = _("Someone changed the draft meanwhile, so nothing was undone.")
    except DraftGoneError:
        return redirect("patient", plan.patient_id)
    except NotPossibleError as reason:
        told = str(reason)
    return _done(request, plan, told, redirect("plan_draft", plan.pk))
