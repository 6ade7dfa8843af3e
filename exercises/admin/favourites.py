"""Read-only admin of favourite exercises, which members of staff choose in the plan builder."""

from __future__ import annotations

from django.contrib import admin

from clinic.admin.base import ReadOnlyAdmin
from exercises.models import FavouriteExercise


@admin.register(FavouriteExercise)
class FavouriteExerciseAdmin(ReadOnlyAdmin):
    list_display = ("exercise", "user", "added_at")
    list_select_related = ("exercise", "user")
    search_fields = ("exercise__name", "exercise__slug", "user__name")
    ordering = ("-added_at", "-id")
