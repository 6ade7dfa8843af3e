"""A clinic's own exercises: the list, the form with its preview, retiring one and bringing it back."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.permissions import AuthenticatedRequest, staff_permission_required
from clinic.roles import Action
from exercises.clinic_exercises.content import ClinicExerciseContent
from exercises.clinic_exercises.forms import ClinicExerciseForm
from exercises.clinic_exercises.selectors import (
    ExercisePreview,
    figure_groups,
    get_clinic_exercise_or_404,
    list_clinic_exercises,
    revisions,
)
from exercises.clinic_exercises.services import (
    StaleExerciseError,
    create_exercise,
    restore_clinic_exercise,
    retire_clinic_exercise,
    update_exercise,
)
from exercises.models import Exercise


@require_safe
@staff_permission_required(Action.MANAGE_LIBRARY)
def clinic_exercise_list(request: AuthenticatedRequest) -> HttpResponse:
    """Those in use, and below them those that are retired."""
    return render(
        request,
        "exercises/clinic_exercises/list.html",
        {"section": "own", "own": list_clinic_exercises(request.user)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.MANAGE_LIBRARY)
def clinic_exercise_create(request: AuthenticatedRequest) -> HttpResponse:
    """A new exercise. The buttons: "rows" gives more rows for steps, "preview" shows, "save" saves."""
    if request.method != "POST":
        return _page(request, ClinicExerciseForm.from_content(None, key=uuid.uuid4()))
    form = ClinicExerciseForm.from_post(request.POST, request.FILES, ())
    if (shown := _render_without_saving(request, form, None)) is not None:
        return shown
    made = create_exercise(
        clinic=request.user.membership.clinic,  # type: ignore[union-attr]  # staff_permission_required has seen it
        content=form.content,
        new_photos=form.new_photos,
        form_key=form.key,
        by=request.user,
    )
    messages.success(request, _("Saved. Your clinic can now put it into plans."))
    return redirect("clinic_exercise_edit", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.MANAGE_LIBRARY)
def clinic_exercise_edit(request: AuthenticatedRequest, exercise_id: uuid.UUID) -> HttpResponse:
    """Change one. Who saves over somebody else's change is told first, and keeps what was typed."""
    exercise = get_clinic_exercise_or_404(request.user, exercise_id)
    content = ClinicExerciseContent.of(exercise)
    if request.method != "POST":
        form = ClinicExerciseForm.from_content(content, key=exercise.pk, edit_number=exercise.edit_number)
        return _page(request, form, exercise, preview=ExercisePreview.of(content))
    form = ClinicExerciseForm.from_post(request.POST, request.FILES, content.photos)
    if (shown := _render_without_saving(request, form, exercise)) is not None:
        return shown
    try:
        update_exercise(
            exercise=exercise,
            content=form.content,
            new_photos=form.new_photos,
            edit_number=form.edit_number,
            by=request.user,
        )
    except StaleExerciseError as stale:
        different = form.content.list_differences(ClinicExerciseContent.of(stale.exercise))
        form.accept_current_version(stale.exercise.edit_number)
        return _page(request, form, exercise, status=409, stale=stale, different=different)
    messages.success(request, _("Saved. Plans that are running stay as they are."))
    return redirect("clinic_exercise_edit", exercise.pk)


def _render_without_saving(
    request: AuthenticatedRequest, form: ClinicExerciseForm, exercise: Exercise | None
) -> HttpResponse | None:
    """The page for whatever does not save: more rows, a preview, something to put right. None when it can be saved."""
    do = request.POST.get("command", "save")
    if do == "rows":
        return _page(request, form.with_more_rows(), exercise, rows_added=True)
    if not form.is_valid():
        return _page(request, form, exercise)
    if do == "preview":
        return _page(request, form, exercise, preview=ExercisePreview.of(form.content), is_unsaved=True)
    return None


def _page(
    request: AuthenticatedRequest,
    form: ClinicExerciseForm,
    exercise: Exercise | None = None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "section": "own",
        "form": form,
        "exercise": exercise,
        "figures": figure_groups(),
        "revisions": revisions(exercise) if exercise else [],
    }
    return render(request, "exercises/clinic_exercises/form.html", context | more, status=status)


@require_POST
@staff_permission_required(Action.MANAGE_LIBRARY)
def clinic_exercise_retire(request: AuthenticatedRequest, exercise_id: uuid.UUID) -> HttpResponse:
    """Retire it, or with `do=bring_back` the opposite."""
    exercise = get_clinic_exercise_or_404(request.user, exercise_id)
    if request.POST.get("command") == "bring_back":
        restore_clinic_exercise(exercise=exercise, by=request.user)
        messages.success(request, _("%(name)s is in use again.") % {"name": exercise.name})
    else:
        retire_clinic_exercise(exercise=exercise, by=request.user)
        messages.success(
            request,
            _("%(name)s is retired. Plans that are running stay as they are.") % {"name": exercise.name},
        )
    return redirect("clinic_exercise_list")
