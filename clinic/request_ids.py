"""The request id: a random name of one request, on each of its log lines, its error page and its response."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar

#: The id of the request that this thread answers, "" outside of requests. It is set anew for each request and never
#: reset, since Django logs a failed response after the outermost middleware has returned.
_request_id: ContextVar[str] = ContextVar("request_id", default="")
#: 32 hexadecimal digits, also in the form of a UUID: what proxies make. Anything looser could carry a name or a date.
_MADE_BY_A_PROXY = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def get_request_id() -> str:
    """Return the id of the current request, or "" outside of requests."""
    return _request_id.get()


def start_request_id(given: str = "") -> str:
    """Set and return the id of a new request: `given` if it has the form of an id, else a random one."""
    request_id = given if _MADE_BY_A_PROXY.fullmatch(given) else secrets.token_hex(8)
    _request_id.set(request_id)
    return request_id
