"""URLs of the patients app, one namespace for each group of people or purpose."""

from django.urls import include, path

urlpatterns = [
    path("", include("patients.urls.preferences")),
    path("", include("patients.urls.sign_in")),
    path("", include("patients.urls.pwa")),
    path("", include("patients.urls.my")),
    path("", include("patients.urls.staff")),
]
