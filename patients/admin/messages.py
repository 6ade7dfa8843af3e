"""Admin of messages, patient notes and preferences: read-only. They are written on the app's own pages."""

from __future__ import annotations

from django.contrib import admin

from clinic.admin.base import ReadOnlyAdmin
from clinic.admin.clinic_data import ClinicDataMixin
from patients.models import Message, PatientNote, Preferences


class ContactAdmin(ReadOnlyAdmin):
    """Base for tables that only grow: the list counts the filtered rows only, and shows no text."""

    show_full_result_count = False
    list_per_page = 50


@admin.register(Message)
class MessageAdmin(ClinicDataMixin, ContactAdmin):
    clinic_lookups = ("clinic",)
    list_display = ("patient", "is_from_patient", "sender", "sent_at", "read_at", "read_by")
    list_filter = ("is_from_patient", ("read_at", admin.EmptyFieldListFilter), "clinic")
    list_select_related = ("patient", "sender", "read_by")
    search_fields = ("patient__full_name", "=patient__id", "=id")
    date_hierarchy = "sent_at"
    ordering = ("-sent_at", "-id")


@admin.register(PatientNote)
class PatientNoteAdmin(ClinicDataMixin, ContactAdmin):
    clinic_lookups = ("patient__clinic",)
    list_display = ("patient", "written_at", "written_by")
    list_filter = ("patient__clinic",)
    list_select_related = ("patient", "written_by")
    search_fields = ("patient__full_name", "=patient__id", "=id")
    date_hierarchy = "written_at"
    ordering = ("-written_at", "-id")


@admin.register(Preferences)
class PreferencesAdmin(ClinicDataMixin, ContactAdmin):
    clinic_lookups = ("user__patient__clinic", "user__helper__patient__clinic")
    list_display = ("user", "text", "colours", "motion", "reads_aloud", "chosen_at")
    list_filter = ("text", "colours", "motion", "reads_aloud")
    list_select_related = ("user",)
    search_fields = ("user__name",)
    ordering = ("-chosen_at", "user")
