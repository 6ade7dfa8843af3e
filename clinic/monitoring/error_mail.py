"""Mail about errors, to `settings.ERROR_MAIL_TO`: one an hour for each kind of error and route.

It is delivered at once and not through the outbox, since the database may be what fails. Like the log, it holds no
path, no text of an exception and nothing that a person sent.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from http import HTTPStatus

from django.conf import settings
from django.core.mail import EmailMessage

from clinic.monitoring.error_limit import INTERVAL, ErrorLimit
from clinic.monitoring.log_format import OWN_LOGGERS, describe_exception, get_request_facts, get_safe_message
from clinic.outbox.connections import NO_REPLIES, open_connection
from clinic.request_ids import get_request_id

logger = logging.getLogger(__name__)

#: Seconds that a mail server may take.
TIMEOUT = 10
#: Seconds that a process which ends waits for mail on its way.
LAST_WAIT = 5


class ErrorMailHandler(logging.Handler):
    """Mails errors from a thread of its own, so that a slow mail server delays no request."""

    def __init__(self, limit: ErrorLimit | None = None) -> None:
        super().__init__(level=logging.ERROR)
        self._limit = limit or ErrorLimit()
        self._waiting: queue.Queue[tuple[str, str]] = queue.Queue(maxsize=100)
        self._thread: threading.Thread | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if not settings.ERROR_MAIL_TO or _is_logged_elsewhere(record):
            return
        try:
            title = _get_title(record)
            held = self._limit.take(title, time.time())
            if held is not None:
                self._waiting.put_nowait((title, _compose(record, held)))
                self._start()
        except queue.Full:
            return
        except Exception:
            self.handleError(record)

    def flush(self) -> None:
        """Wait for the mails on their way, LAST_WAIT seconds at most."""
        with self._waiting.all_tasks_done:
            self._waiting.all_tasks_done.wait_for(
                lambda: not self._waiting.unfinished_tasks, timeout=LAST_WAIT
            )

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # the name of logging
        """Do nothing: Python's own way prints the record with its values."""

    def _start(self) -> None:
        """Start the thread, which is new in each process."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._deliver, name="error mail", daemon=True)
            self._thread.start()

    def _deliver(self) -> None:
        while True:
            title, text = self._waiting.get()
            with contextlib.suppress(Exception):
                _send(title, text)
            self._waiting.task_done()


def _send(title: str, text: str) -> None:
    try:
        EmailMessage(
            " ".join(f"[Surefoot] {title}".split())[:200],
            text,
            settings.SERVER_EMAIL,
            settings.ERROR_MAIL_TO,
            headers=NO_REPLIES,
            connection=open_connection(TIMEOUT),
        ).send()
    except Exception as error:  # a warning is not mailed
        logger.warning("Mail about an error was not delivered: %s", type(error).__name__)


def _is_logged_elsewhere(record: logging.LogRecord) -> bool:
    """Return True for Django's record of an outage: the view that answered with it has logged it with its kind."""
    return getattr(record, "status_code", None) == HTTPStatus.SERVICE_UNAVAILABLE


def _get_title(record: logging.LogRecord) -> str:
    """Return kind and route: "ValueError at staff/plans/<uuid:plan_id>/"."""
    route = get_request_facts(record).get("route")
    kind = describe_exception(record).get("error") or _get_kind(record)
    return f"{kind} at {route}" if route else kind


def _get_kind(record: logging.LogRecord) -> str:
    """Return the message with its words, such as the name of a job, and without its numbers and ids."""
    if record.name.split(".")[0] not in OWN_LOGGERS or not isinstance(record.args, tuple):
        return get_safe_message(record)
    try:
        return str(record.msg) % tuple(value if isinstance(value, str) else "…" for value in record.args)
    except (TypeError, ValueError):
        return str(record.msg)


def _compose(record: logging.LogRecord, held: int) -> str:
    facts = get_request_facts(record) | describe_exception(record)
    frames = facts.pop("frames", [])
    lines = [
        get_safe_message(record),
        "",
        f"Site: {settings.SITE_URL}",
        f"Logger: {record.name}",
        f"Request id: {get_request_id() or '–'}",
        *(
            f"{name}: {', '.join(value) if isinstance(value, list) else value}"
            for name, value in facts.items()
        ),
        "",
        *frames,
        "",
        f"Not mailed since the last mail of this kind: {held}.",
        f"There is one mail in {INTERVAL // 60} minutes for each kind and route. The log has every error.",
    ]
    return "\n".join(lines)
