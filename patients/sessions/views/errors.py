"""The pages for answers that cannot be saved, and for faults of ours. None of them needs the database.

The database cannot be reached, the sign-in has ended, or a form has no token.

On pages of patients and visitors they say what to do in an emergency, and give the advice for the answers that were
sent. What was typed is in the page, so that it can be sent again. It comes from the request alone.
"""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import Error, InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers

from clinic import error_views
from clinic.display import get_display
from clinic.languages import TEAM_LANGUAGE, TEAM_ROUTES, activate_language
from clinic.request_ids import get_request_id
from patients.screening.advice import list_screening_advice
from patients.sessions import check_in
from patients.sessions.advice import get_advice
from patients.sessions.kept_answers import ACCOUNT, KEPT_FOR, keep_with_account
from patients.sessions.offline.paths import is_answer_path, keeps_what_was_sent
from patients.sessions.questions import Advice, Answer

logger = logging.getLogger(__name__)

#: Seconds after which a browser may try again.
RETRY_AFTER = 30
#: Errors of a database that cannot be reached, is read-only, full or locked. PostgreSQL reports a read-only transaction
#: as an internal error.
UNAVAILABLE = (OperationalError, InterfaceError, InternalError)
#: Prefix of the routes that the phone of a patient or helper requests.
OWN_ROUTES = "my/"
#: Prefixes of the routes to sign in, and of the team's passwords and second factors.
SIGN_IN_ROUTES = ("accounts/", "sign-in/", "card/", "admin/login/")
#: Names of fields that hold a password, a code or the token of the form.
SECRET_FIELD = re.compile(r"passw|secret|token|otp|^code$|-code$", re.IGNORECASE)
#: Header of a page for an answer that could not be saved, which may be sent again after a sign-in.
NOT_SAVED = "X-Not-Saved"


