"""The outbox: e-mail is stored in the database, and delivered and retried by the worker.

All e-mail is sent through `OutboxBackend`, which stores each message as a row in the same transaction as the change
that it reports. `manage.py worker` delivers the rows, and waits longer after each failure.
"""

from __future__ import annotations

import datetime
import logging
import re
import smtplib
from collections.abc import Sequence
from email.utils import format_datetime, parsedate_to_datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import BadHeaderError, EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from clinic.models import OutboxMessage, Priority
from clinic.outbox.connections import NO_REPLIES, open_connection

logger = logging.getLogger(__name__)

#: Delay after the first failure; doubled after each further one, up to MAX_RETRY_DELAY.
FIRST_RETRY_DELAY = datetime.timedelta(seconds=30)
MAX_RETRY_DELAY = datetime.timedelta(hours=6)
#: The delay of an urgent message while the mail server is away: it leaves soon after the server is back.
MAX_URGENT_DELAY = datetime.timedelta(minutes=10)
#: Attempts over about five days, of urgent messages as well.
MAX_ATTEMPTS = 30
MAX_URGENT_ATTEMPTS = 720
#: Refusals for good, over about eight hours, while the mail server accepts other messages. While it accepts none, it
#: may be set up wrongly, and a refused message is given up after MAX_ATTEMPTS refusals.
MAX_REFUSALS = 11
#: The reply of a server that closes the connection.
CLOSING = 421
#: No other worker takes a message for this long after one began to send it: much longer than the mail server's timeout.
#: If that worker dies, nothing is lost.
LEASE = datetime.timedelta(minutes=5)
#: Errors of a mail server that is not reachable, as `last_error` names them.
SERVER_AWAY = (
    *("ConnectionRefusedError", "ConnectionResetError", "ConnectionAbortedError", "BrokenPipeError"),
    *("TimeoutError", "OSError", "gaierror", "SMTPConnectError", "SMTPServerDisconnected"),
)


def expires_header(moment: datetime.datetime) -> dict[str, str]:
    """Return the Expires header (RFC 4021), with a precision of seconds. An expired message is not sent."""
    return {"Expires": format_datetime(moment.astimezone(datetime.UTC))}


class OutboxBackend(BaseEmailBackend):
    """E-mail backend that stores messages instead of sending them: plain text, one row per recipient.

    Raises ValueError for content that it would have to drop (attachments, other formats), and BadHeaderError for
    headers and addresses that cannot be written or that no mail server accepts, so that the caller fails at once and
    not the worker for five days.
    """

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        rows = [row for message in email_messages for row in _build_rows(message)]
        OutboxMessage.objects.bulk_create(rows)
        return len(email_messages)


def _build_rows(message: EmailMessage) -> list[OutboxMessage]:
    if message.attachments or getattr(message, "alternatives", None):
        raise ValueError("The outbox holds plain text only.")
    headers = {name: str(value) for name, value in message.extra_headers.items()}
    if message.reply_to:
        headers["Reply-To"] = ", ".join(message.reply_to)
    subject = str(message.subject)
    texts = (subject, *headers, *headers.values(), *message.recipients())
    if any(_UNPRINTABLE.search(text) for text in texts):
        raise BadHeaderError("A header of an e-mail cannot hold a line break or another control character.")
    if not all(_HEADER_NAME.fullmatch(name) for name in headers):
        raise BadHeaderError("The name of a header consists of letters, digits and hyphens.")
    rows = [
        OutboxMessage(
            to=to,
            subject=subject[:200],
            body=str(message.body),
            headers=headers,
            priority=getattr(message, "priority", Priority.NORMAL),
            clinic=getattr(message, "clinic", None),
            patient_key=getattr(message, "patient_key", None),
        )
        for to in message.recipients()
    ]
    for row in rows:
        _check_it_can_be_sent(row)
    return rows


#: Control characters, which headers cannot hold. A tab may separate words.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_HEADER_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


