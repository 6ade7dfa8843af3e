"""Middleware for health checks, security headers, sessions, language, sign-in, caching and display settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.sessions import middleware as sessions
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from prometheus_client import CONTENT_TYPE_LATEST

from clinic.monitoring.metrics import is_metrics_token, render_metrics
from clinic.monitoring.selectors import get_worker_health

from .display import write_display_cookie
from .languages import (
    TEAM_LANGUAGE,
    activate_language,
    activate_region,
    is_staff_route,
    write_language_cookie,
)

Handler = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponseBase]


class HealthCheckMiddleware:
    """Answer /healthz (alive), /readyz (database reachable, migrations applied), /healthz/worker and /metrics.

    Runs before host checks and redirects to https, because probes send plain http to an IP address. A late worker is
    told by /readyz, too, and does not make the app unready: that would take the site away because e-mail is late.
    Without the token of the settings, /metrics is a missing page.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.migrated = False
        self.answers: dict[str, Callable[[], tuple[int, str]]] = {
            "/healthz": lambda: (200, "alive"),
            "/healthz/worker": _answer_about_worker,
            "/readyz": self._answer_about_app,
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/metrics" and is_metrics_token(request.headers.get("Authorization", "")):
            return _answer_with_metrics()
        answer = self.answers.get(request.path)
        if answer is None:
            return self.get_response(request)
        try:
            status, text = answer()
        except Error:
            status, text = 503, "database not reachable"
        response = HttpResponse(f"{text}\n", content_type="text/plain", status=status)
        add_never_cache_headers(response)
        return response

    def _answer_about_app(self) -> tuple[int, str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        # The code of a process does not change, so migrations are checked only until they are all applied.
        self.migrated = self.migrated or not _missing_migrations()
        if not self.migrated:
            return 503, "migrations not applied"
        _status, worker = _answer_about_worker()
        return 200, f"ready\n{worker}"


def _answer_with_metrics() -> HttpResponse:
    try:
        response = HttpResponse(render_metrics(timezone.now()), content_type=CONTENT_TYPE_LATEST)
    except Error:
        response = HttpResponse("database not reachable\n", content_type="text/plain", status=503)
    add_never_cache_headers(response)
    return response


def _answer_about_worker() -> tuple[int, str]:
    """Return 503 if a lane of the worker gives no sign of life or an e-mail is late. Raises Error of the database."""
    health = get_worker_health()
    problems = []
    if health.late_lanes:
        problems.append(f"no sign of life of: {', '.join(health.late_lanes)}")
    if health.late_mail_since:
        problems.append(f"e-mail has waited since {health.late_mail_since:%Y-%m-%d %H:%M} UTC")
    if health.all_refused_since:
        problems.append(
            f"the mail server refuses all e-mail since {health.all_refused_since:%Y-%m-%d %H:%M} UTC"
        )
    return (503, f"worker late, {'; '.join(problems)}") if problems else (200, "worker well")


def _missing_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


class SecurityHeadersMiddleware:
    """Send the headers Permissions-Policy and Cross-Origin-Resource-Policy with every response.

    Django sends Cross-Origin-Opener-Policy and the others.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.policy = ", ".join(f"{feature}=({who})" for feature, who in settings.PERMISSIONS_POLICY.items())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.policy)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class SessionMiddleware(sessions.SessionMiddleware):
    """Keep sessions as Django does, and delete the cookie only with the response to the request that ends the session.

    Django deletes it as well when the session of a request is missing. A page may have two requests under way: the one
    ends the session and sets the cookie of a new one, and a later response to the other would delete that cookie, with
    the sign-in or the kept form behind it. A cookie whose session is missing opens nothing.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer = super().process_response(request, response)
        session = getattr(request, "session", None)
        if session is not None and session.is_empty() and not session.modified:
            answer.cookies.pop(settings.SESSION_COOKIE_NAME, None)
        return answer


class LanguageMiddleware(LocaleMiddleware):
    """Activate the language chosen on the device, else the browser's, and English on the team's pages.

    Pages follow the region of a clinic as soon as its member (`SignInRequiredMiddleware`) or patient is known.

    The language is not part of the URL, so the Vary header names what it depends on. Responses that are images have no
    language, and are left unchanged.
    """

    def process_view(
        self, request: HttpRequest, view_func: View, view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> None:
        if is_staff_route(request):
            activate_language(request, TEAM_LANGUAGE)

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.get("Content-Type", "").startswith("image/"):
            return response
        answer = super().process_response(request, response)
        patch_vary_headers(answer, ["Cookie"])
        write_language_cookie(request, answer)
        return answer


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Require a signed-in user for every view that is not marked `login_not_required`.

    Django's own middleware loads the user before it looks at the view. For a public picture that caches may store,
    this would cost two queries and make the response vary by the session cookie.

    The team's pages then follow the region of the user's clinic. This is the first middleware that asks the database,
    after the token of a form was checked: in an outage, only a form with its token is kept.
    """

    def process_view(
        self, request: HttpRequest, view_func: View, view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        refusal: HttpResponseBase | None = super().process_view(request, view_func, view_args, view_kwargs)
        match = request.resolver_match
        # The administration is of no clinic.
        if refusal is None and is_staff_route(request) and match is not None and match.namespace != "admin":
            membership = request.user.membership if request.user.is_authenticated else None
            if membership is not None:
                activate_region(request, membership.clinic.region)
        return refusal


class NoStoreMiddleware:
    """Forbid caching of signed-in users' pages: on a shared device, Back must not show them after sign-out."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # Cache-Control is checked first: a response that sets it does not depend on the user, and reading
        # `request.user` would make it vary by cookie.
        if not response.has_header("Cache-Control") and request.user.is_authenticated:
            add_never_cache_headers(response)
        return response


class DisplayMiddleware:
    """Send the cookie with the display settings, and add `Vary: Cookie` to pages.

    Only HTML pages depend on the settings. Pictures do not, so that caches can share them.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        write_display_cookie(request, response)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response
