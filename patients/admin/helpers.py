"""Admin of helpers: read-only. Patients grant and revoke a helper's access on their own pages."""

from __future__ import annotations

from django.contrib import admin

from clinic.admin.base import ReadOnlyAdmin
from clinic.admin.clinic_data import ClinicDataMixin
from patients.models import Helper


@admin.register(Helper)
class HelperAdmin(ClinicDataMixin, ReadOnlyAdmin):
    clinic_lookups = ("patient__clinic",)
    list_display = ("name", "patient", "granted_at", "ended_at")
    list_filter = (("ended_at", admin.EmptyFieldListFilter), "patient__clinic")
    list_select_related = ("patient",)
    search_fields = ("name", "patient__full_name", "=patient__id", "=id")
    date_hierarchy = "granted_at"
    ordering = ("-granted_at", "id")
    show_full_result_count = False
    list_per_page = 50
