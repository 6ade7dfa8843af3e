"""Copies of a PostgreSQL database, made with pg_dump and loaded with pg_restore."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Collection, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from clinic.backup.errors import BackupError, CheckFailedError, NoSpaceError
from clinic.backup.facts import Facts, collect_facts

#: Options of the connection (psycopg2's names) → environment variables of PostgreSQL's programs.
_VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
    "connect_timeout": "PGCONNECT_TIMEOUT",
}
#: Tables (r), partitioned tables (p), sequences (S), views (v, m) and foreign tables (f).
_RELATIONS = """
    SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind = ANY(%s) AND nspname !~ '^pg_' AND nspname <> 'information_schema'
"""


def get_size(connection: BaseDatabaseWrapper) -> int:
    """Return the size of the database in bytes, with indexes: more than its dump takes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def dump(
    connection: BaseDatabaseWrapper, target: Path, *, digested: Collection[str]
) -> tuple[Facts, set[str]]:
    """Dump the database while others read and write; return facts and migrations of the same snapshot.

    Raises CheckFailedError if pg_restore cannot list the dump, or a table is missing from it.
    """
    program = find_program("pg_dump")
    with closing(connection.copy("backup")) as reader:
        reader.ensure_connection()
        reader.set_autocommit(False)
        with reader.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            # The transaction waits for pg_dump, which may take longer than a request ever does.
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot()")
            (snapshot,) = cursor.fetchone()
        options = [
            "--format=custom",
            "--no-password",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={snapshot}",
        ]
        _run([program, *options, f"--file={target}"], connection)
        facts, migrations = _read_facts(reader, digested)
        reader.rollback()
    check(target, tables=facts.rows)
    return facts, migrations


def check(path: Path, *, tables: Iterable[str]) -> None:
    """Let pg_restore read a dump, and raise CheckFailedError unless it has the data of each table."""
    program = find_program("pg_restore")
    listed = subprocess.run(  # noqa: S603  # a program of this machine, with a path of our own
        [program, "--list", str(path)], capture_output=True, text=True, check=False
    )
    if listed.returncode:
        raise CheckFailedError(f"The copy is damaged: {_last_line(listed.stderr)}")
    # 4321; 0 16385 TABLE DATA public clinic_user owner
    lines = (line.split() for line in listed.stdout.splitlines() if " TABLE DATA " in line)
    lacking = set(tables) - {words[words.index("DATA") + 2] for words in lines}
    if lacking:
        raise CheckFailedError(f"The copy lacks the rows of: {', '.join(sorted(lacking))}.")


def is_empty(connection: BaseDatabaseWrapper) -> bool:
    """Return True if the database has no table, view or sequence."""
    with connection.cursor() as cursor:
        cursor.execute(_RELATIONS, [list("rpSvmf")])
        return cursor.fetchone() is None


def load(connection: BaseDatabaseWrapper, source: Path) -> None:
    """Load a dump into the empty database of the connection, in one transaction."""
    program = find_program("pg_restore")
    connection.close()
    name = str(connection.settings_dict["NAME"])
    options = ["--exit-on-error", "--single-transaction", "--no-password", "--no-owner", "--no-privileges"]
    _run([program, *options, f"--dbname={name}", str(source)], connection)


def get_facts(connection: BaseDatabaseWrapper, *, digested: Collection[str]) -> Facts:
    """Return the facts of the database, of one snapshot."""
    with closing(connection.copy("facts")) as reader:
        reader.ensure_connection()
        reader.set_autocommit(False)
        with reader.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
        facts, _ = _read_facts(reader, digested)
        reader.rollback()
    return facts


def make_empty(connection: BaseDatabaseWrapper) -> None:
    """Delete all tables. Only for a database that was empty when this process began to load a dump."""
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")
        cursor.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")


def _read_facts(reader: BaseDatabaseWrapper, digested: Collection[str]) -> tuple[Facts, set[str]]:
    """Return facts and migrations as the open transaction of `reader` sees them."""
    with reader.cursor() as cursor:
        cursor.execute(_RELATIONS, [list("rp")])
        tables = {name for (name,) in cursor.fetchall()}
        migrations = set()
        if "django_migrations" in tables:
            cursor.execute("SELECT app, name FROM django_migrations")
            migrations = {f"{app}.{name}" for app, name in cursor.fetchall()}
    return collect_facts(_ServerSideCursor(reader), tables=tables, digested=digested), migrations


class _ServerSideCursor:
    """A cursor whose rows stay on the server until they are fetched: photographs of a clinic do not fit into memory.

    PostgreSQL allows one query for each such cursor, so each query opens another.
    """

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._cursor: Any = None

    def execute(self, sql: str, /) -> None:
        if self._cursor is not None:
            self._cursor.close()
        self._cursor = self._connection.chunked_cursor()
        self._cursor.execute(sql)

    def fetchone(self) -> Any:
        return self._cursor.fetchone()

    def fetchmany(self, size: int = 1, /) -> Any:
        return self._cursor.fetchmany(size)


# --- PostgreSQL's programs --------------------------------------------------------------------------------------------


def find_program(name: str) -> str:
    """Return the path of one of PostgreSQL's programs. Raises BackupError if it is missing."""
    path = shutil.which(name)
    if path is None:
        raise BackupError(f"{name} is missing. Install the Debian package postgresql-client.")
    return path


def get_environment(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the variables that tell PostgreSQL's programs where the database is; a password is in no argument."""
    settings = connection.settings_dict
    options = {key: value for key, value in settings.get("OPTIONS", {}).items() if key in _VARIABLES}
    parts = {key: settings.get(key.upper()) for key in ("host", "port", "user", "password")}
    chosen = options | {key: value for key, value in parts.items() if value}
    variables = {_VARIABLES[key]: str(value) for key, value in chosen.items()}
    return {**os.environ, **variables, "PGDATABASE": str(settings["NAME"])}


def _run(command: list[str], connection: BaseDatabaseWrapper) -> None:
    """Run a program. Raises BackupError with its last line: a message of PostgreSQL, without values of rows."""
    result = subprocess.run(  # noqa: S603  # a program of this machine, with a path of our own
        command, env=get_environment(connection), capture_output=True, text=True, check=False
    )
    if result.returncode == 0:
        return
    said = _last_line(result.stderr)
    if "No space left" in result.stderr:
        raise NoSpaceError(f"No space left. {Path(command[0]).name} said: {said}")
    raise BackupError(f"{Path(command[0]).name} failed: {said}")


def _last_line(text: str) -> str:
    """Return the last line that says what went wrong, without DETAIL lines, which hold values."""
    lines = [
        line for line in text.splitlines() if line.strip() and "DETAIL" not in line and "CONTEXT" not in line
    ]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["it gave no reason"])[0]
