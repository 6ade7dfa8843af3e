"""The plan builder's answers: the whole page, or the parts of it that its script asks for in the background."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clinic.permissions import AuthenticatedRequest
from patients.models import Plan
from patients.plans.content import PlanContent
from patients.plans.diff import changes
from patients.plans.forms.bulk import BulkForm
from patients.plans.forms.draft import DraftForm
from patients.plans.merge import merge
from patients.plans.selectors.draft_page import PlanDraftPage, get_plan_draft_page
from patients.plans.services.drafts import StaleDraftError

#: Header with which the builder's script asks for parts of the page.
PART = "X-Part"
#: The edit number of a form that makes the next version when it is saved.
NO_DRAFT_YET = 0
#: Part asked for → template.
_TEMPLATES = defaultdict(
    lambda: "patients/plans/draft.html",
    {
        "draft": "patients/plans/draft_parts.html",
        "library": "patients/plans/partials/draft_library_list.html",
    },
)


def wants_parts(request: AuthenticatedRequest) -> bool:
    """Whether the script asks, to whom a redirect would say nothing."""
    return request.headers.get(PART) == "draft"


def stored_page(request: AuthenticatedRequest, board: PlanDraftPage, *, told: str = "") -> HttpResponse:
    """The draft as it is stored. Raises ValueError for a board without a draft."""
    version, content = board.version, board.content
    if version is None or content is None:
        raise ValueError("There is no draft to show.")
    form = DraftForm.from_content(
        content, seen=content, edit_number=version.edit_number, exercises=board.exercises
    )
    return draft_page(request, board, form, told=told)


def respond(request: AuthenticatedRequest, plan: Plan, told: str, onwards: HttpResponse) -> HttpResponse:
    """Say what was done: on the parts of the page that the script asks for, or on the page that comes next."""
    if wants_parts(request):
        return saved_parts(request, plan, told)
    if told:
        messages.success(request, told)
    return onwards


def saved_parts(request: AuthenticatedRequest, plan: Plan, told: str) -> HttpResponse:
    """What the script shows after a save: the draft as it is stored now, and in words what was done and what it is."""
    board = get_plan_draft_page(request.user, plan, {})
    if board.version is None or board.content is None:
        return redirect("patient", plan.patient_id)
    sums = board.totals
    if told and sums:
        told = _("%(told)s %(exercises)s, %(minutes)s a session.") % {
            "told": told,
            "exercises": ngettext("%(n)s exercise", "%(n)s exercises", sums.exercises)
            % {"n": sums.exercises},
            "minutes": ngettext("%(n)s minute", "%(n)s minutes", sums.minutes) % {"n": sums.minutes},
        }
    return stored_page(request, board, told=told)


def stale_page(
    request: AuthenticatedRequest,
    board: PlanDraftPage,
    form: DraftForm,
    typed: PlanContent,
    stale: StaleDraftError,
) -> HttpResponse:
    """Someone else saved first: both edits joined in the form, and what the other one was, in words."""
    names = {pk: exercise.name for pk, exercise in board.exercises.items()}
    both = merge(base=form.seen, mine=typed, theirs=stale.content)
    theirs = changes(form.seen.named(names), stale.content.named(names))
    kept = DraftForm.from_content(
        both.named(names),
        seen=stale.content,
        edit_number=stale.version.edit_number,
        exercises=board.exercises,
    )
    more = {"state": "stale", "stale": stale, "their_changes": theirs}
    return draft_page(request, board, kept, status=409, **more)


def gone_page(
    request: AuthenticatedRequest, board: PlanDraftPage, form: DraftForm, typed: PlanContent
) -> HttpResponse:
    """Someone published or discarded the draft: what was typed can go into the next version."""
    kept = DraftForm.from_content(typed, seen=form.seen, edit_number=NO_DRAFT_YET, exercises=board.exercises)
    return draft_page(request, board, kept, status=409, state="gone", is_gone=True)


def draft_page(
    request: AuthenticatedRequest, board: PlanDraftPage, form: DraftForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The builder with this form; what `more` says comes before what the form and the board say."""
    problem = form.first_problem
    context = {
        "section": "patients",
        "board": board,
        "plan": board.plan,
        "form": form,
        "bulk": BulkForm(prefix="bulk"),
        "totals": board.totals,
        "in_plan": {row.exercise.pk for row in form.rows},
        "picked": request.POST.getlist("pick"),
        "state": "invalid" if problem else "saved",
        "problem": problem,
    }
    return render(request, _TEMPLATES[request.headers.get(PART, "")], context | more, status=status)
