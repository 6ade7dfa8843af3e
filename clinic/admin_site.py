"""The Django admin site, with the staff sign-in page instead of the admin's own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.http import HttpRequest, HttpResponse


class SurefootAdminSite(admin.AdminSite):
    site_header = site_title = "Surefoot administration"
    index_title = "Site administration"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send everyone to the staff sign-in page, which has rate limits and a second factor."""
        from allauth.account.decorators import secure_admin_login

        return secure_admin_login(super().login)(request, extra_context)  # type: ignore[no-any-return]


class SurefootAdminConfig(AdminConfig):
    default_site = "clinic.admin_site.SurefootAdminSite"
