"""Views of the app on a patient's own phone: manifest, service worker, offline page and synchronisation."""

from __future__ import annotations

import datetime
import hashlib
import json

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from clinic.error_views import REFUSED
from clinic.permissions import AuthenticatedRequest
from patients.decorators import patient_required
from patients.models import Effort, Patient
from patients.reminders.notices import notice
from patients.screening.services.phone import save_kept_answer
from patients.sessions.forms import CheckInForm, QuestionsForm, SignsForm
from patients.sessions.offline.files import get_worker_files
from patients.sessions.offline.forms import InvalidPayloadError, parse_payload, read_dangers
from patients.sessions.offline.paths import list_answer_paths
from patients.sessions.offline.payload import (
    OfflineReport,
    OfflineScreeningAnswer,
    OfflineSession,
    Receipt,
    account_tag,
)
from patients.sessions.offline.services import (
    NotPrescribedError,
    save_offline_report,
    save_offline_session,
    save_refused_dangers,
    save_told_in_open_session,
)
from patients.sessions.offline.snapshot import get_snapshot
from patients.sign_in.login import is_own_phone

#: Largest body of a request, in bytes. A session of a dozen exercises takes about 3,000.
MAX_BODY_BYTES = 65_536


@login_not_required
@require_safe
def web_app_manifest(request: HttpRequest) -> HttpResponse:
    """Return the web app manifest, for installing the app. It contains no personal data."""
    about = {
        "name": "Surefoot",
        "short_name": "Surefoot",
        "description": _("Your home exercises, one at a time."),
        "lang": get_language(),
        "id": reverse("my:today"),
        "start_url": reverse("my:today"),
        "scope": "/",
        "display": "standalone",
        "background_color": "#fbfaf6",
        "theme_color": "#0b5559",
        "icons": [
            {"src": static("img/icon.svg"), "sizes": "any", "type": "image/svg+xml"},
            {"src": static("img/app-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": static("img/app-512.png"), "sizes": "512x512", "type": "image/png"},
            {
                "src": static("img/app-maskable-512.png"),
                "sizes": "512x512",
                "type": "image/png",
                "purpose": "maskable",
            },
        ],
    }
    response = JsonResponse(about, content_type="application/manifest+json")
    response["Cache-Control"] = "no-cache"
    return response


@login_not_required
@require_safe
def service_worker(request: HttpRequest) -> HttpResponse:
    """Return the service worker. Its URL is at the root, since a worker controls only URLs below its own."""
    files = get_worker_files()
    about = {
        "version": files.version,
        "files": files.kept,
        "pack": reverse("my:offline"),
        "sync": reverse("my:offline_sync"),
        "pages": reverse("my:today"),
        "start": reverse("my:session_start"),
        "answers": list_answer_paths(),
        "settingsPaths": [reverse("preferences:language"), reverse("preferences:display")],
        "signInPaths": [reverse("sign_in:options"), reverse("sign_in:card")],
        "notice": notice(),
    }
    script = f"self.surefoot = {json.dumps(about)};\nimportScripts(...{json.dumps(files.scripts)});\n"
    response = HttpResponse(script, content_type="text/javascript")
    response["Cache-Control"] = "no-cache"
    return response


@gzip_page
@patient_required
@require_safe
def snapshot(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Return the offline page, which is stored on the patient's own phone. Raises PermissionDenied on a shared device.

    It contains no form token, so that it stays the same until its content changes and a repeated request gets "not
    modified". It may be compressed, since it has no secret beside text that a stranger could have sent.
    """
    if not is_own_phone(request):
        raise PermissionDenied(_("Your plan is kept on your own phone only."))
    copy = get_snapshot(patient, request.user, now)
    clinic = patient.clinic
    context = {
        "patient": patient,
        "snapshot": copy,
        "check_in_forms": [CheckInForm(asked=copy.questions)],
        "ready_forms": [SignsForm(asked=copy.ready, auto_id="ready_%s")],
        "sugar_forms": [
            QuestionsForm(asked=[each], clinic=clinic, is_recheck=True, auto_id="sugar_%s")
            for each in copy.sugar_and_ketones
        ],
        "follow_ups": [
            QuestionsForm(asked=[each], clinic=clinic, auto_id="after_%s") for each in copy.follow_ups
        ],
        "of_reasons": [
            QuestionsForm(asked=[each], clinic=clinic, auto_id="reason_%s") for each in copy.of_reasons
        ],
        "efforts": Effort.choices,
        "levels": range(11),
        "csrf_token": "none",  # the forms are never posted; a token would make every response different
    }
    response = render(request, "patients/sessions/offline/page.html", context)
    tag = hashlib.sha256(response.content).hexdigest()[:32]
    if tag in request.headers.get("If-None-Match", ""):
        return HttpResponseNotModified()
    response["ETag"] = f'"{tag}"'
    return response


@patient_required
@require_http_methods(["GET", "HEAD", "POST"])
def sync(request: AuthenticatedRequest, patient: Patient, now: datetime.datetime) -> HttpResponse:
    """Save a session or a report made offline (POST), or return the account tag and a CSRF token for sending one (GET).

    Responds with 409 to a session of another account, and with 422 to one that will never be accepted. The header
    X-Refused tells the phone that this is the server's refusal and not one of a proxy, after which it would send it
    again. The dangers in such a one are saved all the same.
    """
    tag = account_tag(request.user, patient)
    if request.method != "POST":
        return JsonResponse({"tag": tag, "token": get_token(request)})
    body = _read_body(request)
    try:
        if len(body) > MAX_BODY_BYTES:
            raise InvalidPayloadError("too long")
        kept_for, sent = parse_payload(body, now)
        if kept_for != tag:
            return JsonResponse({}, status=409)
        notes = _save(request, patient, sent, now)
    except (InvalidPayloadError, NotPrescribedError):
        found = read_dangers(body, now)
        if found is not None and found[0] == tag:
            save_refused_dangers(patient=patient, sent=found[1], by=request.user, now=now)
        return JsonResponse({}, status=422, headers={REFUSED: "yes"})
    return JsonResponse({"key": str(sent.key), "notes": notes})


def _read_body(request: HttpRequest) -> bytes:
    """Return the body; nothing of one that is longer than Django reads."""
    try:
        return request.body
    except RequestDataTooBig:
        return b""


def _save(
    request: AuthenticatedRequest,
    patient: Patient,
    sent: OfflineSession | OfflineReport | OfflineScreeningAnswer,
    now: datetime.datetime,
) -> list[str]:
    """Save what was sent, and return the messages to the patient."""
    by = request.user
    if isinstance(sent, OfflineScreeningAnswer):
        _save_screening_answer(request, patient, sent, now)
    elif isinstance(sent, OfflineReport):
        save_offline_report(patient=patient, sent=sent, by=by, now=now)
    elif sent.finished_at is None:
        save_told_in_open_session(patient=patient, sent=sent, by=by, now=now)
    else:
        return _notes(save_offline_session(patient=patient, sent=sent, by=by, now=now))
    return []


def _save_screening_answer(
    request: AuthenticatedRequest, patient: Patient, sent: OfflineScreeningAnswer, now: datetime.datetime
) -> None:
    try:
        save_kept_answer(
            patient=patient,
            question_id=sent.question_id,
            answer=sent.answer,
            key=sent.key,
            told_at=sent.told_at,
            by=request.user,
            now=now,
        )
    except ValueError as error:
        raise InvalidPayloadError("no answer of the screening") from error


def _notes(receipt: Receipt) -> list[str]:
    """Return the messages to the patient about a session that has arrived."""
    notes = []
    if receipt.plan_changed:
        notes.append(
            _("Your plan changed while you were offline. What you did counts. The new plan is ready.")
        )
    if receipt.day_corrected:
        notes.append(_("The clock of your phone was not right. Please check the day under “Progress”."))
    return notes
