"""URLs for staff: exercises of the clinic, and routines."""

from django.urls import path

from exercises.clinic_exercises import views as exercises
from exercises.routines import views_staff as routines

urlpatterns = [
    path("staff/exercises/", exercises.clinic_exercise_list, name="clinic_exercise_list"),
    path("staff/exercises/new/", exercises.clinic_exercise_create, name="clinic_exercise_create"),
    path("staff/exercises/<uuid:exercise_id>/", exercises.clinic_exercise_edit, name="clinic_exercise_edit"),
    path(
        "staff/exercises/<uuid:exercise_id>/retire/",
        exercises.clinic_exercise_retire,
        name="clinic_exercise_retire",
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
]
