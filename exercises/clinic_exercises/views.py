"""A clinic's own exercises: the list, the form with its preview, retiring one and bringing it back."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic.permissions import SignedInRequest, staff_may
from clinic.roles import Action
from exercises.clinic_exercises.content import OwnContent
from exercises.clinic_exercises.forms import OwnForm
from exercises.clinic_exercises.selectors import Shown, figure_groups, own_exercise_for, own_list, revisions
from exercises.clinic_exercises.services import (
    StaleExerciseError,
    add_exercise,
    bring_back_own,
    edit_exercise,
    retire_own,
)
from exercises.models import Exercise


@require_safe
@staff_may(Action.KEEP_LIBRARY)
def own_exercises(request: SignedInRequest) -> HttpResponse:
    """Those in use, and below them those that are retired."""
    return render(
        request, "exercises/clinic_exercises/list.html", {"section": "own", "own": own_list(request.user)}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_may(Action.KEEP_LIBRARY)
def own_exercise_new(request: SignedInRequest) -> HttpResponse:
    """A new exercise. The buttons: "rows" gives more rows for steps, "preview" shows, "save" saves."""
    if request.method != "POST":
        return _page(request, OwnForm.of_content(None, key=uuid.uuid4()))
    form = OwnForm.of_post(request.POST, request.FILES, ())
    if (shown := _without_saving(request, form, None)) is not None:
        return shown
    made = add_exercise(
        clinic=request.user.membership.clinic,  # type: ignore[union-attr]  # staff_may has seen it
        content=form.content,
        new_photos=form.new_photos,
        form_key=form.key,
        by=request.user,
    )
    messages.success(request, _("Saved. Your clinic can now put it into plans."))
    return redirect("own_exercise_edit", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_may(Action.KEEP_LIBRARY)
def own_exercise_edit(request: SignedInRequest, exercise_id: uuid.UUID) -> HttpResponse:
    """Change one. Who saves over somebody else's change is told first, and keeps what was typed."""
    exercise = own_exercise_for(request.user, exercise_id)
    content = OwnContent.of(exercise)
    if request.method != "POST":
        form = OwnForm.of_content(content, key=exercise.pk, edit_number=exercise.edit_number)
        return _page(request, form, exercise, preview=Shown.of(content))
    form = OwnForm.of_post(request.POST, request.FILES, content.photos)
    if (shown := _without_saving(request, form, exercise)) is not None:
        return shown
    try:
        edit_exercise(
            exercise=exercise,
            content=form.content,
            new_photos=form.new_photos,
            edit_number=form.edit_number,
            by=request.user,
        )
    except StaleExerciseError as stale:
        different = form.content.not_as_in(OwnContent.of(stale.exercise))
        form.save_on_top_of(stale.exercise.edit_number)
        return _page(request, form, exercise, status=409, stale=stale, different=different)
    messages.success(request, _("Saved. Plans that are running stay as they are."))
    return redirect("own_exercise_edit", exercise.pk)


def _without_saving(
    request: SignedInRequest, form: OwnForm, exercise: Exercise | None
) -> HttpResponse | None:
    """The page for whatever does not save: more rows, a preview, something to put right. None when it can be saved."""
    do = request.POST.get("do", "save")
    if do == "rows":
        return _page(request, form.with_more_rows(), exercise, rows_added=True)
    if not form.is_valid():
        return _page(request, form, exercise)
    if do == "preview":
        return _page(request, form, exercise, preview=Shown.of(form.content), is_unsaved=True)
    return None


def _page(
    request: SignedInRequest,
    form: OwnForm,
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
@staff_may(Action.KEEP_LIBRARY)
def own_exercise_retire(request: SignedInRequest, exercise_id: uuid.UUID) -> HttpResponse:
    """Retire it, or with `do=bring_back` the opposite."""
    exercise = own_exercise_for(request.user, exercise_id)
    if request.POST.get("do") == "bring_back":
        bring_back_own(exercise=exercise, by=request.user)
        messages.success(request, _("%(name)s is in use again.") % {"name": exercise.name})
    else:
        retire_own(exercise=exercise, by=request.user)
        messages.success(
            request,
            _("%(name)s is retired. Plans that are running stay as they are.") % {"name": exercise.name},
        )
    return redirect("own_exercises")
