"""URLs of the patients app: the patient's own pages, the team's, and photographs for both."""

from django.urls import include, path

from patients.plans.views import photos

urlpatterns = [
    path("", include("patients.urls.my")),
    path("", include("patients.urls.staff")),
    path("", include("patients.urls.documents")),
    path(
        "photos/<uuid:photo_id>/<slug:size>/<slug:digest>.jpg", photos.exercise_photo, name="exercise_photo"
    ),
]
