"""The administration of helpers: to find and to read. Patients grant help, and take it back, on their pages."""

from __future__ import annotations

from django.contrib import admin

from clinic.admin.base import ReadOnlyAdmin
from patients.models import Helper


@admin.register(Helper)
class HelperAdmin(ReadOnlyAdmin):
    list_display = ("name", "patient", "granted_at", "ended_at")
    list_filter = (("ended_at", admin.EmptyFieldListFilter), "patient__clinic")
    list_select_related = ("patient",)
    search_fields = ("name", "patient__full_name", "=patient__id", "=id")
    date_hierarchy = "granted_at"
    ordering = ("-granted_at", "id")
    show_full_result_count = False
    list_per_page = 50
