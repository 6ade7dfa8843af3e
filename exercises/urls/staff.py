"""URLs for staff: exercises of the clinic, and routines."""

from django.urls import URLPattern, include, path

from exercises.clinic_exercises import views as exercises
from exercises.routines import views_staff as routines


def _lines(name: str) -> list[URLPattern]:
    """The buttons about the exercises of a routine, in the form of a new one and of one that is kept."""
    return [
        path("add/", routines.staff_routine_item_add, name=f"{name}_add"),
        path("<uuid:exercise_id>/up/", routines.staff_routine_item_up, name=f"{name}_up"),
        path("<uuid:exercise_id>/down/", routines.staff_routine_item_down, name=f"{name}_down"),
        path("<uuid:exercise_id>/remove/", routines.staff_routine_item_remove, name=f"{name}_remove"),
    ]


urlpatterns = [
    path("staff/exercises/", exercises.clinic_exercise_list, name="clinic_exercise_list"),
    path("staff/exercises/new/", exercises.clinic_exercise_create, name="clinic_exercise_create"),
    path("staff/exercises/new/rows/", exercises.clinic_exercise_rows, name="clinic_exercise_create_rows"),
    path(
        "staff/exercises/new/preview/",
        exercises.clinic_exercise_preview,
        name="clinic_exercise_create_preview",
    ),
    path("staff/exercises/<uuid:exercise_id>/", exercises.clinic_exercise_edit, name="clinic_exercise_edit"),
    path(
        "staff/exercises/<uuid:exercise_id>/rows/",
        exercises.clinic_exercise_rows,
        name="clinic_exercise_rows",
    ),
    path(
        "staff/exercises/<uuid:exercise_id>/preview/",
        exercises.clinic_exercise_preview,
        name="clinic_exercise_preview",
    ),
    path(
        "staff/exercises/<uuid:exercise_id>/retire/",
        exercises.clinic_exercise_retire,
        name="clinic_exercise_retire",
    ),
    path(
        "staff/exercises/<uuid:exercise_id>/bring-back/",
        exercises.clinic_exercise_restore,
        name="clinic_exercise_restore",
    ),
    path("staff/routines/", routines.staff_routine_list, name="staff_routine_list"),
    path("staff/routines/new/", routines.staff_routine_create, name="staff_routine_create"),
    path("staff/routines/<uuid:routine_id>/", routines.staff_routine_edit, name="staff_routine_edit"),
    path("staff/routines/<uuid:routine_id>/copy/", routines.staff_routine_copy, name="staff_routine_copy"),
    path(
        "staff/routines/<uuid:routine_id>/retire/",
        routines.staff_routine_retire,
        name="staff_routine_retire",
    ),
    path(
        "staff/routines/<uuid:routine_id>/bring-back/",
        routines.staff_routine_restore,
        name="staff_routine_restore",
    ),
    path("staff/routines/new/lines/", include(_lines("staff_routine_create_item"))),
    path("staff/routines/<uuid:routine_id>/lines/", include(_lines("staff_routine_item"))),
]
