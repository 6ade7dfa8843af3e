"""The plan builder. One form holds the whole draft: every button saves what was typed before it does its own thing."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic.access import SignedInRequest, staff_may
from clinic.roles import Action
from patients.actions.drafts import NoDraftError, StaleDraftError, discard_draft, next_version, save_draft
from patients.builder import DraftBoard, draft_board, totals
from patients.changes import changes
from patients.forms.staff_plans import DraftForm
from patients.models import Plan, PlanVersion
from patients.plan_content import Key, Line, PlanContent, read_key
from patients.plan_joining import joined
from patients.policies import MANY_EXERCISES, NotPossibleError
from patients.reach import exercise_for, plan_for

#: Where the last edit of this browser can be taken back to: {"plan", "edit_number", "content"}.
UNDO = "draft_undo"
#: The edit number of a form that makes the next version when it is saved.
NO_DRAFT_YET = 0


@require_http_methods(["GET", "HEAD", "POST"])
@staff_may(Action.ASSIGN_PLANS)
def plan_draft(request: SignedInRequest, plan_id: uuid.UUID) -> HttpResponse:
    """GET shows the draft. POST does what the pressed button says (`do`), "save" when none was."""
    plan = plan_for(request.user, plan_id)
    if request.method != "POST":
        board = draft_board(request.user, plan, request.GET)
        if board.version is None or board.content is None:
            messages.info(request, _("There is no draft of this plan now. It was published or discarded."))
            return redirect("patient", plan.patient_id)
        return _page(request, board, _stored(board, board.version, board.content))
    do, _colon, target = request.POST.get("do", "save").partition(":")
    if do == "start":
        return _start(request, plan)
    if do == "discard":
        return _discard(request, plan)
    if do == "undo":
        return _undo(request, plan)
    return _edit(request, plan, _Button(do, target))


@require_POST
@staff_may(Action.ASSIGN_PLANS)
def plan_add(request: SignedInRequest, plan_id: uuid.UUID, exercise_id: uuid.UUID) -> HttpResponse:
    """Add one exercise at the catalogue's dose; what was typed is saved with it."""
    plan = plan_for(request.user, plan_id)
    exercise = exercise_for(request.user, exercise_id)
    return _edit(request, plan, _Button("add", str(exercise.pk)))


# --- What a button does to the content -------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Button:
    """The button that was pressed and the exercise it stands beside."""

    do: str
    target: str

    @property
    def key(self) -> Key | None:
        try:
            return read_key(self.target)
        except ValueError:
            return None

    def applied_to(self, content: PlanContent, board: DraftBoard) -> PlanContent:
        key = self.key
        exercise = board.exercises.get(key[0]) if key else None
        if key is None or exercise is None:
            return content
        if self.do == "add":
            return content.adding(Line.suggested(exercise, plan_days=content.weekdays))
        if self.do == "remove":
            return content.without(key)
        return content.moving(key, {"up": -1, "down": 1}.get(self.do, 0))

    def told(self, board: DraftBoard) -> str:
        exercise = board.exercises.get(self.key[0]) if self.key else None
        name = exercise.name if exercise else ""
        words = {"add": _("Added: %(name)s."), "remove": _("Removed: %(name)s."), "save": _("Saved.")}
        return words.get(self.do, "") % {"name": name}

    def leads_to(self, plan: Plan, board: DraftBoard) -> HttpResponseRedirect:
        """Where the page goes on; the filters of the library stay in the address."""
        if self.do in ("publish", "preview"):
            return HttpResponseRedirect(reverse(f"plan_{self.do}", args=[plan.pk]))
        place = {"find": "#library", "up": f"#x-{self.target}", "down": f"#x-{self.target}"}.get(self.do, "")
        query = board.library.filters.query_string()
        return HttpResponseRedirect(f"{reverse('plan_draft', args=[plan.pk])}{query}{place}")


# --- Editing ---------------------------------------------------------------------------------------------------------


