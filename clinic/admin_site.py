"""The Django admin site, with the staff sign-in page instead of the admin's own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path


class SurefootAdminSite(admin.AdminSite):
    site_header = site_title = "Surefoot administration"
    index_title = "Site administration"

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send everyone to the staff sign-in page, which has rate limits and a second factor."""
        from allauth.account.decorators import secure_admin_login

        return secure_admin_login(super().login)(request, extra_context)  # type: ignore[no-any-return]

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
