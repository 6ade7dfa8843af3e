"""`manage.py grant_database_role`: create the app's role in PostgreSQL, and give it exactly the rights it needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from clinic.database_role import RoleError, grant_app_role


class Command(BaseCommand):
    """Run by the owner of the tables, after every `migrate`."""

    help = (
        "Create the role of DATABASE_URL, which owns nothing and cannot change the audit trail. Connects with "
        "MIGRATION_DATABASE_URL. Repeat it after each migration."
    )
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError(
                "Only PostgreSQL has roles. On SQLite, whoever can write to the file can do everything."
            )
        if settings.OWNER_DATABASE is None:
            raise CommandError("MIGRATION_DATABASE_URL is not set: it names the role that owns the tables.")
        app = settings.APP_DATABASE
        try:
            grants = grant_app_role(connection=connection, role=app["USER"], password=app["PASSWORD"])
        except RoleError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Role {app['USER']}: rows of {grants.tables} tables; only inserts into {', '.join(grants.append_only)}."
        )
