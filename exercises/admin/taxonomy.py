"""Admin of equipment and body focus."""

from __future__ import annotations

from django.contrib import admin

from clinic.admin.sealed_search import SealedSearchMixin
from exercises.admin.base import SlugMixin
from exercises.models import BodyFocus, Equipment


@admin.register(Equipment, BodyFocus)
class TaxonomyAdmin(SlugMixin, SealedSearchMixin, admin.ModelAdmin):
    list_display = ("name", "slug")
    search_fields = ("name", "slug")
    ordering = ("name",)
