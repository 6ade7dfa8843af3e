"""All doors of the house. The other apps are named as strings only."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

handler400 = "clinic.views.errors.not_understood"
handler403 = "clinic.views.errors.forbidden"
handler404 = "clinic.views.errors.not_found"
handler500 = "clinic.views.errors.broken"

urlpatterns = [
    path("", include("exercises.urls")),
    path("", include("clinic.urls_front_desk")),
    path("staff/clinic/", include("clinic.urls_clinic")),
    path("", include("patients.urls")),
    path("accounts/", include("clinic.urls_accounts")),
    path("admin/", admin.site.urls),
]
if settings.DEVELOPMENT_PAGES:
    urlpatterns += [
        path("", include("exercises.urls_development")),
        path("", include("patients.urls.development")),
    ]
