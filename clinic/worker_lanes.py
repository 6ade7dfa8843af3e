"""The lanes of the worker: e-mail, periodic jobs, and each job that calls other servers.

Each lane is a thread with a database connection of its own, so that a push service that does not answer holds up no
e-mail, and a mail server that does not answer holds up no alert.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connections
from django.utils import timezone

from clinic.monitoring.services import record_heartbeat
from clinic.outbox.backends import deliver_next
from clinic.scheduler import PeriodicJobs
from clinic.worker_lane_names import JOBS, MAIL, get_lane_name

logger = logging.getLogger(__name__)

#: Seconds between two signs of life of a lane.
HEARTBEAT_INTERVAL = 15
#: Seconds that a worker which was told to stop waits for its lanes, less than its container gets (`compose.yaml`). What
#: a lane has not finished by then is tried again later, as after a crash.
STOP_WITHIN = 40


class Lane:
    """Calls `work` again and again: at once while it returns True, else after a pause."""

    def __init__(self, name: str, work: Callable[[], bool]) -> None:
        self.name = name
        self.done = 0
        self._work = work
        self._beaten_at = float("-inf")

    def step(self) -> bool:
        """Do one piece of work and return True if there may be more."""
        if time.monotonic() - self._beaten_at >= HEARTBEAT_INTERVAL:
            record_heartbeat(lane=self.name, now=timezone.now())
            self._beaten_at = time.monotonic()
        if not self._work():
            return False
        self.done += 1
        return True

    def run(self, stop: threading.Event, every: float) -> None:
        """Work until `stop` is set, with pauses of `every` seconds. No error ends a lane."""
        while not stop.is_set():
            close_old_connections()
            try:
                if self.step():
                    continue
            except (OperationalError, InterfaceError) as error:
                # The database is not reachable, and the outbox with it: wait, and try again.
                logger.warning("Lane %s: database not reachable: %s", self.name, type(error).__name__)
            except Exception:
                logger.exception("Lane %s failed", self.name)
            stop.wait(every)
        connections.close_all()


def build_lanes() -> list[Lane]:
    """Return the lanes of a worker, the one of e-mail first."""
    periodic = PeriodicJobs()
    others = {name: PeriodicJobs({name: every}) for name, every in settings.EXTERNAL_JOBS.items()}
    return [
        Lane(MAIL, deliver_next),
        Lane(JOBS, periodic.run_due),
        *(Lane(get_lane_name(name), jobs.run_due) for name, jobs in others.items()),
    ]


def run_once(lanes: list[Lane]) -> None:
    """Do in this thread what is due in each lane: jobs first, since they may write e-mail."""
    for lane in reversed(lanes):
        while lane.step():
            pass


def run_until(stop: threading.Event, lanes: list[Lane], every: float) -> None:
    """Run each lane in a thread until `stop` is set, then wait for them, STOP_WITHIN seconds at most."""
    threads = [
        threading.Thread(target=lane.run, args=(stop, every), name=lane.name, daemon=True) for lane in lanes
    ]
    for thread in threads:
        thread.start()
    while not stop.wait(1):  # in pieces, so that a signal is handled
        pass
    ends_at = time.monotonic() + STOP_WITHIN
    for thread in threads:
        thread.join(timeout=max(0.0, ends_at - time.monotonic()))
