"""Staff pages for routines: lists, form, copy of a routine, retire and restore."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.permissions import (
    AuthenticatedRequest,
    get_clinic_for_user,
    has_staff_permission,
    staff_permission_required,
)
from clinic.roles import Action
from exercises.catalogue import MAX_EXERCISES
from exercises.clinic_exercises.selectors import revisions
from exercises.models import Routine
from exercises.routines.forms import Library, RoutineForm
from exercises.routines.selectors import (
    RoutineRow,
    can_edit,
    check_can_edit,
    get_routine_lists,
    get_routine_to_read_or_404,
    group_choices,
    list_available_exercises,
)
from exercises.routines.services import (
    RoutineContent,
    StaleRoutineError,
    create_routine,
    restore_routine,
    retire_routine,
    update_routine,
)


@require_safe
@staff_permission_required(Action.ASSIGN_PLANS)
def staff_routine_list(request: AuthenticatedRequest) -> HttpResponse:
    """List the user's, the clinic's and the shared routines, followed by the retired ones."""
    return render(
        request,
        "exercises/routines/list.html",
        {"section": "routines", "lists": get_routine_lists(request.user)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.ASSIGN_PLANS)
def staff_routine_create(request: AuthenticatedRequest) -> HttpResponse:
    """A new routine. Nothing is saved until "Save"."""
    library = list_available_exercises(request.user)
    asks = has_staff_permission(request.user, Action.MANAGE_ROUTINES)
    if request.method != "POST":
        form = RoutineForm.from_content(None, library, key=uuid.uuid4(), asks_whose=asks)
        return _page(request, form, library)
    form = RoutineForm.from_post(request.POST, library, asks_whose=asks)
    if (shown := _render_without_saving(request, form, library, None)) is not None:
        return shown
    routine = create_routine(
        clinic=get_clinic_for_user(request.user),
        content=form.content,
        form_key=form.key,
        by=request.user,
        only_for=request.user if form.is_only_mine else None,
    )
    messages.success(request, _("Saved. Plans can start from “%(name)s”.") % {"name": routine.name})
    return redirect("library:staff_routine_edit", routine.pk)


@require_safe
@staff_permission_required(Action.ASSIGN_PLANS)
def staff_routine_copy(request: AuthenticatedRequest, routine_id: uuid.UUID) -> HttpResponse:
    """Show the form of a new routine with the content of another one. Nothing is saved."""
    source = get_routine_to_read_or_404(request.user, routine_id)
    library = list_available_exercises(request.user)
    form = RoutineForm.from_content(
        RoutineContent.of(source),
        library,
        key=uuid.uuid4(),
        asks_whose=has_staff_permission(request.user, Action.MANAGE_ROUTINES),
    )
    return _page(request, form, library, source=source)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.ASSIGN_PLANS)
def staff_routine_edit(request: AuthenticatedRequest, routine_id: uuid.UUID) -> HttpResponse:
    """Edit a routine, or show it read-only to users who may not edit it.

    If someone else changed it in the meantime, show the form again with a warning and the entered values (409).
    """
    routine = get_routine_to_read_or_404(request.user, routine_id)
    if not can_edit(request.user, routine) and request.method != "POST":
        row = RoutineRow(routine, sorted(routine.items.all(), key=lambda item: item.order), can_edit=False)
        return render(request, "exercises/routines/show.html", {"section": "routines", "row": row})
    check_can_edit(request.user, routine)
    library = list_available_exercises(request.user, routine)
    if request.method != "POST":
        form = RoutineForm.from_content(
            RoutineContent.of(routine), library, key=routine.pk, edit_number=routine.edit_number
        )
        return _page(request, form, library, routine)
    form = RoutineForm.from_post(request.POST, library)
    if (shown := _render_without_saving(request, form, library, routine)) is not None:
        return shown
    try:
        update_routine(routine=routine, content=form.content, edit_number=form.edit_number, by=request.user)
    except StaleRoutineError as stale:
        different = form.content.list_differences(RoutineContent.of(stale.routine))
        form.accept_current_version(stale.routine.edit_number)
        return _page(request, form, library, routine, status=409, stale=stale, different=different)
    messages.success(request, _("Saved. Plans that are running stay as they are."))
    return redirect("library:staff_routine_edit", routine.pk)


# --- Buttons that show the form again, with what was typed and one change; nothing is saved ---------------------------


def _line_button(
    change: Callable[..., RoutineForm],
) -> Callable[..., HttpResponse]:
    """Make the view of a button beside an exercise, in the form of a new routine or of one that is kept.

    `change` gets the form, the request and the arguments of the address. A GET leads to the form.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    @staff_permission_required(Action.ASSIGN_PLANS)
    @wraps(change)
    def view(
        request: AuthenticatedRequest, routine_id: uuid.UUID | None = None, **arguments: uuid.UUID
    ) -> HttpResponse:
        routine = None if routine_id is None else get_routine_to_read_or_404(request.user, routine_id)
        if request.method != "POST":
            return (
                redirect("library:staff_routine_edit", routine.pk)
                if routine
                else redirect("library:staff_routine_create")
            )
        if routine is not None:
            check_can_edit(request.user, routine)
        asks = routine is None and has_staff_permission(request.user, Action.MANAGE_ROUTINES)
        library = list_available_exercises(request.user, routine)
        form = RoutineForm.from_post(request.POST, library, asks_whose=asks)
        return _page(request, change(form, request, library, **arguments), library, routine)

    return view


