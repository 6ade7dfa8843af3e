"""Read-only admin of the worker's signs of life."""

from __future__ import annotations

from django.contrib import admin

from clinic.admin.base import ReadOnlyAdmin
from clinic.models import WorkerHeartbeat


@admin.register(WorkerHeartbeat)
class WorkerHeartbeatAdmin(ReadOnlyAdmin):
    list_display = ("lane", "at")
    search_fields = ("lane",)
    date_hierarchy = "at"
    ordering = ("lane",)
