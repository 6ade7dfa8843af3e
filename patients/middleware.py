"""Middleware for the patient's own pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from patients.sessions.kept_answers import AnswersOfAnotherError, note_account
from patients.sessions.offline.paths import is_answer_path, keeps_what_was_sent
from patients.sessions.views.errors import (
    NOT_SAVED,
    OWN_ROUTES,
    answers_of_another,
    respond_to_database_error,
    signed_out,
)
from patients.sign_in.login import get_device_id, log_out


class ClearSiteDataMiddleware:
    """Send Clear-Site-Data to a browser whose user was signed out from elsewhere.

    `patients.permissions.with_patient` handles a device that was ended. If the account was closed, or its sessions were
    ended by raising its session number, Django treats the request as anonymous, and answers that wait to be sent would
    stay on the phone. An erasure leaves an empty session that names a device for this. A session that has expired no
    longer names a device, so the data is kept for its owner.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        was_device = getattr(request, "was_device", False)
        if was_device and not request.user.is_authenticated and not response.has_header("Clear-Site-Data"):
            return log_out(request, response)
        return response

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> None:
        """Note whether the session names a device.

        This comes before `request.user` is read, because reading it flushes the session of an account signed out
        elsewhere.
        """
        match = request.resolver_match
        if match is not None and match.route.startswith(OWN_ROUTES):
            request.was_device = get_device_id(request) is not None  # type: ignore[attr-defined]  # read above


class UnsavedAnswerMiddleware:
    """Give the advice for an answer that is sent after the sign-in has ended, in place of the sign-in page.

    A message that is sent then is kept in the same way, so that it can be sent again. Each response to an answer has
    the header X-Answered. A phone keeps an answer whose response lacks it, since that comes from a proxy or a network
    and not from here. What was kept for another account is not saved.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method != "POST" or not keeps_what_was_sent(request.path):
            return response
        if response.status_code == 302 and not request.user.is_authenticated:
            redirect, response = response, signed_out(request)
            if redirect.has_header("Clear-Site-Data"):  # the device was ended: nothing stays on it
                response["Clear-Site-Data"] = redirect["Clear-Site-Data"]
                del response[NOT_SAVED]
        if is_answer_path(request.path):
            response["X-Answered"] = "yes"
        return response

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> None:
        """Note the account, before `request.user` is read, which flushes the session of a closed account."""
        if request.method == "POST" and keeps_what_was_sent(request.path):
            note_account(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return answers_of_another(request) if isinstance(exception, AnswersOfAnotherError) else None


class ReadableRedirectMiddleware:
    """Answer a script with the address of a redirect, in the header X-Next, in place of the redirect.

    A script cannot read a redirect, so it could not tell ours from one of a proxy or a network.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.headers.get("X-By-Script") == "yes" and response.has_header("Location"):
            response["X-Next"] = response["Location"]
            del response["Location"]
            response.status_code = 200
        return response


class DatabaseErrorMiddleware:
    """Answer with status 503 and advice if a view could not reach the database.

    Errors outside of views, such as in reading the session, come to `handler500` instead.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return respond_to_database_error(request, exception)
