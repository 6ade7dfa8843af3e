"""Admin of devices, sign-in events, mailed codes and verified e-mail addresses: read-only.

The hashes of codes and links are not shown: nobody needs to see them.
"""

from __future__ import annotations

from django.contrib import admin

from clinic.admin.base import ReadOnlyAdmin
from clinic.admin.clinic_data import ClinicDataMixin
from patients.models import Device, MailedCode, SignInEvent, VerifiedEmail


class CredentialAdmin(ReadOnlyAdmin):
    """Base for tables that only grow: the list counts the filtered rows only."""

    show_full_result_count = False
    list_per_page = 50


@admin.register(Device)
class DeviceAdmin(ClinicDataMixin, CredentialAdmin):
    clinic_lookups = ("user__patient__clinic", "user__helper__patient__clinic")
    list_display = ("user", "kind", "browser", "own_phone", "way", "signed_in_at", "last_seen_at", "ended_at")
    list_filter = ("way", "own_phone", "kind", ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("user__patient", "user__helper__patient")
    search_fields = ("user__name", "=user__id", "=id")
    date_hierarchy = "signed_in_at"
    ordering = ("-signed_in_at", "-id")


@admin.register(SignInEvent)
class SignInEventAdmin(ClinicDataMixin, CredentialAdmin):
    clinic_lookups = ("patient__clinic",)
    list_display = ("patient", "kind", "at", "role", "device", "disowned_at")
    list_filter = ("kind", "role", ("disowned_at", admin.EmptyFieldListFilter))
    list_select_related = ("patient", "device")
    search_fields = ("patient__full_name", "=patient__id", "=id")
    date_hierarchy = "at"
    ordering = ("-at", "-id")


@admin.register(MailedCode)
class MailedCodeAdmin(ClinicDataMixin, CredentialAdmin):
    clinic_lookups = ("patient__clinic",)
    list_display = ("patient", "use", "asked_at", "expires_at", "wrong_codes", "used_at", "ended_at")
    list_filter = ("use", ("used_at", admin.EmptyFieldListFilter), ("ended_at", admin.EmptyFieldListFilter))
    list_select_related = ("patient",)
    search_fields = ("patient__full_name", "=patient__id", "=id")
    date_hierarchy = "asked_at"
    ordering = ("-asked_at", "-id")
    exclude = ("code_hash", "link_hash")


@admin.register(VerifiedEmail)
class VerifiedEmailAdmin(ClinicDataMixin, CredentialAdmin):
    clinic_lookups = ("patient__clinic",)
    list_display = ("patient", "email", "confirmed_at")
    list_select_related = ("patient",)
    search_fields = ("patient__full_name", "email", "=patient__id")
    date_hierarchy = "confirmed_at"
    ordering = ("-confirmed_at", "patient")
