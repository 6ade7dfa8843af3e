"""The administration of messages and notes: to find and to read. Both are written on the pages of patient and team."""

from __future__ import annotations

from django.contrib import admin

from clinic.admin_parts import ReadOnlyAdmin

from .models import Message, PatientNote


class ContactAdmin(ReadOnlyAdmin):
    """Tables that grow for ever: the list counts only what it filtered, and shows no text."""

    show_full_result_count = False
    list_per_page = 50


@admin.register(Message)
class MessageAdmin(ContactAdmin):
    list_display = ("patient", "is_from_patient", "sender", "sent_at", "read_at", "read_by")
    list_filter = ("is_from_patient", ("read_at", admin.EmptyFieldListFilter), "clinic")
    list_select_related = ("patient", "sender", "read_by")
    search_fields = ("patient__full_name", "=patient__id", "=id")
    date_hierarchy = "sent_at"
    ordering = ("-sent_at", "-id")


@admin.register(PatientNote)
class PatientNoteAdmin(ContactAdmin):
    list_display = ("patient", "written_at", "written_by")
    list_filter = ("patient__clinic",)
    list_select_related = ("patient", "written_by")
    search_fields = ("patient__full_name", "=patient__id", "=id")
    date_hierarchy = "written_at"
    ordering = ("-written_at", "-id")
