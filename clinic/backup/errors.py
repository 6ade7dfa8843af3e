"""Errors of backups and restores. Their text is for the operator; the exit code is for scripts."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class BackupError(Exception):
    """Nothing was done: a setting, a key, a program or a target is wrong. Exit code 1."""

    returncode = 1


class NoSpaceError(BackupError):
    """The folder's file system has too little free space. Exit code 3."""

    returncode = 3


class CheckFailedError(BackupError):
    """A copy was made or read, and is not what it should be. Exit code 4."""

    returncode = 4


@contextmanager
def storage_errors(folder: Path) -> Iterator[None]:
    """Raise BackupError, with the folder's name, for errors of the file system and a full disk."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoSpaceError(f"No space left in {folder}. Nothing was kept of this backup.") from error
        raise BackupError(f"{error.strerror or error}: {error.filename or folder}") from error
    except sqlite3.OperationalError as error:
        if "full" in str(error):
            raise NoSpaceError(f"No space left in {folder}. Nothing was kept of this backup.") from error
        raise BackupError(f"SQLite could not copy the database: {error}") from error
