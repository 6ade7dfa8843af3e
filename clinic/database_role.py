"""The app's own role in PostgreSQL: it reads and writes rows, owns nothing, and cannot change the audit trail.

The tables belong to another role (MIGRATION_DATABASE_URL), as which `manage.py` runs `settings.OWNER_COMMANDS`. SQLite
has no roles: whoever can write to its file can do everything.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from clinic.models import AppendOnlyModel
from clinic.models.audit import __name__ as audit_module

#: Django's table of applied migrations, which the app reads for /readyz and never writes.
READ_ONLY_TABLES = ("django_migrations",)


class RoleError(Exception):
    """The role cannot be the app's role."""


@dataclass(frozen=True)
class Grants:
    """Tables by what the app's role may do."""

    tables: int
    append_only: tuple[str, ...]


def list_append_only_tables() -> list[str]:
    """Return the tables of the audit trail, into which rows are only ever inserted.

    Other append-only models stay deletable, since an erasure deletes rows of them.
    """
    return sorted(
        model._meta.db_table
        for model in apps.get_models()
        if model.__module__ == audit_module and issubclass(model, AppendOnlyModel)
    )


def grant_app_role(*, connection: BaseDatabaseWrapper, role: str, password: str) -> Grants:
    """Create the app's role or change its password, and give it exactly the rights that the app needs.

    Safe to repeat, and needed after each migration that adds a table to the audit trail. Raises RoleError if the role
    owns something, is a superuser, or is a member of another role: then it could do more than its grants say. Raises it
    as well if the role of the connection may not create roles.
    """
    quote = connection.ops.quote_name
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        _check(cursor, role)
        cursor.execute("SELECT current_database(), current_schema()")
        database, schema = map(quote, cursor.fetchone())
        app = quote(role)
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {app} LOGIN NOINHERIT")
        # NOSUPERUSER, NOREPLICATION and NOBYPASSRLS only a superuser may say: `_check` has seen that none is needed.
        cursor.execute(f"ALTER ROLE {app} LOGIN NOCREATEDB NOCREATEROLE NOINHERIT")
        if password:
            cursor.execute(f"ALTER ROLE {app} PASSWORD %s", [_hash(connection, role, password)])
        tables = connection.introspection.table_names(cursor)
        append_only = [table for table in list_append_only_tables() if table in tables]
        read_only = [table for table in READ_ONLY_TABLES if table in tables]
        statements = [
            f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
            f"GRANT CONNECT ON DATABASE {database} TO {app}",
            f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC",
            f"REVOKE ALL ON SCHEMA {schema} FROM {app}",
            f"GRANT USAGE ON SCHEMA {schema} TO {app}",
            f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {app}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {app}",
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {app}",
            *(f"REVOKE UPDATE, DELETE ON {quote(table)} FROM {app}" for table in append_only),
            *(f"REVOKE INSERT, UPDATE, DELETE ON {quote(table)} FROM {app}" for table in read_only),
            # Tables of later migrations, until this runs again after them.
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
            f"ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT USAGE, SELECT ON SEQUENCES TO {app}",
        ]
        for statement in statements:
            cursor.execute(statement)
    return Grants(len(tables), tuple(append_only))


def _check(cursor: object, role: str) -> None:
    """Raise RoleError if the role exists and is more than the app's role may be."""
    reasons = {
        "is the role that this command runs as; MIGRATION_DATABASE_URL and DATABASE_URL must name two roles": (
            "SELECT 1 WHERE current_user = %s"
        ),
        "is a superuser": "SELECT 1 FROM pg_roles WHERE rolname = %s AND rolsuper",
        "may replicate the whole server": "SELECT 1 FROM pg_roles WHERE rolname = %s AND rolreplication",
        "bypasses row security": "SELECT 1 FROM pg_roles WHERE rolname = %s AND rolbypassrls",
        "owns tables, views or sequences": (
            "SELECT 1 FROM pg_class JOIN pg_roles ON pg_roles.oid = relowner WHERE rolname = %s"
        ),
        "owns the database": "SELECT 1 FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba WHERE rolname = %s",
        "is a member of another role": (
            "SELECT 1 FROM pg_auth_members JOIN pg_roles ON pg_roles.oid = member WHERE rolname = %s"
        ),
    }
    for reason, query in reasons.items():
        cursor.execute(query, [role])  # type: ignore[attr-defined]
        if cursor.fetchone() is not None:  # type: ignore[attr-defined]
            raise RoleError(f"The role {role} {reason}.")
    cursor.execute(  # type: ignore[attr-defined]
        "SELECT current_user FROM pg_roles WHERE rolname = current_user AND NOT (rolsuper OR rolcreaterole)"
    )
    row = cursor.fetchone()  # type: ignore[attr-defined]
    if row is not None:
        raise RoleError(
            f"The role {row[0]} of MIGRATION_DATABASE_URL may not create roles. A superuser has to let it: "
            f"ALTER ROLE {row[0]} CREATEROLE."
        )


def _hash(connection: BaseDatabaseWrapper, role: str, password: str) -> str:
    """Return the password as PostgreSQL stores it, so that it is in no log of the server."""
    from psycopg2.extensions import encrypt_password

    return str(encrypt_password(password, role, connection.connection, "scram-sha-256"))
