"""Routines as the team keeps them: the lists, the form, a copy of another, retiring one and bringing it back."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.permissions import SignedInRequest, check_may, may_do, staff_may
from clinic.roles import Action
from exercises.catalogue import MOST_EXERCISES
from exercises.clinic_exercises.selectors import revisions
from exercises.models import Routine
from exercises.routines.forms import Library, RoutineForm
from exercises.routines.selectors import (
    RoutineRow,
    check_may_keep,
    choices_of,
    library_for,
    may_keep,
    routine_lists,
    routine_to_read,
)
from exercises.routines.services import (
    RoutineContent,
    StaleRoutineError,
    add_routine,
    bring_back_routine,
    edit_routine,
    retire_routine,
)


@require_safe
@staff_may(Action.ASSIGN_PLANS)
def own_routines(request: SignedInRequest) -> HttpResponse:
    """Mine, the clinic's, those that all clinics share; and below them those that are retired."""
    return render(
        request, "exercises/routines/list.html", {"section": "routines", "lists": routine_lists(request.user)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_may(Action.ASSIGN_PLANS)
def own_routine_new(request: SignedInRequest) -> HttpResponse:
    """A new routine. The buttons: "add", "up-2", "down-2" and "remove-2" show the form again, "save" saves."""
    library = library_for(request.user)
    asks = may_do(request.user, Action.KEEP_ROUTINES)
    if request.method != "POST":
        form = RoutineForm.of_content(None, library, key=uuid.uuid4(), asks_whose=asks)
        return _page(request, form, library)
    form = RoutineForm.of_post(request.POST, library, asks_whose=asks)
    if (shown := _without_saving(request, form, library, None)) is not None:
        return shown
    made = add_routine(
        clinic=check_may(request.user, Action.ASSIGN_PLANS).clinic,
        content=form.content,
        form_key=form.key,
        by=request.user,
        only_for=request.user if form.is_only_mine else None,
    )
    messages.success(request, _("Saved. Plans can start from “%(name)s”.") % {"name": made.name})
    return redirect("own_routine_edit", made.pk)


@require_safe
@staff_may(Action.ASSIGN_PLANS)
def own_routine_copy(request: SignedInRequest, routine_id: uuid.UUID) -> HttpResponse:
    """The form of a new routine, filled from another one. Nothing is saved yet."""
    source = routine_to_read(request.user, routine_id)
    library = library_for(request.user)
    form = RoutineForm.of_content(
        RoutineContent.of(source),
        library,
        key=uuid.uuid4(),
        asks_whose=may_do(request.user, Action.KEEP_ROUTINES),
    )
    return _page(request, form, library, source=source)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_may(Action.ASSIGN_PLANS)
def own_routine_edit(request: SignedInRequest, routine_id: uuid.UUID) -> HttpResponse:
    """Change one; who may not, reads it. Who saves over somebody else's change is told first."""
    routine = routine_to_read(request.user, routine_id)
    if not may_keep(request.user, routine) and request.method != "POST":
        row = RoutineRow(routine, sorted(routine.items.all(), key=lambda item: item.order), may_keep=False)
        return render(request, "exercises/routines/show.html", {"section": "routines", "row": row})
    check_may_keep(request.user, routine)
    library = library_for(request.user, routine)
    if request.method != "POST":
        form = RoutineForm.of_content(
            RoutineContent.of(routine), library, key=routine.pk, edit_number=routine.edit_number
        )
        return _page(request, form, library, routine)
    form = RoutineForm.of_post(request.POST, library)
    if (shown := _without_saving(request, form, library, routine)) is not None:
        return shown
    try:
        edit_routine(routine=routine, content=form.content, edit_number=form.edit_number, by=request.user)
    except StaleRoutineError as stale:
        different = form.content.not_as_in(RoutineContent.of(stale.routine))
        form.save_on_top_of(stale.routine.edit_number)
        return _page(request, form, library, routine, status=409, stale=stale, different=different)
    messages.success(request, _("Saved. Plans that are running stay as they are."))
    return redirect("own_routine_edit", routine.pk)


def _without_saving(
    request: SignedInRequest, form: RoutineForm, library: Library, routine: Routine | None
) -> HttpResponse | None:
    """The page for whatever does not save: a row added, moved or removed, something to put right. None when it can be
    saved.
    """
    do = request.POST.get("do", "save")
    if do != "save":
        return _page(request, form.after(do, request.POST.get("add", ""), library), library, routine)
    if form.left_out:
        return _page(request, form.told_of_what_is_left_out(), library, routine)
    return None if form.is_valid() else _page(request, form, library, routine)


def _page(
    request: SignedInRequest,
    form: RoutineForm,
    library: Library,
    routine: Routine | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "section": "routines",
        "form": form,
        "routine": routine,
        "choices": choices_of(library),
        "many": MOST_EXERCISES,
        "revisions": revisions(routine) if routine else [],
    }
    return render(request, "exercises/routines/form.html", context | more, status=status)


@require_POST
@staff_may(Action.ASSIGN_PLANS)
def own_routine_retire(request: SignedInRequest, routine_id: uuid.UUID) -> HttpResponse:
    """Retire it, or with `do=bring_back` the opposite."""
    routine = routine_to_read(request.user, routine_id)
    check_may_keep(request.user, routine)
    if request.POST.get("do") == "bring_back":
        bring_back_routine(routine=routine, by=request.user)
        messages.success(request, _("%(name)s is in use again.") % {"name": routine.name})
    else:
        retire_routine(routine=routine, by=request.user)
        words = _("%(name)s is retired. Plans that are running stay as they are.")
        messages.success(request, words % {"name": routine.name})
    return redirect("own_routines")
