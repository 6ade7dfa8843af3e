"""Admin of requests for erasure: read-only. A clinic admin answers them on the app's own pages."""

from __future__ import annotations

from django.contrib import admin

from clinic.admin.base import ReadOnlyAdmin
from clinic.admin.clinic_data import ClinicDataMixin
from patients.models import ErasureRequest


@admin.register(ErasureRequest)
class ErasureRequestAdmin(ClinicDataMixin, ReadOnlyAdmin):
    clinic_lookups = ("clinic",)
    list_display = ("patient", "clinic", "requested_at", "refused_at", "erased_at", "ground", "finished_at")
    list_filter = ("clinic", "ground", ("finished_at", admin.EmptyFieldListFilter))
    list_select_related = ("patient", "clinic")
    search_fields = ("=patient_key", "=id")
    date_hierarchy = "requested_at"
    ordering = ("-requested_at", "-id")
    show_full_result_count = False
