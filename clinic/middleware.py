"""Small middleware of the house."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from .display import write_display_cookie
from .languages import TEAM_LANGUAGE, activate_language, is_staff_route, write_language_cookie

Handler = Callable[[HttpRequest], HttpResponse]
View = Callable[..., HttpResponseBase]


class HealthCheckMiddleware:
    """Answers /healthz (alive) and /readyz (database reachable, migrations applied).

    It stands before host checks and redirects to https, because probes speak plain http to an address.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.migrated = False

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return HttpResponse("alive\n", content_type="text/plain")
        if request.path == "/readyz":
            problem = self._not_ready()
            return HttpResponse(
                f"{problem or 'ready'}\n", content_type="text/plain", status=503 if problem else 200
            )
        return self.get_response(request)

    def _not_ready(self) -> str:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            # The code of a process does not change, so migrations once applied need no second look.
            self.migrated = self.migrated or not _missing_migrations()
        except DatabaseError:
            return "database not reachable"
        return "" if self.migrated else "migrations not applied"


def _missing_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


class LanguageMiddleware(LocaleMiddleware):
    """Speaks the language chosen on the device, else the browser's, and English on the team's pages.

    The language is not in the address, so caches are told what it depends on. A picture speaks none.
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
    """Every page wants a signed-in person, unless its view says `login_not_required`.

    Django's own asks who it is before it asks what is wanted. For a picture that anyone may have and keep, that
    would cost two queries, and bind the kept copy to one person's cookie.
    """

    def process_view(
        self, request: HttpRequest, view_func: View, view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class NoStoreMiddleware:
    """Pages of signed-in people are kept by no cache: on a shared device, Back must not show them after sign-out."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # In this order: a response that says how it may be kept does not depend on who asks, nor on their cookie.
        if not response.has_header("Cache-Control") and request.user.is_authenticated:
            add_never_cache_headers(response)
        return response


class DisplayMiddleware:
    """Text size and colours: sends the cookie that a choice is kept in, and says that pages differ by it.

    Only pages do. A picture that everyone may keep stays the same whatever cookie comes along.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        write_display_cookie(request, response)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response
