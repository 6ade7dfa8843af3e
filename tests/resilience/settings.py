"""Production settings for the processes of an installation under trial, with a clock that the trial can move.

CLOCK_FILE holds the seconds by which the clock of this process differs from the machine's. The clock that measures
durations (`time.monotonic`) is not moved, as on a machine whose clock is set anew.
"""

import datetime
import os
import threading
import time
from pathlib import Path

from clinic.settings import *  # noqa: F403

#: Tables are made from the models at once, as for the tests: the migrations would take longer than a trial.
MIGRATION_MODULES = dict.fromkeys(
    ("clinic", "exercises", "patients", "account", "mfa", "admin", "auth", "contenttypes", "sessions")
)

if "PUSH_SERVICE" in os.environ:
    PUSH_SERVICES = [os.environ["PUSH_SERVICE"]]
#: Jobs come round more often than in production, so that a trial takes minutes.
PERIODIC_JOBS = {name: min(every, 2) for name, every in PERIODIC_JOBS.items()}  # noqa: F405
EXTERNAL_JOBS = dict.fromkeys(EXTERNAL_JOBS, 1)  # noqa: F405


def _follow(file: Path) -> None:
    """Move the clock whenever the file says so."""
    import time_machine

    offset = 0.0
    moved = None
    while True:
        wanted = float(file.read_text() or 0) if file.is_file() else 0.0
        if wanted != offset:
            there = datetime.datetime.fromtimestamp(time.time() - offset + wanted, datetime.UTC)
            if moved is None:
                moved = time_machine.travel(there, tick=True).start()
            else:
                moved.move_to(there, tick=True)
            offset = wanted
        time.sleep(0.05)


if os.environ.get("CLOCK_FILE"):
    threading.Thread(target=_follow, args=(Path(os.environ["CLOCK_FILE"]),), daemon=True).start()
