"""URLs that make the site an installable app: manifest and service worker."""

from django.urls import path

from patients.sessions.offline import views as offline

app_name = "pwa"
urlpatterns = [
    path("manifest.webmanifest", offline.web_app_manifest, name="manifest"),
    path("sw.js", offline.service_worker, name="service_worker"),
]
