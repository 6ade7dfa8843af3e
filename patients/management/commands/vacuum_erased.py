"""Remove what erased rows have left in the files of the database."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper

from patients.data_rights.selectors import list_models_with_path

#: Seconds between two looks at the transactions of others.
PAUSE = 0.5
#: True if every transaction before %s has ended, and the server's processes that may still read rows deleted before:
#: those of this database with an earlier snapshot, and in all databases those that write. The oldest writer of the
#: server bounds the snapshot of VACUUM itself.
EARLIER = """
    SELECT pg_snapshot_xmin(pg_current_snapshot()) > %s::xid8, array(
        SELECT pid FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND (
            age(backend_xid) >= age(%s::xid8::xid)
            OR (datname = current_database() AND age(backend_xmin) >= age(%s::xid8::xid))
        )
        ORDER BY pid
    )
"""


class Command(BaseCommand):
    help = (
        "Rewrite the tables with data of patients, so that no deleted row is left in the files of the database. On "
        "PostgreSQL each table is locked while it is rewritten: run it outside of opening hours. Ends with an error if "
        "an older transaction, such as a long backup, keeps deleted rows in the files."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--wait", type=float, default=60, help="seconds to wait for transactions that began before (60)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            if connection.vendor == "sqlite":
                self._rewrite_sqlite(cursor, options["wait"])
                return
            self._wait_for_earlier_transactions(cursor, options["wait"])
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

    def _rewrite_sqlite(self, cursor: CursorWrapper, seconds: float) -> None:
        cursor.execute("PRAGMA busy_timeout")
        (before,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
        try:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            is_busy, *_frames = cursor.fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {before}")
        if is_busy:
            raise CommandError(
                "Another process reads an earlier state of the database, so the files were not rewritten. Run this "
                "again when it has ended."
            )
        self.stdout.write("Rewrote the database.")

    def _wait_for_earlier_transactions(self, cursor: CursorWrapper, seconds: float) -> None:
        """Wait until no other transaction may still read the deleted rows: those would be copied to the new files."""
        cursor.execute("SELECT pg_current_xact_id()::text")
        (now,) = cursor.fetchone()
        until = time.monotonic() + seconds
        while True:
            cursor.execute(EARLIER, [now, now, now])
            have_ended, processes = cursor.fetchone()
            if have_ended and not processes:
                return
            if time.monotonic() >= until:
                raise CommandError(
                    "Nothing was rewritten. Transactions that began before are still open, and keep deleted rows in "
                    f"the files: server processes {', '.join(map(str, processes))}. Run this again when they have "
                    "ended."
                )
            time.sleep(PAUSE)

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
