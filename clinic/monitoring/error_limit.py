"""A limit on mail about errors: one an hour for each kind of error, counted for all processes of a machine."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

#: Seconds in which one error of a kind is mailed.
INTERVAL = 60 * 60
#: Mails of a process in an interval, whatever their kinds.
MOST = 20
#: The moment and number of a kind that was not mailed before.
NEVER = (float("-inf"), 0)


class ErrorLimit:
    """Counts in files of the temporary folder, since the database may be what fails; in memory if they fail, too."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or Path(tempfile.gettempdir()) / f"surefoot-errors-{os.getuid()}"
        self._in_memory: dict[str, tuple[float, int]] = {}
        self._mailed_at: list[float] = []

    def take(self, kind: str, now: float) -> int | None:
        """Return None if an error of this kind may not be mailed now, else how many were not since the last one.

        `now` is in seconds. It may be a little before that of another thread; a clock set back by more than the
        interval begins a new one.
        """
        passed: list[int] = []

        def count(before: tuple[float, int]) -> tuple[float, int]:
            mailed_at, held = before
            if abs(now - mailed_at) < INTERVAL or self._is_over(now):
                return mailed_at, held + 1
            passed.append(held)
            return now, 0

        try:
            self._count_in_file(kind, count)
        except (OSError, ValueError):
            passed.clear()
            self._in_memory[kind] = count(self._in_memory.get(kind, NEVER))
        if not passed:
            return None
        self._mailed_at.append(now)
        return passed[0]

    def _is_over(self, now: float) -> bool:
        self._mailed_at = [moment for moment in self._mailed_at if abs(now - moment) < INTERVAL]
        return len(self._mailed_at) >= MOST

    def _count_in_file(self, kind: str, count: Callable[[tuple[float, int]], tuple[float, int]]) -> None:
        """Replace the moment and the number in the file of this kind. Raises OSError or ValueError."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if self._folder.stat().st_uid != os.getuid():
            raise PermissionError("The folder is somebody else's.")
        name = hashlib.sha256(kind.encode()).hexdigest()[:32]
        with os.fdopen(
            os.open(self._folder / name, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "r+"
        ) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            mailed_at, _, held = (file.read() or "-inf 0").partition(" ")
            after = count((float(mailed_at), int(held)))
            file.seek(0)
            file.write(f"{after[0]} {after[1]}")
            file.truncate()
