"""URLs of the page that starts a plan for a patient, and of its buttons."""

from django.urls import path

from patients.plans.views import start

urlpatterns = [
    path("", start.plan_start, name="plan_start"),
    path("blank/", start.plan_start_blank, name="plan_start_blank"),
    path("routines/<uuid:routine_id>/", start.plan_start_from_routine, name="plan_start_from_routine"),
    path("versions/<uuid:version_id>/", start.plan_start_from_version, name="plan_start_from_version"),
    path(
        "others/<uuid:version_id>/",
        start.plan_start_from_other_patient,
        name="plan_start_from_other_patient",
    ),
    path("draft/routines/<uuid:routine_id>/", start.plan_draft_add_routine, name="plan_draft_add_routine"),
]
