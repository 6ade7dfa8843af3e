"""Mail that survives a dead mail server.

Everything that sends mail, sends it through `OutboxBackend`: the message becomes a row in the transaction of the
fact it tells of. `manage.py worker` delivers the rows and waits longer after each failure.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.utils import timezone

from .models import OutboxMessage

logger = logging.getLogger(__name__)

#: Wait after the first failure; doubled after each next one, up to LONGEST_WAIT.
FIRST_WAIT = datetime.timedelta(seconds=30)
LONGEST_WAIT = datetime.timedelta(hours=6)
#: About five days of trying.
MOST_ATTEMPTS = 30
#: While a message is being sent, no other worker takes it for this long. A worker killed in between loses nothing.
LEASE = datetime.timedelta(minutes=5)


class OutboxBackend(BaseEmailBackend):
    """Django's EMAIL_BACKEND: stores instead of sending. Plain text only, one row for each recipient."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        rows = [
            OutboxMessage(to=to, subject=message.subject, body=message.body, headers=dict(message.extra_headers))
            for message in email_messages
            for to in message.recipients()
        ]
        OutboxMessage.objects.bulk_create(rows)
        return len(email_messages)


def wait_after(attempts: int) -> datetime.timedelta:
    """How long to wait after that many failed attempts (1 or more)."""
    return min(FIRST_WAIT * 2 ** min(attempts - 1, 16), LONGEST_WAIT)


def deliver_next(now: datetime.datetime | None = None) -> bool:
    """Deliver the message that is due longest. False when none is due.

    The row is leased first and sent outside the transaction, so that a slow mail server holds no lock. A worker that
    dies between sending and noting it sends that one message again: at least once, never silently lost.
    """
    now = now or timezone.now()
    with transaction.atomic():
        locking = {"skip_locked": True} if connection.features.has_select_for_update_skip_locked else {}
        message = OutboxMessage.objects.due(now).select_for_update(**locking).first()
        if message is None:
            return False
        message.attempts += 1
        message.next_attempt_at = now + LEASE
        message.save(update_fields=["attempts", "next_attempt_at"])
    try:
        _send(message)
    except Exception as error:  # whatever the mail server or the network came up with: keep it and try again
        _note_failure(message, error, now)
    else:
        message.sent_at, message.body, message.last_error = timezone.now(), "", ""
        message.save(update_fields=["sent_at", "body", "last_error"])
        logger.info("Delivered message %s", message.pk)
    return True


def _send(message: OutboxMessage) -> None:
    options: dict[str, Any] = dict(settings.OUTBOX_DELIVERY)
    backend = options.pop("EMAIL_BACKEND")
    keywords = {
        "host": options.get("EMAIL_HOST"),
        "port": options.get("EMAIL_PORT"),
        "username": options.get("EMAIL_HOST_USER"),
        "password": options.get("EMAIL_HOST_PASSWORD"),
        "use_tls": options.get("EMAIL_USE_TLS"),
        "use_ssl": options.get("EMAIL_USE_SSL"),
        "file_path": options.get("EMAIL_FILE_PATH"),
        "timeout": 20 if options.get("EMAIL_HOST") else None,
    }
    mailer = get_connection(backend, **{key: value for key, value in keywords.items() if value})
    EmailMessage(
        message.subject, message.body, settings.DEFAULT_FROM_EMAIL, [message.to], headers=message.headers, connection=mailer
    ).send()


def _note_failure(message: OutboxMessage, error: Exception, now: datetime.datetime) -> None:
    message.last_error = f"{type(error).__name__}: {error}"[:200]
    message.next_attempt_at = now + wait_after(message.attempts)
    if message.attempts >= MOST_ATTEMPTS:
        message.given_up_at = now
    message.save(update_fields=["last_error", "next_attempt_at", "given_up_at"])
    logger.warning("Message %s not delivered, attempt %s: %s", message.pk, message.attempts, type(error).__name__)
