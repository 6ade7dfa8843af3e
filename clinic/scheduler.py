"""Periodic jobs of the worker: functions named in settings, each with an interval in seconds.

The jobs belong to apps that this one must not import, so `settings.PERIODIC_JOBS` and
`settings.EXTERNAL_JOBS` give their dotted names.
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

#: A job takes the current moment and returns the number of items done. It is safe to run at any time, by several
#: workers at once.
Job = Callable[[datetime.datetime], int]


class PeriodicJobs:
    """Runs each job at the first call of `run_due`, and again after each interval."""

    def __init__(
        self,
        jobs: Mapping[str, float] | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Set the jobs: dotted name → seconds between two runs. Default: settings.PERIODIC_JOBS."""
        self._every = dict(settings.PERIODIC_JOBS if jobs is None else jobs)
        self._clock = clock
        self._due_at = dict.fromkeys(self._every, float("-inf"))

    def run_due(self) -> bool:
        """Run the jobs that are due, and return False: none is due any more.

        A failed job is logged and retried after its interval; the others still run.
        """
        for name, every in self._every.items():
            if self._clock() >= self._due_at[name]:
                self._due_at[name] = self._clock() + every
                _run(name)
        return False


def _run(name: str) -> None:
    try:
        job: Job = import_string(name)
        done = job(timezone.now())
    except Exception as error:  # only its type is logged, since its text may contain personal data
        logger.error("Job %s failed: %s", name, type(error).__name__)
    else:
        if done:
            logger.info("Job %s: %s", name, done)
