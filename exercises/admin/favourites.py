"""Favourites in the administration: to find and to read. They are chosen beside the plan builder."""

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
