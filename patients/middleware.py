"""Middleware of the patients' side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from patients.sign_in.login import get_device_id, log_out

#: Beginning of the routes that a phone of a patient or helper asks for.
OWN_ROUTES = "my/"


class ClearSiteDataMiddleware:
    """Whoever was signed out from elsewhere is told to throw away what their browser holds of ours.

    A device that was ended is met at the door (`access.for_patients`). Where the account was closed, or its sessions
    were ended by raising its number, Django answers as if nobody had ever been signed in, and what waits to be sent
    would stay on the phone. A session that ran out by itself names no device any more: there it is kept for its owner.
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
        """Look before anybody asks who it is: that empties the session of whoever was signed out."""
        match = request.resolver_match
        if match is not None and match.route.startswith(OWN_ROUTES):
            request.was_device = get_device_id(request) is not None  # type: ignore[attr-defined]  # read above
