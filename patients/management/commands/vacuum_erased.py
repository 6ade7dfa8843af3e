"""Remove what erased rows have left in the files of the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper

from patients.data_rights.selectors import list_models_with_path


class Command(BaseCommand):
    help = (
        "Rewrite the tables with data of patients, so that no deleted row is left in the files of the database. On "
        "PostgreSQL each table is locked while it is rewritten: run it outside of opening hours."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                cursor.execute("VACUUM")
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                self.stdout.write("Rewrote the database.")
                return
            tables = sorted({model._meta.db_table for model in list_models_with_path()})
            for table in tables:
                cursor.execute(f"VACUUM (FULL, ANALYZE) {connection.ops.quote_name(table)}")
            self.stdout.write(f"Rewrote {len(tables)} tables.")
            try:
                self._overwrite_log(cursor)
            except DatabaseError:
                self.stdout.write(
                    "No right to overwrite the write-ahead log: run this as a superuser, or wait until the server has "
                    "used its log files again."
                )

    def _overwrite_log(self, cursor: CursorWrapper) -> None:
        """Overwrite the server's log files with zeros.

        At a checkpoint, files that are no longer needed get the name of a later file and keep their contents until
        then. So it begins new files until all have been used, twice: the first time for the files in use.
        """
        for _round in range(2):
            cursor.execute("SELECT count(*) FROM pg_ls_waldir()")
            (files,) = cursor.fetchone()
            for _number in range(files + 1):
                # Without an entry between them, there is no new file.
                cursor.execute("SELECT pg_logical_emit_message(false, 'surefoot', '')")
                cursor.execute("SELECT pg_switch_wal()")
            cursor.execute("CHECKPOINT")
        self.stdout.write("Overwrote the write-ahead log.")
