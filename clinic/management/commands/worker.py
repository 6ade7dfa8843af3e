"""`manage.py worker`: deliver what waits in the outbox until told to stop."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from clinic.outbox import deliver_next


class Command(BaseCommand):
    help = "Delivers waiting e-mail. SIGTERM or Ctrl-C lets the message at hand finish, then stops."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="deliver what is due now, then stop")
        parser.add_argument("--every", type=float, default=5.0, help="seconds to wait when nothing is due (default 5)")

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        delivered = 0
        while not stop.is_set():
            if deliver_next():
                delivered += 1
                continue
            if options["once"]:
                break
            close_old_connections()
            stop.wait(options["every"])
        self.stdout.write(f"Worker stopped after {delivered} attempts.")
