"""URLs of the patient's own pages, and of signing in."""

from django.urls import path

from patients.access_log import views_patient as access_log
from patients.activities import views_patient as activities
from patients.data_rights import views_patient as data_rights
from patients.documents import views_patient as paper
from patients.goals import views_patient as goals
from patients.messages import views_patient as messages
from patients.preferences.views import settings
from patients.reminders.views import calendar, reminders
from patients.screening.views import patient as screening
from patients.sessions.offline import views as offline
from patients.sessions.views import past_session, session, stop, today
from patients.sign_in.views import devices, events, helpers, home_screen, passkeys, sign_in
from patients.sign_in.views import email_address as address

SESSION = "my/session/<uuid:session_id>"
STEP = f"{SESSION}/exercises/<uuid:item_id>"

app_name = "my"
urlpatterns = [
    path("my/", today.today, name="today"),
    path("my/changes/<uuid:version_id>/", today.version_seen, name="version_seen"),
    path("my/not-today/", today.not_today, name="skip_day"),
    path("my/not-today/undo/", today.unskip_today, name="unskip_day"),
    path("my/stop/", stop.stop, name="stop"),
    path("my/sugar/", stop.sugar, name="sugar"),
    path("my/reports/<uuid:report_id>/", stop.report, name="report"),
    path("my/screening/", screening.start, name="screening"),
    path("my/screening/question/", screening.question, name="screening_question"),
    path("my/screening/advice/", screening.advice, name="screening_advice"),
    path("my/plan/", today.plan, name="plan"),
    path("my/plan/handout.pdf", paper.my_handout, name="handout"),
    path("my/exercises/<uuid:item_id>/", today.exercise, name="exercise"),
    path("my/progress/", today.progress, name="progress"),
    path("my/activities/", activities.activities, name="activities"),
    path("my/activities/<uuid:activity_id>/remove/", activities.remove, name="activity_remove"),
    path("my/goal/", goals.goal, name="goal"),
    path("my/goal/none/", goals.decline, name="goal_decline"),
    path("my/goal/<uuid:goal_id>/words/", goals.words, name="goal_words"),
    path("my/goal/<uuid:goal_id>/score/", goals.score, name="goal_score"),
    path("my/goal/<uuid:goal_id>/end/", goals.end, name="goal_end"),
    path("my/messages/", messages.thread, name="messages"),
    path("my/messages/read/", messages.read, name="messages_read"),
    path("my/messages/photos/<uuid:message_photo_id>/", messages.photo, name="message_photo"),
    path(
        "my/messages/photos/<uuid:message_photo_id>/delete/",
        messages.photo_delete,
        name="message_photo_delete",
    ),
    path("my/offline/", offline.snapshot, name="offline"),
    path("my/sync/", offline.sync, name="offline_sync"),
    path("my/settings/", settings.settings, name="settings"),
    path("my/helpers/", helpers.helpers, name="helpers"),
    path("my/helpers/<uuid:helper_id>/code/", helpers.helper_code, name="helper_code"),
    path("my/helpers/<uuid:helper_id>/take-back/", helpers.helper_remove, name="helper_remove"),
    path("my/reminders/", reminders.reminders, name="reminders"),
    path("my/reminders/stop/", reminders.stop, name="reminders_stop"),
    path("my/reminders/phone/", reminders.add_my_push_subscription, name="push_subscribe"),
    path("my/reminders/phone/ended/", reminders.push_ended_seen, name="push_ended_seen"),
    path("reminders/stop/<str:token>/", reminders.stop_by_token, name="reminder_stop_by_token"),
    path("my/calendar/", calendar.my_calendar, name="calendar"),
    path("my/calendar/end/", calendar.my_calendar_end, name="calendar_end"),
    path("calendar/<str:secret>.ics", calendar.calendar_feed, name="calendar_feed"),
    path("my/address/", address.address, name="email"),
    path("my/address/code/", address.code, name="email_code"),
    path("my/address/remove/", address.remove, name="email_remove"),
    path("my/access-log/", access_log.my_access_log, name="access_log"),
    path("my/who-did-what/", events.history, name="sign_in_history"),
    path("my/who-did-what/<uuid:event_id>/seen/", events.seen, name="sign_in_seen"),
    path("my/who-did-what/<uuid:event_id>/not-me/", events.not_me, name="sign_in_not_me"),
    path("my/home-screen/", home_screen.home_screen, name="home_screen"),
    path("my/devices/", devices.devices, name="devices"),
    path("my/devices/others/", devices.sign_out_others, name="devices_sign_out_others"),
    path("my/devices/<uuid:device_id>/", devices.end, name="device_sign_out"),
    path("my/passkeys/", passkeys.passkeys, name="passkeys"),
    path("my/passkeys/add/", passkeys.add, name="passkey_add"),
    path("my/passkeys/<uuid:passkey_id>/", passkeys.passkey, name="passkey"),
    path("my/passkeys/<uuid:passkey_id>/remove/", passkeys.remove, name="passkey_remove"),
    path("my/session/", session.resume, name="session"),
    path("my/session/start/", session.start, name="session_start"),
    path(f"{SESSION}/pain/", session.pain, name="session_pain"),
    path(f"{SESSION}/ready/", session.ready, name="session_ready"),
    path(f"{SESSION}/sugar/", session.sugar, name="session_sugar"),
    path(f"{SESSION}/more/", session.follow_up, name="session_follow_up"),
    path(f"{SESSION}/found/", session.found, name="session_found"),
    path(f"{STEP}/", session.step, name="session_step"),
    path(f"{STEP}/less/", session.easier_options, name="session_easier"),
    path(f"{STEP}/shorter/", session.step, {"way": "shorter"}, name="session_shorter"),
    path(f"{STEP}/gentler/", session.step, {"way": "gentler"}, name="session_gentler"),
    path(f"{STEP}/why/", session.skip_reason, name="session_skip_reason"),
    path(f"{STEP}/undo/", session.undo, name="session_undo"),
    path(f"{STEP}/effort/", session.effort, name="session_effort"),
    path(f"{SESSION}/check-in/", session.check_in, name="session_check_in"),
    path(f"{SESSION}/advice/", session.advice, name="session_advice"),
    path(f"{SESSION}/done/", past_session.done, name="session_done"),
    path(f"{SESSION}/correct/", past_session.correct, name="session_correct"),
    path(f"{SESSION}/drop/", session.discard, name="session_discard"),
    path("my/sign-out/", sign_in.sign_out, name="sign_out"),
    path("my/data/", data_rights.data, name="data"),
    path("my/data/delete/", data_rights.delete, name="data_delete"),
    path("my/data/delete/cancel/", data_rights.delete_cancel, name="data_delete_cancel"),
]
