"""Triggers by which the database refuses to change or delete rows of the audit trail, on SQLite and PostgreSQL.

They are made again after every `migrate`, since SQLite drops the triggers of a table that a migration alters, and tests
create their tables without migrations. Whoever owns the database can drop a trigger: on PostgreSQL the app uses a role
that owns nothing (docs/operations.md), and on both the chain of hashes shows a change (`clinic.audit.chain`).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from clinic.models import AuditArchive, AuditEvent, AuditLink

_MODELS = (AuditEvent, AuditLink, AuditArchive)
TABLES = tuple(model._meta.db_table for model in _MODELS)

_SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    # INSERT OR REPLACE deletes every row that has a unique value of the new one, without its delete trigger, unless
    # recursive_triggers is on. A trigger of an earlier version looked at the key alone.
    "DROP TRIGGER IF EXISTS {table}_no_replace",
    "CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
    "WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
)
_SQLITE_DROP = (
    "DROP TRIGGER IF EXISTS {table}_no_update",
    "DROP TRIGGER IF EXISTS {table}_no_delete",
    "DROP TRIGGER IF EXISTS {table}_no_replace",
)
_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$
"""
_POSTGRESQL = (
    "CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    # ALWAYS: also for a session that sets session_replication_role to replica.
    "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change",
    "ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate",
)
_POSTGRESQL_DROP = (
    "DROP TRIGGER IF EXISTS {table}_no_change ON {table}",
    "DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}",
)
#: The number of the transaction that wrote an event: keys are not in the order of commits, see `clinic.audit.chain`.
_POSTGRESQL_COLUMN = (
    "ALTER TABLE clinic_auditevent ADD COLUMN IF NOT EXISTS transaction_number xid8 "
    "NOT NULL DEFAULT pg_current_xact_id()",
    "CREATE INDEX IF NOT EXISTS audit_of_transaction ON clinic_auditevent (transaction_number, id)",
)


def protect_audit_trail(using: str = "default") -> None:
    """Create the triggers, and on PostgreSQL the column of transaction numbers, if they are missing."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if not tables.issuperset(TABLES):
        return  # before their migration
    statements = _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL_FUNCTION)
            for statement in _POSTGRESQL_COLUMN:
                cursor.execute(statement)
        _execute_for_tables(cursor, statements)


@contextmanager
def without_protection(using: str = "default") -> Iterator[None]:
    """Drop the triggers, and create them again at the end. For archiving, and for tests that empty their tables.

    On PostgreSQL, only the owner of the tables may do it.
    """
    connection = connections[using]
    _drop(connection)
    try:
        yield
    finally:
        if not connection.needs_rollback:  # a rollback brings them back
            protect_audit_trail(using)


def protect_after_migrate(*, using: str, **_signal: Any) -> None:
    """Receiver of `post_migrate`."""
    protect_audit_trail(using)


def _drop(connection: BaseDatabaseWrapper) -> None:
    if not set(connection.introspection.table_names()).issuperset(TABLES):
        return
    with connection.cursor() as cursor:
        _execute_for_tables(cursor, _SQLITE_DROP if connection.vendor == "sqlite" else _POSTGRESQL_DROP)


def _execute_for_tables(cursor: Any, statements: tuple[str, ...]) -> None:
    for model in _MODELS:
        unique = [field.column for field in model._meta.concrete_fields if field.unique]
        same = " OR ".join(f"{column} = NEW.{column}" for column in unique)
        for statement in statements:
            cursor.execute(statement.format(table=model._meta.db_table, same=same))
