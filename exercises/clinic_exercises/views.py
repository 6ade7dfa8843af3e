"""Staff pages for a clinic's exercises: list, form with preview, retire and restore."""

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
from exercises.clinic_exercises.demands import list_position_demands
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
    """List the exercises in use, followed by the retired ones."""
    return render(
        request,
        "exercises/clinic_exercises/list.html",
        {"section": "own", "own": list_clinic_exercises(request.user)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.MANAGE_LIBRARY)
def clinic_exercise_create(request: AuthenticatedRequest) -> HttpResponse:
    """Create an exercise. Nothing is saved until "Save"."""
    if request.method != "POST":
        return _page(request, ClinicExerciseForm.from_content(None, key=uuid.uuid4()))
    form = ClinicExerciseForm.from_post(request.POST, request.FILES, ())
    if not form.is_valid():
        return _page(request, form)
    exercise = create_exercise(
        clinic=request.user.membership.clinic,  # type: ignore[union-attr]  # staff_permission_required has seen it
        content=form.content,
        new_photos=form.new_photos,
        form_key=form.key,
        by=request.user,
    )
    messages.success(request, _("Saved. Your clinic can now put it into plans."))
    return redirect("library:clinic_exercise_edit", exercise.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.MANAGE_LIBRARY)
def clinic_exercise_edit(request: AuthenticatedRequest, exercise_id: uuid.UUID) -> HttpResponse:
    """Edit an exercise.

    If someone else changed it in the meantime, show the form again with a warning and the entered values (409).
    """
    exercise = get_clinic_exercise_or_404(request.user, exercise_id)
    content = ClinicExerciseContent.of(exercise)
    if request.method != "POST":
        form = ClinicExerciseForm.from_content(content, key=exercise.pk, edit_number=exercise.edit_number)
        return _page(request, form, exercise, preview=ExercisePreview.of(content))
    form = ClinicExerciseForm.from_post(request.POST, request.FILES, content.photos)
    if not form.is_valid():
        return _page(request, form, exercise)
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
    return redirect("library:clinic_exercise_edit", exercise.pk)


# --- Buttons that show the form again, with what was typed; nothing is saved ------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.MANAGE_LIBRARY)
def clinic_exercise_rows(request: AuthenticatedRequest, exercise_id: uuid.UUID | None = None) -> HttpResponse:
    """Show the form, of a new exercise or of a stored one, with more rows for steps. A GET redirects to the form."""
    exercise = None if exercise_id is None else get_clinic_exercise_or_404(request.user, exercise_id)
    if request.method != "POST":
        return _to_the_form(exercise)
    form = _sent(request, exercise)
    return _page(request, form.with_more_rows(), exercise, rows_added=True)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_permission_required(Action.MANAGE_LIBRARY)
def clinic_exercise_preview(
    request: AuthenticatedRequest, exercise_id: uuid.UUID | None = None
) -> HttpResponse:
    """Show the exercise as patients would see it, above its form. A GET redirects to the form."""
    exercise = None if exercise_id is None else get_clinic_exercise_or_404(request.user, exercise_id)
    if request.method != "POST":
        return _to_the_form(exercise)
    form = _sent(request, exercise)
    if not form.is_valid():
        return _page(request, form, exercise)
    return _page(request, form, exercise, preview=ExercisePreview.of(form.content), is_unsaved=True)


def _sent(request: AuthenticatedRequest, exercise: Exercise | None) -> ClinicExerciseForm:
    photos = ClinicExerciseContent.of(exercise).photos if exercise else ()
    return ClinicExerciseForm.from_post(request.POST, request.FILES, photos)


def _to_the_form(exercise: Exercise | None) -> HttpResponse:
    return (
        redirect("library:clinic_exercise_edit", exercise.pk)
        if exercise
        else redirect("library:clinic_exercise_create")
    )


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
        "position_demands": list_position_demands(),
        "revisions": revisions(exercise) if exercise else [],
    }
    return render(request, "exercises/clinic_exercises/form.html", context | more, status=status)


@require_POST
@staff_permission_required(Action.MANAGE_LIBRARY)
def clinic_exercise_retire(request: AuthenticatedRequest, exercise_id: uuid.UUID) -> HttpResponse:
    """Retire an exercise, so that it cannot be added to plans."""
    exercise = get_clinic_exercise_or_404(request.user, exercise_id)
    retire_clinic_exercise(exercise=exercise, by=request.user)
    words = _("%(name)s is retired. Plans that are running stay as they are.")
    messages.success(request, words % {"name": exercise.name})
    return redirect("library:clinic_exercise_list")


@require_POST
@staff_permission_required(Action.MANAGE_LIBRARY)
def clinic_exercise_restore(request: AuthenticatedRequest, exercise_id: uuid.UUID) -> HttpResponse:
    """Restore a retired exercise."""
    exercise = get_clinic_exercise_or_404(request.user, exercise_id)
    restore_clinic_exercise(exercise=exercise, by=request.user)
    messages.success(request, _("%(name)s is in use again.") % {"name": exercise.name})
    return redirect("library:clinic_exercise_list")
