"""Admin of equipment and body focus."""

from __future__ import annotations

from django.contrib import admin

from exercises.admin.base import SlugMixin
from exercises.models import BodyFocus, Equipment


@admin.register(Equipment, BodyFocus)
class TaxonomyAdmin(SlugMixin, admin.ModelAdmin):
    list_display = ("name", "slug")
    search_fields = ("name", "slug")
    ordering = ("name",)
