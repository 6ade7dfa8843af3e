"""Doors of the team: their clinic's own exercises, and routines."""

from django.urls import path

from exercises.clinic_exercises import views as own
from exercises.routines import views_staff as own_routines

urlpatterns = [
    path("staff/exercises/", own.clinic_exercise_list, name="clinic_exercise_list"),
    path("staff/exercises/new/", own.clinic_exercise_create, name="clinic_exercise_create"),
    path("staff/exercises/<uuid:exercise_id>/", own.clinic_exercise_edit, name="clinic_exercise_edit"),
    path(
        "staff/exercises/<uuid:exercise_id>/retire/",
        own.clinic_exercise_retire,
        name="clinic_exercise_retire",
    ),
    path("staff/routines/", own_routines.staff_routine_list, name="staff_routine_list"),
    path("staff/routines/new/", own_routines.staff_routine_create, name="staff_routine_create"),
    path("staff/routines/<uuid:routine_id>/", own_routines.staff_routine_edit, name="staff_routine_edit"),
    path(
        "staff/routines/<uuid:routine_id>/copy/", own_routines.staff_routine_copy, name="staff_routine_copy"
    ),
    path(
        "staff/routines/<uuid:routine_id>/retire/",
        own_routines.staff_routine_retire,
        name="staff_routine_retire",
    ),
]
