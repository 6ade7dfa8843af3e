"""After an erasure: the list of erased patients outside the database, and the database's own log."""

from __future__ import annotations

import datetime
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from patients.models import ErasureRequest


def finish_erasures(*, now: datetime.datetime) -> int:
    """Finish the erasures that were committed, and return their number. Done twice, it changes nothing.

    The id of each patient is appended to `settings.ERASED_LIST`, so that a restored backup can be erased again. SQLite
    keeps earlier pages in its write-ahead log until a checkpoint: it is emptied. If a reader still needs the log, the
    erasures stay unfinished and the worker tries again. Raises OSError if the list cannot be written.
    """
    waiting = list(ErasureRequest.objects.unfinished().order_by("erased_at", "pk"))
    if not waiting:
        return 0
    add_to_list([request.patient_key for request in waiting], now=now)
    if not empty_log():
        return 0
    with transaction.atomic():
        return (
            ErasureRequest.objects.unfinished()
            .filter(pk__in=[one.pk for one in waiting])
            .update(finished_at=now)
        )


def add_to_list(keys: list[uuid.UUID], *, now: datetime.datetime) -> None:
    """Append the ids that are not in the list yet: a line each, with the time, on disk before this returns."""
    known = set(read_list())
    lines = "".join(f"{now.isoformat(timespec='seconds')} {key}\n" for key in keys if key not in known)
    if not lines:
        return
    path = Path(settings.ERASED_LIST)
    path.parent.mkdir(parents=True, exist_ok=True)
    target = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(target, lines.encode())
        os.fsync(target)
    finally:
        os.close(target)


def read_list() -> Iterator[uuid.UUID]:
    """Yield the ids of the list in its order; nothing if there is none. Raises ValueError for a line that has no id."""
    path = Path(settings.ERASED_LIST)
    if not path.is_file():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield uuid.UUID(line.split()[-1])


def empty_log() -> bool:
    """Empty SQLite's write-ahead log, and return False if a reader prevented it. PostgreSQL is left alone: True.

    With `secure_delete`, SQLite overwrites what it deletes. PostgreSQL keeps deleted rows in its files until they are
    written anew: `manage.py vacuum_erased`.
    """
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, _pages, _moved = cursor.fetchone()
    return not busy
