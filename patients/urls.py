"""Doors of the patients app: the patient's own pages and the team's."""

from django.urls import include, path

urlpatterns = [
    path("", include("patients.urls_my")),
    path("", include("patients.urls_staff")),
]
