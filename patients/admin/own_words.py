"""Admin of what patients say of their own accord: read-only. It is written on the patient's pages."""

from __future__ import annotations

from django.contrib import admin

from clinic.admin.base import ReadOnlyAdmin
from clinic.admin.clinic_data import ClinicDataMixin
from patients.models import Activity, Goal, GoalScore, GoalWording


@admin.register(Activity)
class ActivityAdmin(ClinicDataMixin, ReadOnlyAdmin):
    clinic_lookups = ("patient__clinic",)
    list_display = ("patient", "kind", "minutes", "on_date", "told_at", "removed_at", "by", "helped_by")
    list_filter = ("kind", ("removed_at", admin.EmptyFieldListFilter), "patient__clinic")
    list_select_related = ("patient", "by", "helped_by")
    search_fields = ("patient__full_name", "=patient__id", "=id")
    date_hierarchy = "on_date"
    ordering = ("-told_at", "-id")


@admin.register(Goal)
class GoalAdmin(ClinicDataMixin, ReadOnlyAdmin):
    clinic_lookups = ("patient__clinic",)
    list_display = ("patient", "set_at", "declined_at", "ended_at", "set_by", "helped_by")
    list_filter = (
        ("declined_at", admin.EmptyFieldListFilter),
        ("ended_at", admin.EmptyFieldListFilter),
        "patient__clinic",
    )
    list_select_related = ("patient", "set_by", "helped_by")
    search_fields = ("patient__full_name", "=patient__id", "=id")
    date_hierarchy = "set_at"
    ordering = ("-set_at", "-id")


@admin.register(GoalWording)
class GoalWordingAdmin(ClinicDataMixin, ReadOnlyAdmin):
    clinic_lookups = ("goal__patient__clinic",)
    list_display = ("goal", "changed_at", "changed_by")
    list_filter = ("goal__patient__clinic",)
    list_select_related = ("goal__patient", "changed_by")
    search_fields = ("goal__patient__full_name", "=goal__patient__id")
    date_hierarchy = "changed_at"
    ordering = ("-changed_at", "-id")


@admin.register(GoalScore)
class GoalScoreAdmin(ClinicDataMixin, ReadOnlyAdmin):
    clinic_lookups = ("goal__patient__clinic",)
    list_display = ("goal", "on_date", "score", "by", "helped_by")
    list_filter = ("goal__patient__clinic",)
    list_select_related = ("goal__patient", "by", "helped_by")
    search_fields = ("goal__patient__full_name", "=goal__patient__id")
    date_hierarchy = "on_date"
    ordering = ("-on_date", "-id")
