"""Admin of draft steps, the edits of a draft that can be undone: read-only."""

from __future__ import annotations

from django.contrib import admin

from clinic.admin.base import ReadOnlyAdmin
from clinic.admin.clinic_data import ClinicDataMixin
from patients.models import DraftStep


@admin.register(DraftStep)
class DraftStepAdmin(ClinicDataMixin, ReadOnlyAdmin):
    clinic_lookups = ("version__plan__patient__clinic",)
    show_full_result_count = False
    list_per_page = 50
    list_display = ("what", "version", "edit_number", "at", "by")
    list_select_related = ("version", "by")
    search_fields = ("=version__id", "=version__plan__id", "by__name")
    date_hierarchy = "at"
    ordering = ("-at", "-id")
