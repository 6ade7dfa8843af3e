"""The Django admin site, with the staff sign-in page instead of the admin's own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, path


class SurefootAdminSite(admin.AdminSite):
    site_header = site_title = "Surefoot administration"
    index_title = "Site administration"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send administrators on. Visitors do not get here: they are sent to the sign-in page of staff.

        Django's own page would sign in with the password alone, also somebody who is signed in as another account.
        """
        from allauth.account.utils import get_next_redirect_url

        if not self.has_permission(request):
            raise PermissionDenied
        return redirect(get_next_redirect_url(request) or "admin:index")

    def password_change(  # type: ignore[override]  # a redirect
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send them to the page for staff, which asks who it is, counts wrong passwords and tells of the change."""
        return redirect("account_change_password")

    def password_change_done(  # type: ignore[override]  # a redirect
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("admin:index")

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Return the addresses of the administration, with the page that opens emergency access."""
        page = path("emergency-access/", self.admin_view(self.emergency_access), name="emergency_access")
        return [page, *super().get_urls()]

    def emergency_access(self, request: HttpRequest) -> HttpResponse:
        from clinic.emergency_access.views import emergency_access

        return emergency_access(request, site=self.each_context(request))

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """Refuse to look up patients and their data: only lists and records note what they show."""
        from clinic.admin.clinic_data import ClinicDataMixin

        named = f"{request.GET.get('app_label', '')}.{request.GET.get('model_name', '')}".lower()
        for model in self._registry:
            if model._meta.label_lower == named:
                fields = {field.name: field for field in model._meta.get_fields()}
                field = fields.get(request.GET.get("field_name", ""))
                wanted: Any = field.related_model if field else None
                if isinstance(self._registry.get(wanted), ClinicDataMixin):
                    raise PermissionDenied
        return super().autocomplete_view(request)


class SurefootAdminConfig(AdminConfig):
    default_site = "clinic.admin_site.SurefootAdminSite"
