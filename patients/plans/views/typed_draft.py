"""The POST request that every button of the plan builder's form makes, and the decorators of its views.

The form holds the whole draft, so a button saves what was typed together with its own edit. The builder's script
sends the same form in the background and asks for the parts of the page that change (`X-Part`); the saved draft is
the same either way.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import cached_property, partial, wraps
from typing import Any, overload

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from exercises.models import Exercise
from patients.exceptions import NotPossibleError
from patients.lookups import get_plan_or_404
from patients.models import Plan, PlanVersion
from patients.plans.content import PlanContent
from patients.plans.forms.draft import DraftForm
from patients.plans.lines import Key, format_key
from patients.plans.selectors.draft_page import PlanDraftPage, get_plan_draft_page
from patients.plans.services.drafts import DraftGoneError, StaleDraftError, save_as_next_version, save_draft

from .draft_responses import NO_DRAFT_YET, draft_page, gone_page, respond, stale_page

View = Callable[..., HttpResponse]


class InvalidDraftError(Exception):
    """The typed draft cannot be saved. The errors are beside the fields of the form."""


class TypedDraft:
    """The draft as it was sent. `read` returns it, `store` saves it, `answer` makes the response."""

    def __init__(self, request: AuthenticatedRequest, plan: Plan) -> None:
        self.request = request
        self.plan = plan
        #: Context of the page, besides the form, if the button is refused.
        self.refused_with: dict[str, Any] = {}
        self._wanted: PlanContent | None = None

    @property
    def data(self) -> QueryDict:
        return self.request.POST

    @cached_property
    def board(self) -> PlanDraftPage:
        """The page: the draft as it is stored, and the library with the form's filters."""
        return get_plan_draft_page(self.request.user, self.plan, self.data)

    @cached_property
    def form(self) -> DraftForm:
        return DraftForm.from_post(self.data, self.board.exercises)

    @property
    def wanted(self) -> PlanContent:
        """The content that was last to be saved."""
        return self.form.content if self._wanted is None else self._wanted

    def read(self) -> PlanContent:
        """Return the typed content. Raises InvalidDraftError if it cannot be saved."""
        if not self.form.is_valid():
            raise InvalidDraftError
        return self.form.content

    def store(self, content: PlanContent) -> PlanVersion:
        """Save `content` under the edit number that the page was made with.

        Raises the errors of `save_draft`, or of `save_as_next_version` if the form is for the next version.
        """
        self._wanted = content
        number, user = self.form.edit_number, self.request.user
        if number == NO_DRAFT_YET and self.board.version is None:
            return save_as_next_version(plan=self.plan, content=content, by=user)
        return save_draft(plan=self.plan, content=content, edit_number=number, by=user)

    def name_of(self, key: Key) -> str:
        """Return the translated name of a line's exercise, "" if it is not known."""
        exercise = self.board.exercises.get(key[0])
        return _(exercise.name) if exercise else ""

    def support_for(self, exercise: Exercise) -> str:
        """Return the support that an exercise starts with on this patient's plan."""
        return self.board.safety.patient.support_for(exercise)

    def answer(
        self, message: str = "", *, at: Key | str = "", leads_to: str = "staff:plan_draft"
    ) -> HttpResponse:
        """Return a redirect to a page of the plan, by default to the draft with the library's filters.

        `message` is shown there. `at` is the place on the draft's page to go to: a line's key or an element's id. If
        the script asks for the parts of the page, they are returned instead, with the message.
        """
        address = reverse(leads_to, args=[self.plan.pk])
        if leads_to == "staff:plan_draft":
            place = at if isinstance(at, str) else f"x-{format_key(at)}"
            fragment = f"#{place}" if place else ""
            address = f"{address}{self.board.library.filters.query_string()}{fragment}"
        return respond(self.request, self.plan, message, HttpResponseRedirect(address))


def answer_draft(
    request: AuthenticatedRequest,
    plan: Plan,
    view: Callable[[TypedDraft], HttpResponse],
    *,
    is_quiet: bool = False,
) -> HttpResponse:
    """Return the response of `view` for the draft that was sent, or the page with the form if it could not be saved.

    Nothing typed is lost: the form holds it, whatever the error. With `is_quiet`, errors are shown beside the fields
    only.
    """
    draft = TypedDraft(request, plan)
    try:
        return view(draft)
    except InvalidDraftError:
        return draft_page(request, draft.board, draft.form, is_quiet=is_quiet)
    except StaleDraftError as stale:
        return stale_page(request, draft.board, draft.form, draft.wanted, stale)
    except DraftGoneError:
        return gone_page(request, draft.board, draft.form, draft.wanted)
    except NotPossibleError as reason:
        draft.form.schedule.add_error(None, str(reason))
        return draft_page(request, draft.board, draft.form, status=409, **draft.refused_with)


def plan_action(view: View) -> View:
    """View decorator for a button about a plan: the view gets the plan, or the response is 404.

    A GET redirects to the draft's page: signing in again after pressing a button leads to its URL with a GET.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    @staff_permission_required(Action.ASSIGN_PLANS)
    @wraps(view)
    def checked(request: AuthenticatedRequest, plan_id: uuid.UUID, **arguments: Any) -> HttpResponse:
        plan = get_plan_or_404(request.user, plan_id)
        if request.method != "POST":
            return redirect("staff:plan_draft", plan.pk)
        return view(request, plan, **arguments)

    return checked


@overload
def draft_action(view: View) -> View: ...
@overload
def draft_action(*, is_quiet: bool) -> Callable[[View], View]: ...
def draft_action(view: View | None = None, *, is_quiet: bool = False) -> View | Callable[[View], View]:
    """View decorator for a button of the builder's form: the view gets a `TypedDraft` instead of a request.

    `is_quiet` as in `answer_draft`.
    """
    if view is None:
        return partial(draft_action, is_quiet=is_quiet)

    @plan_action
    @wraps(view)
    def checked(request: AuthenticatedRequest, plan: Plan, **arguments: Any) -> HttpResponse:
        return answer_draft(request, plan, partial(view, **arguments), is_quiet=is_quiet)

    return checked