@_line_button
def staff_routine_item_add(form: RoutineForm, request: AuthenticatedRequest, library: Library) -> RoutineForm:
    """Add the exercise that was chosen, with its usual dose."""
    return form.with_line(request.POST.get("add", ""), library)


@_line_button
def staff_routine_item_up(
    form: RoutineForm, request: AuthenticatedRequest, library: Library, exercise_id: uuid.UUID
) -> RoutineForm:
    """Move an exercise one place up."""
    return form.moving_line(exercise_id, -1)


@_line_button
def staff_routine_item_down(
    form: RoutineForm, request: AuthenticatedRequest, library: Library, exercise_id: uuid.UUID
) -> RoutineForm:
    """Move an exercise one place down."""
    return form.moving_line(exercise_id, 1)


@_line_button
def staff_routine_item_remove(
    form: RoutineForm, request: AuthenticatedRequest, library: Library, exercise_id: uuid.UUID
) -> RoutineForm:
    """Remove an exercise."""
    return form.without_line(exercise_id)


def _render_without_saving(
    request: AuthenticatedRequest, form: RoutineForm, library: Library, routine: Routine | None
) -> HttpResponse | None:
    """The page when there is something to put right, None when it can be saved."""
    if form.left_out:
        return _page(request, form.with_left_out_notice(), library, routine)
    return None if form.is_valid() else _page(request, form, library, routine)


def _page(
    request: AuthenticatedRequest,
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
        "choices": group_choices(library),
        "many": MAX_EXERCISES,
        "revisions": revisions(routine) if routine else [],
    }
    return render(request, "exercises/routines/form.html", context | more, status=status)


@require_POST
@staff_permission_required(Action.ASSIGN_PLANS)
def staff_routine_retire(request: AuthenticatedRequest, routine_id: uuid.UUID) -> HttpResponse:
    """Retire a routine: no plan starts from it any more."""
    routine = get_routine_to_read_or_404(request.user, routine_id)
    check_can_edit(request.user, routine)
    retire_routine(routine=routine, by=request.user)
    words = _("%(name)s is retired. Plans that are running stay as they are.")
    messages.success(request, words % {"name": routine.name})
    return redirect("library:staff_routine_list")


@require_POST
@staff_permission_required(Action.ASSIGN_PLANS)
def staff_routine_restore(request: AuthenticatedRequest, routine_id: uuid.UUID) -> HttpResponse:
    """Bring a retired routine back into use."""
    routine = get_routine_to_read_or_404(request.user, routine_id)
    check_can_edit(request.user, routine)
    restore_routine(routine=routine, by=request.user)
    messages.success(request, _("%(name)s is in use again.") % {"name": routine.name})
    return redirect("library:staff_routine_list")
