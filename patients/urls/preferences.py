"""URLs for language and display, for visitors and patients alike."""

from django.urls import path

from patients.preferences.views import display, language

app_name = "preferences"
urlpatterns = [
    path("language/", language.choose_language, name="language"),
    path("display/", display.display, name="display"),
]
