"""The language of a page, and the cookie that stores a choice of language on the device.

Visitors and patients read the language that they chose on this device, or else the one their browser asks for. The
team's pages are written in English only, so English is active there whatever the browser asks for: the `lang`
attribute of a page has to be true.

The formats of dates and times follow the region of the user's clinic: `activate_region` adds it to the language.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from clinic.regions import get_language_tag

TEAM_LANGUAGE = "en"
#: Prefixes of the routes for the team and for development.
TEAM_ROUTES = ("staff/", "admin/", "accounts/", "dev/", "ui/")


@dataclass(frozen=True)
class Choice:
    """A language to store on the device: for LANGUAGE_COOKIE_AGE if `lasts`, else until the browser closes."""

    language: str
    lasts: bool


def is_supported_language(language: str) -> bool:
    """Return True if `language` is one of settings.LANGUAGES."""
    return language in dict(settings.LANGUAGES)


def is_staff_route(request: HttpRequest) -> bool:
    """Return True if the resolved route is one of TEAM_ROUTES."""
    match = request.resolver_match
    return match is not None and match.route.startswith(TEAM_ROUTES)


def override_team_language(region: str) -> AbstractContextManager[None]:
    """Return a context manager that activates the team's language in a region, for what is written to a team."""
    return translation.override(get_language_tag(TEAM_LANGUAGE, region))


def activate_language(request: HttpRequest, language: str) -> None:
    """Activate the language for the rest of this request."""
    translation.activate(language)
    request.LANGUAGE_CODE = language


def activate_region(request: HttpRequest, region: str) -> None:
    """Activate the region with this code, the one of the user's clinic, with the language of this request."""
    translation.activate(get_language_tag(request.LANGUAGE_CODE, region))


def set_language_cookie(request: HttpRequest, language: str, *, lasts: bool = True) -> None:
    """Activate the language now, and store it in a cookie that `LanguageMiddleware` sends with the response."""
    activate_language(request, language)
    request.language_to_keep = Choice(language, lasts)  # type: ignore[attr-defined]  # read by LanguageMiddleware


def get_language_cookie(request: HttpRequest) -> str:
    """Return the language that was chosen on this device, or "" if none was."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if is_supported_language(chosen) else ""


def write_language_cookie(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set the cookie on the response, if `set_language_cookie` was called for this request."""
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
