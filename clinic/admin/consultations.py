"""Read-only admin of consultation requests: they are changed on the front desk's pages, which apply the rules."""

from __future__ import annotations

from django.contrib import admin

from clinic.admin.base import ReadOnlyAdmin, ReadOnlyHistoryAdmin, ReadOnlyInline
from clinic.admin.clinic_data import ClinicDataMixin
from clinic.models import ConsultationRequest, RequestEvent


class RequestEventInline(ReadOnlyInline):
    model = RequestEvent
    fields = ("at", "by", "from_state", "to_state", "released_from", "note")
    ordering = ("at", "id")


@admin.register(ConsultationRequest)
class ConsultationRequestAdmin(ClinicDataMixin, ReadOnlyHistoryAdmin):
    clinic_lookups = ("clinic",)
    list_display = ("name", "clinic", "state", "quarantined_for", "created_at")
    list_filter = ("state", "quarantined_for", "clinic", "for_whom")
    list_select_related = ("clinic",)
    search_fields = ("name", "phone", "email", "id")
    date_hierarchy = "created_at"
    ordering = ("-created_at", "id")
    inlines = (RequestEventInline,)


@admin.register(RequestEvent)
class RequestEventAdmin(ClinicDataMixin, ReadOnlyAdmin):
    clinic_lookups = ("request__clinic",)
    list_display = ("at", "request", "from_state", "to_state", "by")
    list_filter = ("to_state", "request__clinic")
    list_select_related = ("request", "by")
    search_fields = ("request__name", "by__name", "by__email", "note")
    date_hierarchy = "at"
    ordering = ("-at", "-id")
