"""Which language a page speaks, and how a choice is kept on the device.

Visitors and patients read the language that they chose on this device, or else what their browser asks for. The team's
pages are written in English only, so there English is spoken whatever the browser asks: what a page says of its own
language has to be true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

TEAM_LANGUAGE = "en"
#: Beginnings of the routes that only the team opens, or whoever develops the app.
TEAM_ROUTES = ("staff/", "admin/", "accounts/", "dev/", "ui/")


@dataclass(frozen=True)
class Choice:
    """A language to keep on the device: for a year, or until the browser closes."""

    language: str
    lasts: bool


def is_supported_language(language: str) -> bool:
    """Whether we have that language."""
    return language in dict(settings.LANGUAGES)


def is_staff_route(request: HttpRequest) -> bool:
    """Whether the route that was found is one of the team's."""
    match = request.resolver_match
    return match is not None and match.route.startswith(TEAM_ROUTES)


def activate_language(request: HttpRequest, language: str) -> None:
    """From here on this request is answered in that language."""
    translation.activate(language)
    request.LANGUAGE_CODE = language


def set_language_cookie(request: HttpRequest, language: str, *, lasts: bool = True) -> None:
    """Speak that language now, and keep it in a cookie that goes out with the answer."""
    activate_language(request, language)
    request.language_to_keep = Choice(language, lasts)  # type: ignore[attr-defined]  # read by LanguageMiddleware


def get_language_cookie(request: HttpRequest) -> str:
    """The language that was chosen on this device; "" for none."""
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return kept if is_supported_language(kept) else ""


def write_language_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Hand the device what `set_language_cookie` was asked to keep."""
    choice = cast("Choice | None", getattr(request, "language_to_keep", None))
    if choice is not None:
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            choice.language,
            max_age=settings.LANGUAGE_COOKIE_AGE if choice.lasts else None,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
