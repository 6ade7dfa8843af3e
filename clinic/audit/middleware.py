"""Middleware that records every look at a patient's record before the response leaves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from clinic.audit.context import RequestContext, get_context, set_context
from clinic.audit.services import record_reads
from clinic.rate_limits import get_client_ip
from clinic.request_ids import get_request_id

Handler = Callable[[HttpRequest], HttpResponse]


class AuditMiddleware:
    """Give the request an audit context, and record the looks that views have noted in it.

    The rows are written by one statement, a transaction of its own, once the response is drawn: on SQLite one
    transaction around the whole view would make every read a writer. If they cannot be written, the error takes the
    place of the response: no record, no data. A redirect and an error page show no record.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        context = RequestContext(request_id=get_request_id(), address=get_client_ip(request))
        set_context(context)
        try:
            response = self.get_response(request)
            if (context.read or context.listed) and shows_data(response):
                record_reads(context, user=request.user)  # type: ignore[arg-type]  # views with data need a sign-in
            return response
        finally:
            set_context(None)

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: tuple[Any, ...], view_kwargs: dict[str, Any]
    ) -> None:
        context = get_context()
        if context is not None and request.resolver_match is not None:
            context.route = request.resolver_match.view_name or ""


def shows_data(response: HttpResponse) -> bool:
    """Return False for redirects, for "not found" and refusals, and for errors of the server."""
    return response.status_code < 300 or response.status_code in (400, 409, 422, 429)