def _check_it_can_be_sent(row: OutboxMessage) -> None:
    """Check the address, and write the message as the worker will. Raises BadHeaderError if either fails.

    A part of a domain with more than 63 letters is an error only once the message is on its way.
    """
    try:
        validate_email(row.to)
        _compose(row).message().as_bytes()
    except (ValidationError, ValueError) as error:
        raise BadHeaderError(f"The e-mail cannot be sent: {type(error).__name__}") from error


def get_retry_delay(attempts: int, longest: datetime.timedelta = MAX_RETRY_DELAY) -> datetime.timedelta:
    """Return the delay after `attempts` failed attempts (1 or more)."""
    doubled: int = 2 ** min(attempts - 1, 16)
    return min(FIRST_RETRY_DELAY * doubled, longest)


def deliver_next(now: datetime.datetime | None = None) -> bool:
    """Try once to send the next message: an urgent one, else the longest due. Return False if none is due.

    The row is leased first and sent outside the transaction, so that a slow mail server holds no lock. If a worker
    dies between sending a message and storing that, the message is sent again: delivery is at least once.
    """
    now = now or timezone.now()
    message = _lease(now)
    if message is None:
        return False
    if _is_expired(message, now):
        _has_valid_lease(message).update(given_up_at=now, body="", last_error="Too late to be of use.")
        logger.info("Message %s not sent: expired", message.pk)
        return True
    try:
        _send(message)
    except (
        Exception
    ) as error:  # any error of the mail server or the network is stored, and the message retried
        _record_failure(message, error, now)
    else:
        _has_valid_lease(message).update(
            sent_at=timezone.now(), body="", last_error="", refused_at=None, refusals=0
        )
        logger.info("Message %s sent", message.pk)
        _try_others_now(now)
    return True


def _try_others_now(now: datetime.datetime) -> None:
    """Make the messages due that wait because the mail server was away, now that it has accepted one.

    Those that another worker is sending have no error, and are left alone. So are the last ten attempts, so that a
    server that comes and goes does not use them up.
    """
    was_away = Q()
    for name in SERVER_AWAY:
        was_away |= Q(last_error__startswith=f"{name}:")
    waiting = OutboxMessage.objects.waiting().filter(was_away, next_attempt_at__gt=now)
    waiting.filter(Q(priority=Priority.URGENT) | Q(attempts__lt=MAX_ATTEMPTS - 10)).update(
        next_attempt_at=now
    )


def bring_back_messages(now: datetime.datetime) -> int:
    """Make the messages due that were written or tried while the clock was ahead, and return their number.

    Their next attempt may be a day away. No delay is longer than MAX_RETRY_DELAY. `created_at` stays, since the
    Message-ID holds it.
    """
    later = OutboxMessage.objects.waiting().filter(next_attempt_at__gt=now + LEASE)
    ahead = Q(created_at__gt=now + LEASE) | Q(next_attempt_at__gt=now + MAX_RETRY_DELAY + LEASE)
    return later.filter(ahead).update(next_attempt_at=now)


def retry_messages(messages: QuerySet[OutboxMessage], now: datetime.datetime | None = None) -> int:
    """Queue the given-up ones among `messages` again, with no attempts counted. Return their number."""
    given_up = messages.filter(given_up_at__isnull=False)
    return given_up.update(
        given_up_at=None, refused_at=None, refusals=0, attempts=0, next_attempt_at=now or timezone.now()
    )


def _lease(now: datetime.datetime) -> OutboxMessage | None:
    """Return the next message, leased for LEASE; None if none is due.

    Its `attempts` identifies the lease.
    """
    due = OutboxMessage.objects.due(now)
    if not due.exists():  # the usual case, which needs no lock
        return None
    skip = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        message = due.select_for_update(skip_locked=skip).first()
        if message is not None:
            message.attempts += 1
            message.next_attempt_at = now + LEASE
            message.last_error = ""  # it does not wait any more, see `_try_others_now`
            message.save(update_fields=["attempts", "next_attempt_at", "last_error"])
    return message


