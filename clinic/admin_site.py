"""The administration: Django's own, with our sign-in before it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse


class SurefootAdminSite(admin.AdminSite):
    site_header = site_title = "Surefoot administration"
    index_title = "Everything in the house"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """One door for all staff: the sign-in page with its limits and second factor, not the admin's own."""
        from allauth.account.decorators import secure_admin_login

        return secure_admin_login(super().login)(request, extra_context)  # type: ignore[no-any-return]


class SurefootAdminConfig(AdminConfig):
    default_site = "clinic.admin_site.SurefootAdminSite"
