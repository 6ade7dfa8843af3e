"""The patient's own pages, and the two doors to them."""

from django.urls import path

from .views.my import messages, offline, paper, session, settings, sign_in, today

SESSION = "my/session/<uuid:session_id>"
STEP = f"{SESSION}/exercises/<uuid:item_id>"

urlpatterns = [
    path("sign-in/", sign_in.fork, name="sign_in"),
    path("card/", sign_in.card_sign_in, name="card_sign_in"),
    path("card/<str:code>/", sign_in.card_link, name="card_link"),
    path("my/", today.today, name="my_today"),
    path("my/changes/<uuid:version_id>/", today.version_seen, name="my_version_seen"),
    path("my/not-today/", today.not_today, name="my_not_today"),
    path("my/not-today/undo/", today.not_today_undo, name="my_not_today_undo"),
    path("my/plan/", today.plan, name="my_plan"),
    path("my/plan/handout.pdf", paper.my_handout, name="my_handout"),
    path("my/exercises/<uuid:item_id>/", today.exercise, name="my_exercise"),
    path("my/progress/", today.progress, name="my_progress"),
    path("my/messages/", messages.thread, name="my_messages"),
    path("my/messages/read/", messages.read, name="my_messages_read"),
    path("my/offline/", offline.pack, name="my_offline"),
    path("my/sync/", offline.sync, name="my_sync"),
    path("manifest.webmanifest", offline.manifest, name="manifest"),
    path("sw.js", offline.worker, name="worker"),
    path("my/settings/", settings.settings, name="my_settings"),
    path("my/session/", session.carry_on, name="my_session"),
    path("my/session/start/", session.start, name="my_session_start"),
    path(f"{SESSION}/pain/", session.pain, name="my_session_pain"),
    path(f"{SESSION}/feet/", session.feet, name="my_session_feet"),
    path(f"{STEP}/", session.step, name="my_session_step"),
    path(f"{STEP}/less/", session.too_much, name="my_session_too_much"),
    path(f"{STEP}/shorter/", session.step, {"way": "shorter"}, name="my_session_shorter"),
    path(f"{STEP}/gentler/", session.step, {"way": "gentler"}, name="my_session_gentler"),
    path(f"{STEP}/why/", session.why, name="my_session_why"),
    path(f"{STEP}/undo/", session.undo, name="my_session_undo"),
    path(f"{STEP}/effort/", session.effort, name="my_session_effort"),
    path(f"{SESSION}/check-in/", session.check_in, name="my_session_check_in"),
    path(f"{SESSION}/advice/", session.advice, name="my_session_advice"),
    path(f"{SESSION}/drop/", session.drop, name="my_session_drop"),
    path("my/sign-out/", sign_in.sign_out, name="my_sign_out"),
]
