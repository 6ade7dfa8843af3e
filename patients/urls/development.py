"""URLs of pages for development, which do not exist in production."""

from django.urls import include, path

from patients.demo import views as development

app_name = "development"
urlpatterns = [
    path("", include("exercises.urls.development")),
    path("dev/personas/", development.personas, name="personas"),
    path("dev/personas/<slug:key>/", development.sign_in_as_persona, name="persona_sign_in"),
    path("dev/personas/<slug:key>/card/", development.make_persona_card, name="persona_card"),
    path("ui/", development.gallery, name="gallery"),
]