def _edit(request: SignedInRequest, plan: Plan, button: _Button) -> HttpResponse:
    """Save what was typed together with what the button does. Nothing typed is ever lost: it stays in the form."""
    board = draft_board(request.user, plan, request.POST)
    form = DraftForm.of_post(request.POST, board.exercises)
    if not form.is_valid():
        return _page(request, board, form)
    typed = button.applied_to(form.content, board)
    number = form.edit_number
    try:
        if number == NO_DRAFT_YET and board.version is None:
            number = next_version(plan=plan, by=request.user).edit_number
        version = save_draft(plan=plan, content=typed, edit_number=number, by=request.user)
    except StaleDraftError as stale:
        return _stale_page(request, board, form, typed, stale)
    except NoDraftError:
        return _gone_page(request, board, form, typed)
    except NotPossibleError as reason:
        form.schedule.add_error(None, str(reason))
        return _page(request, board, form, status=409)
    if version.edit_number != form.edit_number:
        _remember(request, plan, version, form.seen)
    if told := button.told(board):
        messages.success(request, told)
    return button.leads_to(plan, board)


def _stale_page(
    request: SignedInRequest, board: DraftBoard, form: DraftForm, typed: PlanContent, stale: StaleDraftError
) -> HttpResponse:
    """Someone else saved first: both edits joined in the form, and what the other one was, in words."""
    names = {pk: exercise.name for pk, exercise in board.exercises.items()}
    both = joined(base=form.seen, mine=typed, theirs=stale.content)
    theirs = changes(form.seen.named(names), stale.content.named(names))
    kept = DraftForm.of_content(
        both.named(names),
        seen=stale.content,
        edit_number=stale.version.edit_number,
        exercises=board.exercises,
    )
    return _page(request, board, kept, status=409, stale=stale, their_changes=theirs)


def _gone_page(
    request: SignedInRequest, board: DraftBoard, form: DraftForm, typed: PlanContent
) -> HttpResponse:
    """Someone published or discarded the draft: what was typed can go into the next version."""
    kept = DraftForm.of_content(typed, seen=form.seen, edit_number=NO_DRAFT_YET, exercises=board.exercises)
    return _page(request, board, kept, status=409, is_gone=True)


def _stored(board: DraftBoard, version: PlanVersion, content: PlanContent) -> DraftForm:
    return DraftForm.of_content(
        content, seen=content, edit_number=version.edit_number, exercises=board.exercises
    )


def _page(
    request: SignedInRequest, board: DraftBoard, form: DraftForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    undo = request.session.get(UNDO, {})
    context = {
        "section": "patients",
        "board": board,
        "plan": board.plan,
        "form": form,
        "totals": totals(board.content) if board.content else None,
        "many": MANY_EXERCISES,
        "in_plan": {row.exercise.pk for row in form.rows},
        "can_undo": board.version is not None
        and (undo.get("plan"), undo.get("edit_number")) == (str(board.plan.pk), board.version.edit_number),
    }
    return render(request, "staff/plan_draft.html", context | more, status=status)


# --- Start, discard, undo --------------------------------------------------------------------------------------------


def _start(request: SignedInRequest, plan: Plan) -> HttpResponse:
    try:
        next_version(plan=plan, by=request.user)
    except NotPossibleError as reason:
        messages.warning(request, str(reason))
        return redirect("patient", plan.patient_id)
    return redirect("plan_draft", plan.pk)


def _discard(request: SignedInRequest, plan: Plan) -> HttpResponse:
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
    except NoDraftError:
        return redirect("patient", plan.patient_id)
    request.session.pop(UNDO, None)
    messages.success(request, _("The draft is discarded."))
    return redirect("patient", plan.patient_id)


def _remember(request: SignedInRequest, plan: Plan, version: PlanVersion, before: PlanContent) -> None:
    request.session[UNDO] = {
        "plan": str(plan.pk),
        "edit_number": version.edit_number,
        "content": before.as_text(),
    }


def _undo(request: SignedInRequest, plan: Plan) -> HttpResponse:
    """Back to before the last edit, as long as nobody has edited since."""
    undo = request.session.pop(UNDO, {})
    try:
        if undo.get("plan") == str(plan.pk):
            save_draft(
                plan=plan,
                content=PlanContent.from_text(undo["content"]),
                edit_number=undo["edit_number"],
                by=request.user,
            )
            messages.success(request, _("Undone."))
    except (StaleDraftError, NotPossibleError):
        messages.warning(request, _("Someone changed the draft meanwhile, so nothing was undone."))
    return redirect("plan_draft", plan.pk)
