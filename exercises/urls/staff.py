"""Doors of the team: their clinic's own exercises, and routines."""

from django.urls import path

from exercises.clinic_exercises import views as own
from exercises.routines import views_staff as own_routines

urlpatterns = [
    path("staff/exercises/", own.own_exercises, name="own_exercises"),
    path("staff/exercises/new/", own.own_exercise_new, name="own_exercise_new"),
    path("staff/exercises/<uuid:exercise_id>/", own.own_exercise_edit, name="own_exercise_edit"),
    path("staff/exercises/<uuid:exercise_id>/retire/", own.own_exercise_retire, name="own_exercise_retire"),
    path("staff/routines/", own_routines.own_routines, name="own_routines"),
    path("staff/routines/new/", own_routines.own_routine_new, name="own_routine_new"),
    path("staff/routines/<uuid:routine_id>/", own_routines.own_routine_edit, name="own_routine_edit"),
    path("staff/routines/<uuid:routine_id>/copy/", own_routines.own_routine_copy, name="own_routine_copy"),
    path(
        "staff/routines/<uuid:routine_id>/retire/", own_routines.own_routine_retire, name="own_routine_retire"
    ),
]
