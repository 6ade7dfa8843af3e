"""URLs of consultation requests, for visitors and for the front desk, and of the privacy page."""

from django.urls import path

from clinic.clinics import views_public as pages
from clinic.consultations import views_public as consultation
from clinic.consultations import views_staff as inbox

urlpatterns = [
    path("consultation/", consultation.consultation, name="consultation"),
    path("consultation/thanks/", consultation.consultation_thanks, name="consultation_thanks"),
    path("privacy/", pages.privacy, name="privacy"),
    path("staff/requests/", inbox.requests, name="requests"),
    path("staff/requests/<uuid:request_id>/", inbox.request_detail, name="request"),
    path("staff/requests/<uuid:request_id>/act/", inbox.request_update, name="request_update"),
    path("staff/requests/<uuid:request_id>/release/", inbox.request_release, name="request_release"),
]
