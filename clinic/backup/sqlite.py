"""Copies of a SQLite database, made and loaded with SQLite's own backup API."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from django.db.backends.base.base import BaseDatabaseWrapper

from clinic.backup.errors import CheckFailedError
from clinic.backup.facts import Facts, collect_facts

#: SQLite's own tables: statistics and counters of keys.
_TABLES = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"


def get_size(connection: BaseDatabaseWrapper) -> int:
    """Return the size of the database in bytes."""
    with connection.cursor() as cursor:
        pages, size = (_pragma(cursor, name) for name in ("page_count", "page_size"))
    return pages * size


def _pragma(cursor: object, name: str) -> int:
    cursor.execute(f"PRAGMA {name}")  # type: ignore[attr-defined]
    return int(cursor.fetchone()[0])  # type: ignore[attr-defined]


def dump(
    connection: BaseDatabaseWrapper, target: Path, *, digested: Collection[str]
) -> tuple[Facts, set[str]]:
    """Copy the database into a new file while others read and write; return facts and migrations of the copy.

    Raises CheckFailedError if the copy is not whole. A plain copy of the file would lack what is in the -wal file.
    """
    with (
        closing(sqlite3.connect(f"file:{_path(connection)}?mode=ro", uri=True, timeout=20)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a -wal beside it
    return check(target, digested=digested)


def check(path: Path, *, digested: Collection[str]) -> tuple[Facts, set[str]]:
    """Open a copy, check it, and return its facts and the migrations applied in it. Raises CheckFailedError."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
            return _check(copy, digested)
    except sqlite3.DatabaseError as error:
        raise CheckFailedError(f"The copy is damaged: {error}.") from error


def _check(copy: sqlite3.Connection, digested: Collection[str]) -> tuple[Facts, set[str]]:
    (result,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
    if result != "ok":
        raise CheckFailedError(f"The copy is damaged (integrity_check): {result}.")
    orphan = copy.execute("PRAGMA foreign_key_check").fetchone()
    if orphan is not None:
        raise CheckFailedError(f"The copy has a row in {orphan[0]} whose row in {orphan[2]} is missing.")
    tables = {name for (name,) in copy.execute(_TABLES)}
    migrations = set()
    if "django_migrations" in tables:
        migrations = {
            f"{app}.{name}" for app, name in copy.execute("SELECT app, name FROM django_migrations")
        }
    return collect_facts(copy.cursor(), tables=tables, digested=digested), migrations


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    """Return True if the database has neither a table nor anything else."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master")
        return bool(cursor.fetchone()[0] == 0)


def load(connection: BaseDatabaseWrapper, source: Path) -> None:
    """Load a copy into the empty database of the connection, as one change."""
    connection.ensure_connection()
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as copy:
        copy.backup(connection.connection)
    connection.close()


def get_facts(connection: BaseDatabaseWrapper, *, digested: Collection[str]) -> Facts:
    """Return the facts of the database itself. Values are read as SQLite stores them, as `dump` does."""
    with closing(sqlite3.connect(f"file:{_path(connection)}?mode=ro", uri=True, timeout=20)) as database:
        return _check(database, digested)[0]


def make_empty(connection: BaseDatabaseWrapper) -> None:
    """Delete the database. Only for one that was empty when this process began to load a copy."""
    connection.close()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{_path(connection)}{suffix}").unlink(missing_ok=True)


def _path(connection: BaseDatabaseWrapper) -> str:
    return str(connection.settings_dict["NAME"])
