"""Database faults at chosen calls of a request, and the content of all tables before and after.

The fault is a wrapper around the calls of Django's connection. Each test runs in one transaction, so that it can be
repeated from the same state: the app's own transactions are savepoints, their begin and commit are calls like others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

#: Tables that hold no facts: sessions and limits are written in transactions of their own, also by refused requests.
BESIDE_THE_FACTS = {"django_session", "clinic_tokenbucket", "cache"}
#: Keys and secrets, which differ each time.
_RANDOM = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|[\w-]{22,}")
#: Columns with numbers that differ each time.
_COUNTED = re.compile(r"(^|_)(id|number)$")

Tables = dict[str, list[str]]


class Fault(Enum):
    """The fault at a call."""

    #: The call fails, and the next ones work.
    ONCE = "one call fails"
    #: This call and all that follow fail: the server is gone. The app's open transaction is rolled back.
    GONE = "the database goes away"
    #: A transaction is committed, but its commit is answered by an error.
    COMMITTED = "the answer to a commit is lost"


@dataclass
class Calls:
    """The database calls of one request, of which number `at` (from 1) has a fault. None has one if `at` is 0."""

    fault: Fault = Fault.ONCE
    at: int = 0
    made: list[str] = field(default_factory=list)
    #: The savepoints that are open, the outermost first.
    _open: list[str] = field(default_factory=list)
    _to_roll_back: str = ""
    _committed: set[str] = field(default_factory=set)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self.made.append(sql)
        number = len(self.made)
        if self.fault is Fault.COMMITTED:
            return self._lose_the_answer(number, execute, sql, params, many, context)
        if self.at and (number == self.at or (self.fault is Fault.GONE and number > self.at)):
            if self.fault is Fault.GONE and number == self.at and self._open:
                self._to_roll_back = self._open[0]
            raise OperationalError("server closed the connection unexpectedly")
        self._note(sql)
        return execute(sql, params, many, context)

    def _lose_the_answer(self, number: int, execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        if any(
            name in sql for name in self._committed
        ):  # Django ends a transaction that the server has ended
            return None
        name = self._note(sql)
        result = execute(sql, *more)
        if number == self.at:
            self._committed.add(name)
            raise OperationalError("server closed the connection unexpectedly")
        return result

    def _note(self, sql: str) -> str:
        """Follow which savepoints are open, and return the name in `sql`."""
        name = sql.split('"')[1] if '"' in sql else sql.split()[-1]
        if sql.startswith("SAVEPOINT"):
            self._open.append(name)
        elif sql.startswith("RELEASE") and name in self._open:
            del self._open[self._open.index(name) :]
        return name

    def list_commits(self) -> list[int]:
        """Return the numbers of the calls that commit a transaction, not a part of one."""
        commits, depth = [], 0
        for number, sql in enumerate(self.made, start=1):
            depth += sql.startswith("SAVEPOINT")
            if sql.startswith("RELEASE"):
                depth -= 1
                if depth == 0:
                    commits.append(number)
        return commits

    @contextmanager
    def installed(self) -> Iterator[Calls]:
        """Let the calls of this block pass through here, and leave the connection usable after it."""
        with connection.execute_wrapper(self):
            yield self
        connection.needs_rollback = False
        if self._to_roll_back:
            connection.savepoint_rollback(self._to_roll_back)
            connection.savepoint_commit(self._to_roll_back)


def list_tables() -> list[str]:
    return [
        name
        for name in connection.introspection.table_names()
        if name not in BESIDE_THE_FACTS | {MigrationRecorder.Migration._meta.db_table, "sqlite_sequence"}
    ]


def read_tables(names: list[str]) -> Tables:
    """Return the rows of these tables as texts, without keys, secrets and numbers, in an order of their own."""
    with connection.cursor() as cursor:
        rows = (f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in names)  # noqa: S608
        cursor.execute(" UNION ALL ".join(rows))
        filled = {name for (name,) in cursor.fetchall()}
        found = {name: [] for name in names}
        for name in filled:
            cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608  # names of our own tables
            columns = [column[0] for column in cursor.description]
            rows = [
                [value for column, value in zip(columns, row, strict=True) if not _COUNTED.search(column)]
                for row in cursor.fetchall()
            ]
            found[name] = sorted(_RANDOM.sub("random", str(row)) for row in rows)
    return found


def get_difference(one: Tables, two: Tables) -> dict[str, tuple[list[str], list[str]]]:
    """Return the tables that differ, with the rows that only one of the two has."""
    return {
        name: (
            [row for row in one[name] if one[name].count(row) > two[name].count(row)],
            [row for row in two[name] if two[name].count(row) > one[name].count(row)],
        )
        for name in one
        if one[name] != two[name]
    }
