"""The outermost middleware: gives each request its id, and writes one line of log about it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from clinic.request_ids import start_request_id

logger = logging.getLogger(__name__)

#: Methods that are written as they are: a client may send any word as its method.
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
#: Header with the request id, of a trusted proxy and of each response.
REQUEST_ID = "X-Request-Id"
#: Paths of probes. Their requests are logged only when they fail.
PROBES = ("/healthz", "/healthz/worker", "/readyz", "/metrics")


class RequestLogMiddleware:
    """Logs method, route, status and duration of each request, and sends its id in the header X-Request-Id.

    The route ("card/<str:code>/") is logged in place of the path, since paths hold ids and secrets.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started_at = time.perf_counter()
        request_id = start_request_id(request.headers.get(REQUEST_ID, "") if settings.TRUST_PROXY else "")
        response = self.get_response(request)
        response[REQUEST_ID] = request_id
        if response.status_code < 400 and self._is_unremarkable(request.path):
            return response
        match = request.resolver_match
        logger.info(
            "request",
            extra={
                "method": request.method if request.method in METHODS else "other",
                "route": match.route if match else "",
                "status": response.status_code,
                "ms": round((time.perf_counter() - started_at) * 1000),
            },
        )
        return response

    def _is_unremarkable(self, path: str) -> bool:
        """Return True for probes, which ask every few seconds, and static files."""
        return path in PROBES or path.startswith(settings.STATIC_URL)
