"""Admin of patient flags, screenings, home circumstances, eyes-closed unlocks and safety overrides: read-only.

Only the services write them, since they lock, audit and check the rules; an admin form would bypass that.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clinic.admin.base import ReadOnlyAdmin, ReadOnlyHistoryAdmin
from clinic.admin.clinic_data import ClinicDataMixin
from patients.models import Circumstances, EyesClosedUnlock, PainLimit, PatientFlag, SafetyOverride, Screening


class LiveFilter(admin.SimpleListFilter):
    """Filter rows by whether they are cleared."""

    title = _("in force")
    parameter_name = "live"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Yes")), ("no", _("No, it was cleared"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("yes", "no"):
            return queryset
        return queryset.filter(cleared_at__isnull=self.value() == "yes")


class ClearableAdmin(ClinicDataMixin, ReadOnlyAdmin):
    clinic_lookups = ("patient__clinic",)
    search_fields = ("patient__full_name", "patient__id", "set_by__name", "cleared_by__name")
    list_select_related = ("patient", "set_by", "cleared_by")
    date_hierarchy = "set_at"
    ordering = ("-set_at", "-id")


@admin.register(PatientFlag)
class PatientFlagAdmin(ClearableAdmin):
    list_display = ("flag", "patient", "set_at", "set_by", "cleared_at", "cleared_by")
    list_filter = ("flag", LiveFilter, "patient__clinic")


@admin.register(Screening)
class ScreeningAdmin(ClinicDataMixin, ReadOnlyAdmin):
    clinic_lookups = ("patient__clinic",)
    list_display = ("patient", "source", "begun_at", "sent_at", "finished_at", "finished_by")
    list_filter = ("source", "answered_by", "patient__clinic")
    list_select_related = ("patient", "finished_by")
    search_fields = ("patient__full_name", "patient__id", "finished_by__name")
    date_hierarchy = "finished_at"
    ordering = ("-edited_at", "id")


@admin.register(EyesClosedUnlock)
class EyesClosedUnlockAdmin(ClearableAdmin):
    list_display = ("patient", "set_at", "set_by", "cleared_at", "cleared_by")
    list_filter = (LiveFilter, "patient__clinic")


@admin.register(PainLimit)
class PainLimitAdmin(ClearableAdmin):
    list_display = ("limit", "patient", "reason", "set_at", "set_by", "cleared_at", "cleared_by")
    list_filter = (LiveFilter, "patient__clinic")


@admin.register(Circumstances)
class CircumstancesAdmin(ClinicDataMixin, ReadOnlyHistoryAdmin):
    clinic_lookups = ("patient__clinic",)
    list_display = ("patient", "minutes_a_session", "edited_at", "edited_by")
    list_filter = ("equipment", "patient__clinic")
    list_select_related = ("patient", "edited_by")
    search_fields = ("patient__full_name", "patient__id")
    readonly_fields = ("edited_at", "edited_by")
    date_hierarchy = "edited_at"
    ordering = ("-edited_at", "pk")


@admin.register(SafetyOverride)
class SafetyOverrideAdmin(ClinicDataMixin, ReadOnlyAdmin):
    clinic_lookups = ("patient_flag__patient__clinic",)
    list_display = ("kind", "flag_label", "demand", "exercise", "patient", "reason", "at", "by")
    list_filter = ("kind", "patient_flag__flag", "demand", "patient_flag__patient__clinic")
    list_select_related = ("patient_flag__patient", "item__exercise", "by")
    search_fields = ("patient_flag__patient__full_name", "item__exercise__name", "reason", "by__name")
    date_hierarchy = "at"
    ordering = ("-at", "-id")

    @admin.display(description=_("flag"), ordering="patient_flag__flag")
    def flag_label(self, obj: SafetyOverride) -> str:
        return obj.patient_flag.get_flag_display()

    @admin.display(description=_("exercise"), ordering="item__exercise__name")
    def exercise(self, obj: SafetyOverride) -> str:
        return obj.item.exercise.name

    @admin.display(description=_("patient"), ordering="patient_flag__patient__full_name")
    def patient(self, obj: SafetyOverride) -> str:
        return obj.patient_flag.patient.full_name
