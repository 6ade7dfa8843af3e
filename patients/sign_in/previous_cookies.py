"""Cookies from before their names had a prefix: the session of an own phone, and the choices of language and display.

A phone whose session ended at the upgrade would need a new card, and could not send the answers that it keeps. So the
session goes on under the new name. Staff and people at a shared device sign in again. This module can go a year after
the upgrade, when the last such session has ended (`OWN_PHONE_MAX_SESSION_AGE`).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from clinic.display import DISPLAY_COOKIE_AGE

from .login import DEVICE, is_own_phone

#: The backend that all sessions name which began before the upgrade, and none that began after it.
PREVIOUS_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_SessionStore = import_module(settings.SESSION_ENGINE).SessionStore


class PreviousCookiesMiddleware:
    """Continue the session of an own phone from a cookie without the prefix, and replace the cookies of before.

    A neighbouring host can set cookies without the prefix. It can only set the key of a session that somebody had on
    their own phone before the upgrade, and only in a browser that has no session with the prefix.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.HOST_ONLY:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.session_name, self.csrf_name = map(
            _get_previous_name, (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME)
        )
        self.choices = {
            settings.LANGUAGE_COOKIE_NAME: settings.LANGUAGE_COOKIE_AGE,
            settings.DISPLAY_COOKIE_NAME: int(DISPLAY_COOKIE_AGE.total_seconds()),
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Read the choices, which are checked where they are used, and replace the cookies with the response.

        Pictures, which caches may share, set no cookie. Neither does a server error: no session is saved with one.
        """
        chosen = {}
        for name in self.choices:
            previous = _get_previous_name(name)
            if previous in request.COOKIES and name not in request.COOKIES:
                chosen[name] = request.COOKIES[name] = request.COOKIES[previous]
        response = self.get_response(request)
        if response.status_code >= 500:
            return response
        if hasattr(request, "is_continued"):
            self._replace_session(request, response)
        if response.get("Content-Type", "").startswith("text/html"):
            for name, value in chosen.items():
                response.delete_cookie(_get_previous_name(name))
                if name not in response.cookies:
                    _set_cookie(response, name, value, self.choices[name])
        return response

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> None:
        """Continue the session before anything reads it, unless the view is a page that needs none.

        Such a page may have set a new secret for its form. The form is sent with it, so it stays.
        """
        key = request.COOKIES.get(self.session_name)
        is_for_one = getattr(view_func, "login_required", True) or hasattr(view_func, "is_device_checked")
        needs_session = is_for_one or request.method == "POST"
        if key is None or not needs_session:
            return
        is_continued = settings.SESSION_COOKIE_NAME not in request.COOKIES and _continue_session(request, key)
        request.is_continued = is_continued  # type: ignore[attr-defined]  # read above
        has_secret = settings.CSRF_COOKIE_NAME in request.COOKIES
        if is_continued and self.csrf_name in request.COOKIES and not has_secret:
            # The open page of a phone has a token of this secret, so it stays.
            secret = request.COOKIES[self.csrf_name]
            request.COOKIES[settings.CSRF_COOKIE_NAME] = request.META["CSRF_COOKIE"] = secret

    def _replace_session(self, request: HttpRequest, response: HttpResponse) -> None:
        for name in (self.session_name, self.csrf_name):
            if name in request.COOKIES:
                response.delete_cookie(name)
        secret = request.COOKIES.get(settings.CSRF_COOKIE_NAME)
        is_new = settings.CSRF_COOKIE_NAME in response.cookies  # the one that a sign-in has made
        if request.is_continued and secret is not None and not is_new:  # type: ignore[attr-defined]
            _set_cookie(response, settings.CSRF_COOKIE_NAME, secret, settings.CSRF_COOKIE_AGE)


def _get_previous_name(name: str) -> str:
    return name.removeprefix(settings.HOST_ONLY)


def _set_cookie(response: HttpResponse, name: str, value: str, seconds: int) -> None:
    response.set_cookie(name, value, max_age=seconds, secure=True, httponly=True, samesite="Lax")


def _continue_session(request: HttpRequest, key: str) -> bool:
    """Use the session with this key for the request. Return False if it may not be continued."""
    current, previous = request.session, _SessionStore(key)
    request.session = previous
    if previous.get(BACKEND_SESSION_KEY) == PREVIOUS_BACKEND and is_own_phone(request) and DEVICE in previous:
        # The key stays: several requests of a page come at once, each with the cookie of before.
        previous.modified = True
        return True
    request.session = current
    return False
