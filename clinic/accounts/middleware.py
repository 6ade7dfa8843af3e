"""Middleware of staff accounts."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from clinic.accounts.encryption import UnreadableSecretError
from clinic.accounts.views import respond_to_unreadable_secret


class UnreadableSecretMiddleware:
    """Answer with status 503 and advice if the secret of a second factor cannot be decrypted."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, UnreadableSecretError):
            return respond_to_unreadable_secret(request)
        return None
