"""What the worker does again and again beside the mail: jobs named in settings, each every so many seconds.

The jobs live in the apps above; the clinic's floor knows them by their dotted names only (`settings.PERIODIC_JOBS`).
"""

from __future__ import annotations

import datetime
import logging
import time
from collections.abc import Callable, Mapping

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

logger = logging.getLogger(__name__)

#: A job is told the moment and returns how much it did. It is safe to run at any time, by several workers at once.
Job = Callable[[datetime.datetime], int]


class PeriodicJobs:
    """Runs each job when it is due: at once, then again every so many seconds."""

    def __init__(
        self,
        jobs: Mapping[str, float] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`jobs`: dotted name → seconds between two runs; those of the settings unless given."""
        self._every = dict(settings.PERIODIC_JOBS if jobs is None else jobs)
        self._clock = clock
        self._due_at = dict.fromkeys(self._every, float("-inf"))

    def run_due(self) -> None:
        """Run what is due. A job that fails is logged, and is tried again in its turn; the others go on."""
        for name, every in self._every.items():
            if self._clock() >= self._due_at[name]:
                self._due_at[name] = self._clock() + every
                _run(name)


def _run(name: str) -> None:
    try:
        job: Job = import_string(name)
        done = job(timezone.now())
    except Exception as error:  # its text may hold what is nobody's business, and the mail must go out
        logger.error("Job %s failed: %s", name, type(error).__name__)
    else:
        if done:
            logger.info("Job %s: %s", name, done)
