"""Timeouts of the database for processes that run for long: the app and the worker.

Commands such as `migrate` have none, since a migration may take minutes.
"""

from __future__ import annotations

import select
import time
from typing import Any

from django.db import connections

#: Seconds until a server that does not accept a connection counts as away.
CONNECT_WITHIN = 5
#: Seconds that a statement of a request and of the worker may take.
OF_A_REQUEST = 15
OF_THE_WORKER = 60
#: Seconds that a statement waits for a lock, and that a transaction may stand still.
LOCK_WITHIN = 8
IDLE_IN_TRANSACTION = 60
#: Seconds that the client waits longer than the server's own timeout, which a frozen server does not keep.
GRACE = 5


def limit_waiting(statement: int) -> None:
    """Limit how long this process waits for the database: seconds for one statement. Call it once, after `setup`.

    PostgreSQL ends statements and transactions by itself; if the server is frozen, so that it does not even do that,
    the client closes the connection. SQLite waits for other writers as long as for a lock.
    """
    configured: dict[str, Any] = connections.settings["default"]
    options = configured.setdefault("OPTIONS", {})
    if configured["ENGINE"].endswith("sqlite3"):
        options["timeout"] = LOCK_WITHIN
        _take_json_for_granted()
        return
    limits = {
        "statement_timeout": statement,
        "lock_timeout": LOCK_WITHIN,
        "idle_in_transaction_session_timeout": IDLE_IN_TRANSACTION,
    }
    ours = " ".join(f"-c {name}={seconds}s" for name, seconds in limits.items())
    options["options"] = f"{options.get('options', '')} {ours}".strip()
    _limit_client(statement + GRACE)


def _take_json_for_granted() -> None:
    """Tell Django that SQLite knows JSON, which every version that it supports does.

    Django tries it in a transaction when a connection needs it first. If the database is locked at that moment, it
    remembers "no", and that thread of the server fails until it ends.
    """
    from django.db.backends.sqlite3.features import DatabaseFeatures

    DatabaseFeatures.supports_json_field = True  # type: ignore[method-assign, assignment]  # a cached property


def _limit_client(seconds: float) -> None:
    """Make psycopg2 wait in a function of ours, which gives up. An error in it closes the connection."""
    import psycopg2
    from psycopg2 import extensions

    def wait(connection: Any) -> None:
        is_connecting = connection.status == extensions.STATUS_SETUP
        ends_at = time.monotonic() + (CONNECT_WITHIN if is_connecting else seconds)
        events = {extensions.POLL_READ: select.POLLIN, extensions.POLL_WRITE: select.POLLOUT}
        while (state := connection.poll()) != extensions.POLL_OK:
            poller = select.poll()
            poller.register(connection.fileno(), events[state])
            if not poller.poll(max(0.0, ends_at - time.monotonic()) * 1000):
                raise psycopg2.OperationalError("The database did not answer in time.")

    extensions.set_wait_callback(wait)
