"""The connection to the mail server. It needs no database, and no model is imported."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend

#: Timeout of the mail server, in seconds.
SMTP_TIMEOUT = 20
#: Prevents automatic replies such as out-of-office messages (RFC 3834).
NO_REPLIES = {"Auto-Submitted": "auto-generated"}


def open_connection(timeout: float = SMTP_TIMEOUT) -> BaseEmailBackend:
    """Return a connection to the mail server of `settings.OUTBOX_DELIVERY`, which waits `timeout` seconds at most."""
    options: dict[str, Any] = settings.OUTBOX_DELIVERY
    keywords: dict[str, Any] = {
        "host": options.get("EMAIL_HOST"),
        "port": options.get("EMAIL_PORT"),
        "username": options.get("EMAIL_HOST_USER"),
        "password": options.get("EMAIL_HOST_PASSWORD"),
        "use_tls": options.get("EMAIL_USE_TLS"),
        "use_ssl": options.get("EMAIL_USE_SSL"),
        "file_path": options.get("EMAIL_FILE_PATH"),
        "timeout": timeout if options.get("EMAIL_HOST") else None,
    }
    given = {key: value for key, value in keywords.items() if value}
    connection: BaseEmailBackend = get_connection(options["EMAIL_BACKEND"], **given)
    return connection
