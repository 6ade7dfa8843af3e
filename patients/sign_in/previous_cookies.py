"""Sessions of patients' own phones from before cookies had names with a prefix.

A phone whose session ended at the upgrade would need a new card, and could not send the answers that it keeps. So the
session goes on under the new name. Staff and people at a shared device sign in again. This module can go a year after
the upgrade, when the last such session has ended (`OWN_PHONE_MAX_SESSION_AGE`).
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from clinic.display import get_display, remember
from clinic.languages import get_language_cookie, set_language_cookie

from .login import DEVICE, is_own_phone

#: The backend that all sessions name which began before the upgrade, and none that began after it.
PREVIOUS_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
_SessionStore = import_module(settings.SESSION_ENGINE).SessionStore


class PreviousCookiesMiddleware:
    """Continue the session of an own phone from a cookie without the prefix, and replace the cookie.

    A neighbouring host can set cookies without the prefix. It can only set the key of a session that somebody had on
    their own phone before the upgrade, and only in a browser that has no session with the prefix.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.HOST_ONLY:
            raise MiddlewareNotUsed
        self.get_response = get_response
        names = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME]
        names += [settings.LANGUAGE_COOKIE_NAME, settings.DISPLAY_COOKIE_NAME]
        self.names = {name: name.removeprefix(settings.HOST_ONLY) for name in names}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.COOKIES.get(self.names[settings.SESSION_COOKIE_NAME])
        if key is None:
            return self.get_response(request)
        is_continued = settings.SESSION_COOKIE_NAME not in request.COOKIES and _continue_session(request, key)
        if is_continued:
            self._take_over_choices(request)
        response = self.get_response(request)
        for name in self.names.values():
            if name in request.COOKIES:
                response.delete_cookie(name)
        if is_continued and settings.CSRF_COOKIE_NAME in request.COOKIES:
            # The open page of a phone has a token of this secret, so it stays.
            response.set_cookie(
                settings.CSRF_COOKIE_NAME,
                request.COOKIES[settings.CSRF_COOKIE_NAME],
                max_age=settings.CSRF_COOKIE_AGE,
                secure=True,
                httponly=True,
                samesite="Lax",
            )
        return response

    def _take_over_choices(self, request: HttpRequest) -> None:
        for name, previous in self.names.items():
            if name != settings.SESSION_COOKIE_NAME and previous in request.COOKIES:
                request.COOKIES.setdefault(name, request.COOKIES[previous])
        if settings.DISPLAY_COOKIE_NAME in request.COOKIES:
            remember(request, get_display(request), lasting=True)
        if language := get_language_cookie(request):
            set_language_cookie(request, language)


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