def respond_to_database_error(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """Return a response with status 503, or None if the database is not to blame.

    A patient's answers are never lost to any error of the database. On other pages, broken constraints are faults of
    ours.
    """
    if not isinstance(error, Error if _is_own_page(request) else UNAVAILABLE):
        return None
    logger.error("Nothing was stored: %s", type(error).__name__)  # its text may contain the answers
    return _respond(request, status=503)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page with status 500, or 503 if the exception that is being handled is one of the database."""
    error = sys.exc_info()[1]
    response = respond_to_database_error(request, error) if isinstance(error, Exception) else None
    if response is not None:
        return response
    return _respond(request, status=500) if _is_own_page(request) else error_views.server_error(request)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page with status 400, or 503 if the database is to blame.

    Django reports a session that could not be stored as a bad request, whatever the reason.
    """
    error: BaseException | None = exception
    while error is not None and not isinstance(error, UNAVAILABLE):
        error = error.__context__
    response = respond_to_database_error(request, error) if isinstance(error, Exception) else None
    return response or error_views.bad_request(request, exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for a form without its token, with status 403. What a patient wrote is kept."""
    if request.method != "POST" or not keeps_what_was_sent(request.path):
        return error_views.csrf_failure(request, reason)
    return _not_saved(request, status=403)


def answers_of_another(request: HttpRequest) -> HttpResponse:
    """Return the page for answers that belong to another account, with status 409."""
    return _not_saved(request, status=409)


def signed_out(request: HttpRequest) -> HttpResponse:
    """Return the page for an answer or a message of somebody whose sign-in has ended, with status 401."""
    return _not_saved(request, status=401)


def _not_saved(request: HttpRequest, status: int) -> HttpResponse:
    """Return a page whose header tells the service worker to keep the answer until the same account signs in.

    The account is the one that the form names. Without a name, the worker may take that of its own page only if nobody
    else is signed in. It does not keep one that is sent again from such a page: it did so the first time.
    """
    response = _respond(request, status)
    fields = dict(_kept_fields(request))
    if is_answer_path(request.path) and KEPT_FOR not in fields and (status == 401 or fields.get(ACCOUNT)):
        response[NOT_SAVED] = "yes"
    return response


def _respond(request: HttpRequest, status: int) -> HttpResponse:
    response = (
        JsonResponse({}, status=status)
        if _is_sent_by_script(request)
        else HttpResponse(_render(request, status), status=status)
    )
    if status == 503:
        response["Retry-After"] = str(RETRY_AFTER)
    add_never_cache_headers(response)
    return response


def _render(request: HttpRequest, status: int) -> str:
    """Return the page. Without a request, no context processor runs: theirs read the user from the database."""
    context: dict[str, Any] = {
        "display": get_display(request),
        "is_post": request.method == "POST",
        "request_id": get_request_id(),
    }
    whose = keep_with_account(request, _kept_fields(request), status)
    kept = whose.fields
    context |= {
        "kept": kept,
        "whose": whose,
        "address": request.get_full_path(),
        "csrf_token": get_token(request),
    }
    if request.path.removeprefix("/").startswith(TEAM_ROUTES):
        activate_language(request, TEAM_LANGUAGE)
        return render_to_string("503.html", context | {"has_files": _has_files(request)})
    clinic = getattr(request, "clinic_to_call", None)  # set once the patient has been read
    return render_to_string(
        "patients/sessions/unavailable.html",
        context
        | {
            "clinic": clinic,
            "emergency_number": clinic.emergency_number if clinic else settings.EMERGENCY_NUMBER,
            "clinic_phone": clinic.phone if clinic else settings.CLINIC_PHONE,
            "has_sheet": _is_own_page(request),
            "advice": [
                *_screening_advice(kept),
                *(row for row in get_advice(_read_answers(kept)) if row.when),
            ],
            "is_signed_out": status == 401,
        },
    )


def _kept_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields that were sent, but no passwords and codes.

    None for a form of another site: its text must not get a valid token here. None of pages to sign in: a page that
    stays open on a shared device must not hold what opens an account.
    """
    is_ours = getattr(request, "csrf_processing_done", False) or _is_from_own_site(request)
    if not is_ours or request.path.removeprefix("/").startswith(SIGN_IN_ROUTES):
        return []
    try:
        fields = request.POST.lists()
    except (UnreadablePostError, SuspiciousOperation):
        return []
    return [(name, value) for name, values in fields if not SECRET_FIELD.search(name) for value in values]


def _has_files(request: HttpRequest) -> bool:
    """Return True if files were sent. They cannot be put into a page."""
    try:
        return bool(request.FILES)
    except (UnreadablePostError, SuspiciousOperation):
        return False


def _read_answers(fields: list[tuple[str, str]]) -> dict[str, Answer]:
    """Return the answers to questions of the table, also of a form that lacks some or came from an older page.

    Only signs that were checked count, not "None of these".
    """
    known = {question.id: question for question in check_in.can_be_sent()}
    told: dict[str, Answer] = {}
    for name, value in fields:
        if name in ("signs", "sign") and value in known:
            told[value] = True
        elif name in known and value in dict(known[name].options) and told.get(name) is not True:
            told[name] = known[name].read(value)
    return told


def _screening_advice(fields: list[tuple[str, str]]) -> list[Advice]:
    """Return the advice for an answer of the screening, whose form names its question."""
    sent = dict(fields)
    told: dict[str, Answer] = {sent.get("question", ""): sent.get("answer", "")}
    return [row for row in list_screening_advice() if row.applies(told)]


def _is_own_page(request: HttpRequest) -> bool:
    return request.path.removeprefix("/").startswith(OWN_ROUTES)


def _is_from_own_site(request: HttpRequest) -> bool:
    """Return True for a form of our own pages whose token is missing. The browser writes these headers, no page can."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site") == "same-origin"
    return origin == f"{request.scheme}://{request.get_host()}"


def _is_sent_by_script(request: HttpRequest) -> bool:
    """Return True for a request that shows no page: the sending of offline sessions."""
    # A page that the service worker fetches has this header too, but asks for HTML.
    is_fetched = request.headers.get("Sec-Fetch-Dest") == "empty" and "text/html" not in request.headers.get(
        "Accept", ""
    )
    return request.content_type == "application/json" or (is_fetched and _is_own_page(request))
