"""URLs of the patient's own pages, and of signing in."""

from django.urls import path

from patients.documents import views_patient as paper
from patients.messages import views_patient as messages
from patients.preferences.views import display, language, settings
from patients.reminders.views import calendar, reminders
from patients.sessions.offline import views as offline
from patients.sessions.views import session, today
from patients.sign_in.views import devices, helpers, passkeys, sign_in
from patients.sign_in.views import email_address as address
from patients.sign_in.views import email_sign_in as mail_sign_in

SESSION = "my/session/<uuid:session_id>"
STEP = f"{SESSION}/exercises/<uuid:item_id>"

urlpatterns = [
    path("language/", language.choose_language, name="choose_language"),
    path("display/", display.display, name="display"),
    path("sign-in/", sign_in.sign_in_options, name="sign_in"),
    path("sign-in/mail/", mail_sign_in.ask, name="email_sign_in"),
    path("sign-in/mail/code/", mail_sign_in.code, name="email_code"),
    path("sign-in/mail/link/<slug:link_secret>/", mail_sign_in.link, name="email_link"),
    path("sign-in/passkey/", passkeys.sign_in, name="passkey_sign_in"),
    path("card/", sign_in.card_sign_in, name="card_sign_in"),
    path("card/<str:code>/", sign_in.card_link, name="card_link"),
    path("my/", today.today, name="my_today"),
    path("my/changes/<uuid:version_id>/", today.version_seen, name="my_version_seen"),
    path("my/not-today/", today.not_today, name="my_skip_day"),
    path("my/not-today/undo/", today.unskip_today, name="my_unskip_day"),
    path("my/plan/", today.plan, name="my_plan"),
    path("my/plan/handout.pdf", paper.my_handout, name="my_handout"),
    path("my/exercises/<uuid:item_id>/", today.exercise, name="my_exercise"),
    path("my/progress/", today.progress, name="my_progress"),
    path("my/messages/", messages.thread, name="my_messages"),
    path("my/messages/read/", messages.read, name="my_messages_read"),
    path("my/offline/", offline.snapshot, name="my_offline"),
    path("my/sync/", offline.sync, name="my_offline_sync"),
    path("manifest.webmanifest", offline.web_app_manifest, name="web_app_manifest"),
    path("sw.js", offline.service_worker, name="service_worker"),
    path("my/settings/", settings.settings, name="my_settings"),
    path("my/helpers/", helpers.helpers, name="my_helpers"),
    path("my/helpers/<uuid:helper_id>/code/", helpers.helper_code, name="my_helper_code"),
    path("my/helpers/<uuid:helper_id>/take-back/", helpers.helper_remove, name="my_helper_remove"),
    path("my/reminders/", reminders.reminders, name="my_reminders"),
    path("my/reminders/stop/", reminders.stop, name="my_reminders_stop"),
    path("my/reminders/phone/", reminders.add_my_push_subscription, name="my_push_subscribe"),
    path("reminders/stop/<str:token>/", reminders.stop_by_token, name="reminder_stop_by_token"),
    path("my/calendar/", calendar.my_calendar, name="my_calendar"),
    path("my/calendar/end/", calendar.my_calendar_end, name="my_calendar_end"),
    path("calendar/<str:secret>.ics", calendar.calendar_feed, name="calendar_feed"),
    path("my/address/", address.address, name="my_email"),
    path("my/address/code/", address.code, name="my_email_code"),
    path("my/address/remove/", address.remove, name="my_email_remove"),
    path("my/devices/", devices.devices, name="my_devices"),
    path("my/devices/others/", devices.sign_out_others, name="my_devices_sign_out_others"),
    path("my/devices/<uuid:device_id>/", devices.end, name="my_device_sign_out"),
    path("my/passkeys/", passkeys.passkeys, name="my_passkeys"),
    path("my/passkeys/add/", passkeys.add, name="my_passkey_add"),
    path("my/passkeys/<uuid:passkey_id>/", passkeys.passkey, name="my_passkey"),
    path("my/passkeys/<uuid:passkey_id>/remove/", passkeys.remove, name="my_passkey_remove"),
    path("my/session/", session.resume, name="my_session"),
    path("my/session/start/", session.start, name="my_session_start"),
    path(f"{SESSION}/pain/", session.pain, name="my_session_pain"),
    path(f"{SESSION}/feet/", session.feet, name="my_session_feet"),
    path(f"{STEP}/", session.step, name="my_session_step"),
    path(f"{STEP}/less/", session.easier_options, name="my_session_easier"),
    path(f"{STEP}/shorter/", session.step, {"way": "shorter"}, name="my_session_shorter"),
    path(f"{STEP}/gentler/", session.step, {"way": "gentler"}, name="my_session_gentler"),
    path(f"{STEP}/why/", session.skip_reason, name="my_session_skip_reason"),
    path(f"{STEP}/undo/", session.undo, name="my_session_undo"),
    path(f"{STEP}/effort/", session.effort, name="my_session_effort"),
    path(f"{SESSION}/check-in/", session.check_in, name="my_session_check_in"),
    path(f"{SESSION}/advice/", session.advice, name="my_session_advice"),
    path(f"{SESSION}/drop/", session.discard, name="my_session_discard"),
    path("my/sign-out/", sign_in.sign_out, name="my_sign_out"),
]
