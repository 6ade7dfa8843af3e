"""Responses of the plan builder: the whole page, or the parts of it that its script asks for in the background."""

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
#: The edit number of a form that creates the next version when it is saved.
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
    """Return True if the script asks for parts of the page, in place of a redirect."""
    return request.headers.get(PART) == "draft"


def stored_page(request: AuthenticatedRequest, page: PlanDraftPage, *, message: str = "") -> HttpResponse:
    """Return the draft as it is stored. Raises ValueError for a page without a draft."""
    version, content = page.version, page.content
    if version is None or content is None:
        raise ValueError("There is no draft to show.")
    form = DraftForm.from_content(
        content, seen=content, edit_number=version.edit_number, exercises=page.exercises
    )
    return draft_page(request, page, form, told=message)


def respond(request: AuthenticatedRequest, plan: Plan, message: str, onwards: HttpResponse) -> HttpResponse:
    """Return `onwards` and show `message` on the page it leads to.

    If the script asks for the parts of the page, return those with the message instead.
    """
    if wants_parts(request):
        return saved_parts(request, plan, message)
    if message:
        messages.success(request, message)
    return onwards


def saved_parts(request: AuthenticatedRequest, plan: Plan, message: str) -> HttpResponse:
    """Return the parts of the page after a save: the draft as it is stored now, and a message.

    The message is followed by the number of exercises and the minutes of a session. If there is no draft any more,
    redirect to the patient.
    """
    page = get_plan_draft_page(request.user, plan, {})
    if page.version is None or page.content is None:
        return redirect("staff:patient", plan.patient_id)
    sums = page.totals
    if message and sums:
        message = _("%(told)s %(exercises)s, %(minutes)s a session.") % {
            "told": message,
            "exercises": ngettext("%(n)s exercise", "%(n)s exercises", sums.exercises)
            % {"n": sums.exercises},
            "minutes": ngettext("%(n)s minute", "%(n)s minutes", sums.minutes) % {"n": sums.minutes},
        }
    return stored_page(request, page, message=message)


def stale_page(
    request: AuthenticatedRequest,
    page: PlanDraftPage,
    form: DraftForm,
    typed: PlanContent,
    stale: StaleDraftError,
) -> HttpResponse:
    """Return the page after someone else saved first, with status 409.

    The form holds both edits merged; the page lists the other one's changes.
    """
    names = {pk: exercise.name for pk, exercise in page.exercises.items()}
    both = merge(base=form.seen, mine=typed, theirs=stale.content)
    theirs = changes(form.seen.named(names), stale.content.named(names))
    kept = DraftForm.from_content(
        both.named(names),
        seen=stale.content,
        edit_number=stale.version.edit_number,
        exercises=page.exercises,
    )
    more = {"state": "stale", "stale": stale, "their_changes": theirs}
    return draft_page(request, page, kept, status=409, **more)


def gone_page(
    request: AuthenticatedRequest, page: PlanDraftPage, form: DraftForm, typed: PlanContent
) -> HttpResponse:
    """Return the page after someone published or discarded the draft, with status 409.

    The form holds what was typed, to be saved as the next version.
    """
    kept = DraftForm.from_content(typed, seen=form.seen, edit_number=NO_DRAFT_YET, exercises=page.exercises)
    return draft_page(request, page, kept, status=409, state="gone", is_gone=True)


def draft_page(
    request: AuthenticatedRequest, page: PlanDraftPage, form: DraftForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Return the builder with this form. Values of `more` override the context made of the form and the page."""
    problem = form.first_problem
    context = {
        "section": "patients",
        "board": page,
        "plan": page.plan,
        "form": form,
        "bulk": BulkForm(prefix="bulk"),
        "totals": page.totals,
        "in_plan": {row.exercise.pk for row in form.rows},
        "picked": request.POST.getlist("pick"),
        "state": "invalid" if problem else "saved",
        "problem": problem,
    }
    return render(request, _TEMPLATES[request.headers.get(PART, "")], context | more, status=status)
