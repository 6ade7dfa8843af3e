"""`manage.py worker`: deliver the messages in the outbox and run the periodic jobs until a signal stops it."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from clinic.database_timeouts import OF_THE_WORKER, limit_waiting
from clinic.worker_lanes import build_lanes, run_once, run_until


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
        lanes = build_lanes()
        if options["once"]:
            run_once(lanes)
        else:
            limit_waiting(OF_THE_WORKER)
            self.stdout.write("Worker started.")
            self.stdout.flush()
            run_until(stop, lanes, options["every"])
        self.stdout.write(f"Worker stopped after {lanes[0].done} attempts.")
