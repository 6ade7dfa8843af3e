"""URLs of a clinic: consultation requests, team, opening hours, details."""

from django.urls import include, path

app_name = "clinic"
urlpatterns = [
    path("", include("clinic.urls.public")),
    path("staff/clinic/", include("clinic.urls.staff")),
]
