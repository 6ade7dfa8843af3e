"""All URLs. The other apps are included by name, so that this app does not import them."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

handler400 = "patients.sessions.views.errors.bad_request"
handler403 = "clinic.error_views.permission_denied"
handler404 = "clinic.error_views.page_not_found"
handler500 = "patients.sessions.views.errors.server_error"

urlpatterns = [
    path("", include("exercises.urls")),
    path("", include("clinic.urls.clinic")),
    path("", include("patients.urls")),
    path("accounts/", include("clinic.urls.accounts")),
    path("admin/", admin.site.urls),
]
if settings.DEVELOPMENT_PAGES:
    urlpatterns += [
        path("", include("patients.urls.development")),
    ]