def _has_valid_lease(message: OutboxMessage) -> QuerySet[OutboxMessage]:
    """Return the row, or none if the lease expired and another worker has taken or sent the message since."""
    return OutboxMessage.objects.filter(pk=message.pk, attempts=message.attempts, sent_at=None)


def _is_expired(message: OutboxMessage, now: datetime.datetime) -> bool:
    expires = message.headers.get("Expires")
    return expires is not None and parsedate_to_datetime(expires) < now


def _send(message: OutboxMessage) -> None:
    email = _compose(message)
    email.connection = open_connection()
    email.send()


def _compose(message: OutboxMessage) -> EmailMessage:
    headers = NO_REPLIES | {"Message-ID": _message_id(message)} | message.headers
    return EmailMessage(
        message.subject, message.body, settings.DEFAULT_FROM_EMAIL, [message.to], headers=headers
    )


def _message_id(message: OutboxMessage) -> str:
    """Return a Message-ID that is the same at every attempt, so that a mail server can drop duplicates."""
    domain = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<outbox-{message.pk}-{message.created_at:%Y%m%d%H%M%S%f}@{domain}>"


def _record_failure(message: OutboxMessage, error: Exception, now: datetime.datetime) -> None:
    """Store the error and the time of the next attempt, or give the message up.

    Attempts and refusals for good are counted apart: a message that waited through an outage is not given up at its
    first refusal. One that is refused for now waits because of its address; if the server is away after that, it waits
    because of the server again.
    """
    code = _get_refusal_code(error)
    is_for_good = code >= 500
    is_urgent = message.priority == Priority.URGENT
    refusals = message.refusals + is_for_good
    refused_at = (message.refused_at or now) if code else message.refused_at if refusals else None
    if is_for_good:
        count, longest = refusals, MAX_RETRY_DELAY
        most = MAX_REFUSALS if _accepts_others(since=refused_at or now) else MAX_ATTEMPTS
    else:
        count, longest = message.attempts, MAX_URGENT_DELAY if is_urgent else MAX_RETRY_DELAY
        most = MAX_URGENT_ATTEMPTS if is_urgent else MAX_ATTEMPTS
    given_up = count >= most
    _has_valid_lease(message).update(
        last_error=_describe_error(error),
        next_attempt_at=now + get_retry_delay(count, longest),
        given_up_at=now if given_up else None,
        refused_at=refused_at,
        refusals=refusals,
    )
    logger.log(
        logging.ERROR if given_up and (is_urgent or not is_for_good) else logging.WARNING,
        "Message %s not delivered, attempt %s%s: %s%s",
        message.pk,
        message.attempts,
        ", given up" if given_up else "",
        type(error).__name__,
        ", refused for good" if is_for_good else ", refused for now" if code else "",
    )


def _describe_error(error: Exception) -> str:
    """Return the type of the error and its number, such as "SMTPDataError: 451". Its text may name the recipient."""
    number: int | str | None = getattr(error, "smtp_code", None) or getattr(error, "errno", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        number = next((code for code, _text in error.recipients.values()), None)
    return f"{type(error).__name__}: {number or ''}".strip()


def _accepts_others(*, since: datetime.datetime) -> bool:
    """Return True if the mail server has accepted a message since: then a refusal is about its address or text."""
    return OutboxMessage.objects.filter(sent_at__gt=since).exists()


def _get_refusal_code(error: Exception) -> int:
    """Return the code with which the server refuses this address or text, for now (400s) or for good (500s); else 0.

    Refusals of our sender or our password are trouble with the server, for which no address is to blame. So is 421: the
    server closes the connection (RFC 5321).
    """
    code = 0
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, _text = next(iter(error.recipients.values()), (0, b""))
    elif isinstance(error, smtplib.SMTPDataError):
        code = error.smtp_code
    return code if 400 <= code <= 599 and code != CLOSING else 0
