"""`manage.py worker`: deliver the messages in the outbox and run the periodic jobs until a signal stops it."""

from __future__ import annotations

import logging
import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, close_old_connections

from clinic.outbox.backends import deliver_next
from clinic.scheduler import PeriodicJobs
from clinic.tasks import delete_expired_rows

logger = logging.getLogger(__name__)

#: Seconds between two deletions of expired rows.
CLEANUP_INTERVAL = 60 * 60


class Command(BaseCommand):
    """Deliver queued e-mail and run periodic jobs."""

    help = "Send queued e-mail and run periodic jobs. Finishes the current message on SIGTERM or Ctrl-C."
    # System checks are run by the server and by `manage.py check`; without them the worker starts faster.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="run each job and send due messages once, then exit"
        )
        parser.add_argument(
            "--every", type=float, default=5.0, help="seconds to wait when nothing is due (default 5)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        attempts = self._deliver_once() if options["once"] else self._deliver_until(stop, options["every"])
        self.stdout.write(f"Worker stopped after {attempts} attempts.")

    def _deliver_once(self) -> int:
        PeriodicJobs().run_due()
        attempts = 0
        while deliver_next():
            attempts += 1
        return attempts

    def _deliver_until(self, stop: threading.Event, every: float) -> int:
        self.stdout.write("Worker started.")
        self.stdout.flush()
        attempts, cleaned_up_at, jobs = 0, float("-inf"), PeriodicJobs()
        while not stop.is_set():
            close_old_connections()
            jobs.run_due()
            try:
                if deliver_next():
                    attempts += 1
                    continue
                if time.monotonic() - cleaned_up_at > CLEANUP_INTERVAL:
                    delete_expired_rows()
                    cleaned_up_at = time.monotonic()
            except (OperationalError, InterfaceError) as error:
                # The database is not reachable, and the outbox with it: wait, and try again.
                logger.warning("Database not reachable: %s", type(error).__name__)
            stop.wait(every)
        return attempts
