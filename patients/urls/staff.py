"""URLs of the team's pages: today, patients, plans, alerts, alert rules and the team."""

from django.urls import include, path

from patients.access_log import views_staff as access_log
from patients.alerts.views import alerts, holds
from patients.alerts.views import rules as alert_rules
from patients.caseload.views import home, team
from patients.caseload.views import patients as caseload
from patients.data_rights import views_staff as data_rights
from patients.messages import views_staff as messages
from patients.plans.views import photos, plans
from patients.plans.views import routines as plan_routines
from patients.records.views import instructions, notes
from patients.records.views import patients as people
from patients.safety import views as flags
from patients.safety_rules import views as safety_rules
from patients.sign_in.views import cards

app_name = "staff"
urlpatterns = [
    path("", include("patients.urls.documents")),
    path(
        "photos/<uuid:photo_id>/<slug:size>/<slug:digest>.jpg", photos.exercise_photo, name="exercise_photo"
    ),
    path("me/", home.home_redirect, name="home_redirect"),
    path("staff/", home.staff_today, name="today"),
    path("staff/patients/", caseload.patients, name="patients"),
    path("staff/patients/new/", people.patient_new, name="patient_new"),
    path("staff/patients/<uuid:patient_id>/", people.patient, name="patient"),
    path("staff/patients/<uuid:patient_id>/edit/", people.patient_edit, name="patient_edit"),
    path("staff/patients/<uuid:patient_id>/card/", cards.patient_card, name="patient_card"),
    path("staff/patients/<uuid:patient_id>/sign-ins/", cards.patient_sign_ins, name="patient_sign_ins"),
    path("staff/patients/<uuid:patient_id>/plan/", include("patients.urls.plan_start")),
    path("staff/patients/<uuid:patient_id>/flags/", flags.patient_flags, name="patient_flags"),
    path("staff/patients/<uuid:patient_id>/flags/<slug:flag>/end/", holds.flag_end, name="flag_end"),
    path("staff/patients/<uuid:patient_id>/screening/", include("patients.urls.screening")),
    path("staff/patients/<uuid:patient_id>/pain-limit/", holds.pain_limit, name="pain_limit"),
    path(
        "staff/patients/<uuid:patient_id>/instructions/",
        instructions.patient_instructions,
        name="patient_instructions",
    ),
    path("staff/patients/<uuid:patient_id>/messages/", messages.thread, name="patient_messages"),
    path("staff/patients/<uuid:patient_id>/messages/read/", messages.read, name="patient_messages_read"),
    path(
        "staff/patients/<uuid:patient_id>/messages/photos/<uuid:message_photo_id>/",
        messages.photo,
        name="patient_message_photo",
    ),
    path("staff/patients/<uuid:patient_id>/notes/", notes.notes, name="patient_notes"),
    path("staff/patients/<uuid:patient_id>/erasure/", data_rights.erasure_new, name="erasure_new"),
    path("staff/clinic/erasures/", data_rights.erasure_requests, name="erasure_requests"),
    path("staff/clinic/erasures/<uuid:erasure_id>/", data_rights.erasure_request, name="erasure_request"),
    path(
        "staff/clinic/erasures/<uuid:erasure_id>/carry-out/",
        data_rights.erasure_carry_out,
        name="erasure_carry_out",
    ),
    path(
        "staff/clinic/erasures/<uuid:erasure_id>/refuse/",
        data_rights.erasure_refuse,
        name="erasure_refuse",
    ),
    path("staff/plans/<uuid:plan_id>/draft/", include("patients.urls.plan_draft")),
    path("staff/plans/<uuid:plan_id>/flags/", flags.plan_flags, name="plan_flags"),
    path("staff/plans/<uuid:plan_id>/routine/", plan_routines.plan_as_routine, name="plan_as_routine"),
    path("staff/plans/<uuid:plan_id>/preview/", plans.plan_preview, name="plan_preview"),
    path("staff/plans/<uuid:plan_id>/publish/", plans.plan_publish, name="plan_publish"),
    path("staff/plans/<uuid:plan_id>/move/<slug:move>/", plans.plan_move, name="plan_move"),
    path("staff/plans/<uuid:plan_id>/versions/<int:number>/", plans.plan_version, name="plan_version"),
    path("staff/safety-rules/", safety_rules.safety_rules, name="safety_rules"),
    path("staff/clinic/access-log/", access_log.access_log, name="access_log"),
    path("staff/clinic/alert-rules/", alert_rules.alert_rules, name="alert_rules"),
    path("staff/alerts/", alerts.alerts, name="alerts"),
    path("staff/alerts/<uuid:alert_id>/acknowledge/", alerts.alert_acknowledge, name="alert_acknowledge"),
    path("staff/alerts/<uuid:alert_id>/note/", alerts.alert_note, name="alert_note"),
    path("staff/alerts/<uuid:alert_id>/pause/", alerts.alert_pause, name="alert_pause"),
    path("staff/alerts/<uuid:alert_id>/settle/", alerts.alert_resolve, name="alert_resolve"),
    path("staff/holds/<uuid:hold_id>/look/", holds.hold_look, name="hold_look"),
    path("staff/holds/<uuid:hold_id>/end/", holds.hold_end, name="hold_end"),
    path("staff/clinic/team/<uuid:member_id>/role/", team.team_role, name="team_role"),
    path("staff/clinic/team/<uuid:member_id>/leave/", team.team_remove, name="team_remove"),
]
