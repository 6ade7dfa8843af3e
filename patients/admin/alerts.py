"""Admin of alerts and alert rules: read-only.

Only the services write them, since they lock, audit and apply the default rules; an admin form would bypass that.
"""

from __future__ import annotations

from django.contrib import admin

from clinic.admin.base import ReadOnlyAdmin, ReadOnlyHistoryAdmin
from clinic.admin.clinic_data import ClinicDataMixin
from patients.models import Alert, AlertRule


@admin.register(Alert)
class AlertAdmin(ClinicDataMixin, ReadOnlyAdmin):
    clinic_lookups = ("clinic",)
    list_display = (
        "patient",
        "kind",
        "level",
        "raised_at",
        "escalated_at",
        "acknowledged_at",
        "acknowledged_by",
        "settled_at",
        "settled_by",
    )
    list_filter = (
        "level",
        "kind",
        ("acknowledged_at", admin.EmptyFieldListFilter),
        ("settled_at", admin.EmptyFieldListFilter),
        "clinic",
    )
    list_select_related = ("patient", "acknowledged_by", "settled_by")
    list_per_page = 50
    search_fields = ("patient__full_name", "=patient__id", "note", "=id")
    date_hierarchy = "raised_at"
    ordering = ("-raised_at", "id")
    show_full_result_count = False


@admin.register(AlertRule)
class AlertRuleAdmin(ReadOnlyHistoryAdmin):
    """Read-only. A clinic's changes to the default rules are made on the clinic's page of alert rules."""

    list_display = ("clinic", "kind", "level", "is_on", "amount", "margin", "times", "limit_minutes")
    list_filter = ("kind", "level", "is_on", "clinic")
    list_select_related = ("clinic",)
    search_fields = ("clinic__name",)
    ordering = ("clinic__name", "kind")
