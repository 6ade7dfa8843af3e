"""URLs of the clinic admin: team, opening hours, details. Pages that affect caseloads are in `patients.urls.staff`."""

from django.urls import path

from clinic.clinics import views as places
from clinic.team import views as team

urlpatterns = [
    path("", places.clinic_settings, name="clinic_settings"),
    path("details/", places.clinic_details, name="clinic_details"),
    path("hours/", places.opening_hours, name="opening_hours"),
    path("team/", team.team, name="team"),
    path("team/invite/", team.team_invite, name="team_invite"),
    path("team/<uuid:member_id>/", team.team_member, name="team_member"),
    path("team/<uuid:member_id>/invite/", team.team_resend_invitation, name="team_resend_invitation"),
    path("team/<uuid:member_id>/back/", team.team_reinstate, name="team_reinstate"),
]
