"""Doors of the team: their clinic's own exercises."""

from django.urls import path

from .views import own

urlpatterns = [
    path("staff/exercises/", own.own_exercises, name="own_exercises"),
    path("staff/exercises/new/", own.own_exercise_new, name="own_exercise_new"),
    path("staff/exercises/<uuid:exercise_id>/", own.own_exercise_edit, name="own_exercise_edit"),
    path("staff/exercises/<uuid:exercise_id>/retire/", own.own_exercise_retire, name="own_exercise_retire"),
]
