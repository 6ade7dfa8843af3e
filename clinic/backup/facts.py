"""Facts about a database by which a copy is compared with its original: rows of each table, and digests of some."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from django.apps import apps
from django.db.models import BinaryField

from clinic.models.audit import __name__ as audit_module

#: Rows fetched at once. A row of photographs holds some hundred kilobytes.
ROWS_AT_ONCE = 50
#: Digests are sums of row hashes modulo this, so that the order of rows does not matter and none is kept in memory.
MODULUS = 2**256


class Cursor(Protocol):
    """The part of a DB-API cursor that is used here: of sqlite3, or of Django."""

    def execute(self, sql: str, /) -> Any: ...
    def fetchone(self) -> Any: ...
    def fetchmany(self, size: int = ..., /) -> Any: ...


@dataclass(frozen=True)
class Facts:
    """Table → number of rows, and table → digest of all its values, for the tables of `list_digested_tables`."""

    rows: Mapping[str, int] = field(default_factory=dict)
    digests: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return sum(self.rows.values())

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    def differences(self, other: Facts) -> list[str]:
        """Return a sentence for each table of which `other`, the copy, differs. Empty if they are the same."""
        found = []
        for table in sorted({*self.rows, *other.rows}):
            here, there = self.rows.get(table), other.rows.get(table)
            if here != there:
                found.append(f"{table}: {_rows(here)} in the backup, {_rows(there)} in the copy")
        for table in sorted({*self.digests, *other.digests}):
            if self.rows.get(table) == other.rows.get(table) and (
                self.digests.get(table) != other.digests.get(table)
            ):
                found.append(f"{table}: the same number of rows, but other contents")
        return found


def _rows(count: int | None) -> str:
    return "no table" if count is None else f"{count} rows"


def list_photo_tables() -> set[str]:
    """Return the tables with binary columns: photographs are in the database."""
    return {
        model._meta.db_table
        for model in apps.get_models()
        if any(isinstance(column, BinaryField) for column in model._meta.concrete_fields)
    }


def list_audit_tables() -> set[str]:
    """Return the tables of the audit trail: those of the models in its module."""
    return {model._meta.db_table for model in apps.get_models() if model.__module__ == audit_module}


def list_digested_tables() -> set[str]:
    return list_photo_tables() | list_audit_tables()


def collect_facts(cursor: Cursor, *, tables: Iterable[str], digested: Collection[str]) -> Facts:
    """Count the rows of each table, and hash all values of the `digested` ones that exist."""
    rows, digests = {}, {}
    for table in sorted(tables):
        cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608  # names of tables in this database
        rows[table] = int(cursor.fetchone()[0])
        if table in digested:
            digests[table] = _digest(cursor, table)
    return Facts(rows, digests)


def _digest(cursor: Cursor, table: str) -> str:
    cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608  # as above
    total = 0
    while found := cursor.fetchmany(ROWS_AT_ONCE):
        for row in found:
            total += int.from_bytes(_hash_row(row), "big")
    return f"{total % MODULUS:064x}"


def _hash_row(row: Iterable[Any]) -> bytes:
    """Return the SHA-256 of the row's values, each with its length before it."""
    digest = hashlib.sha256()
    for value in row:
        content = bytes(value) if isinstance(value, bytes | memoryview) else repr(value).encode()
        digest.update(len(content).to_bytes(8, "big") + content)
    return digest.digest()
