"""`manage.py restore <file>`: load a backup into the empty database, so that nothing is sent or reminded again."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from clinic.audit.heads import append_line, describe_restore
from clinic.backup.after_restore import Report, Restored, release_mail, run_steps
from clinic.backup.archive import Manifest
from clinic.backup.errors import BackupError
from clinic.backup.services import (
    check_migrations,
    get_engine,
    load_backup,
    migrate_if_needed,
    opened_backup,
)


class Command(BaseCommand):
    """Restore a backup. Exit codes: 0 done, 1 not possible, 3 no space, 4 the backup is damaged."""

    help = "Load a backup into the empty database of the settings. Stop the app and the worker first."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="the backup")
        parser.add_argument("--key-file", type=Path, help="the private key, for an encrypted backup")
        parser.add_argument(
            "--erased-file",
            type=Path,
            help="more ids of patients to erase again than ERASED_LIST has, one at the end of each line",
        )
        parser.add_argument(
            "--work-folder", type=Path, help="a folder for unpacked files (default: that of the backup)"
        )
        parser.add_argument(
            "--release-mail",
            action="store_true",
            help="send the e-mail that an earlier restore has put on hold",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path | None = options["file"]
        if options["release_mail"] == (file is not None):
            raise CommandError("Name the file of a backup, or --release-mail after a restore.")
        now = timezone.now()
        if file is None:
            self.stdout.write(f"{release_mail(now=now)} held e-mails queued. Expired ones are not sent.")
            return
        try:
            erased = read_ids(options["erased_file"])
            manifest = self._load(file, options["key_file"], options["work_folder"] or file.parent)
            report = self._finish(Restored(now=now, made_at=manifest.made_at, erased=erased))
        except BackupError as error:
            raise CommandError(str(error), returncode=error.returncode) from error
        report.add(keep_restore(describe_restore(now=now, made_at=manifest.made_at)))
        if settings.OWNER_DATABASE is not None:
            report.add(self._grant())
        self._print(report)

    def _grant(self) -> Report:
        """Give the role of the app its rights. The database is restored already, so an error is for the list."""
        try:
            call_command("grant_database_role", stdout=self.stdout)
        except (CommandError, DatabaseError) as error:
            return Report(
                by_hand=[f"Give the role of the app its rights: manage.py grant_database_role. {error}"]
            )
        return Report(done=["Gave the role of the app its rights."])

    def _load(self, file: Path, key_file: Path | None, folder: Path) -> Manifest:
        with opened_backup(file, key_file=key_file, folder=folder) as (manifest, copy):
            check_migrations(manifest, MigrationLoader(None).disk_migrations)
            facts = load_backup(connection=connection, manifest=manifest, copy=copy)
        self.stdout.write(
            f"Backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC loaded: {len(facts.rows)} tables with {facts.total} "
            "rows, as in its manifest."
        )
        return manifest

    def _finish(self, restored: Restored) -> Report:
        """Bring the loaded database to this release and run the steps. If that fails, the database is empty again."""
        try:
            migrate_if_needed()
            return run_steps(restored)
        except BaseException as error:
            get_engine(connection).make_empty(connection)
            if isinstance(error, Exception):
                raise BackupError(
                    f"The restored database could not be prepared ({type(error).__name__}: {error}). It is empty again."
                ) from error
            raise

    def _print(self, report: Report) -> None:
        self.stdout.write("\nDone:")
        for line in report.done:
            self.stdout.write(f"- {line}")
        self.stdout.write("\nTo do by hand, before the app starts where that is possible:")
        for line in report.by_hand:
            self.stdout.write(line if line.startswith(" ") else f"- {line}")


def keep_restore(line: str) -> Report:
    """Tell the file of heads of the restore, so that the events that are gone do not look like an attack."""
    file = settings.AUDIT_HEADS_FILE
    copy = (
        "Copy that file to the other machine: with the copy of before, `verify_audit_trail` finds a cut end."
    )
    try:
        append_line(line)
    except OSError as error:
        return Report(by_hand=[f"{file}: {error.strerror}. Append this line to it: {line}", copy])
    return Report(done=[f"Appended to {file}: {line}"], by_hand=[copy])


def read_ids(file: Path | None) -> frozenset[uuid.UUID]:
    """Return the ids in a file: the last word of each line. Comments begin with #. Raises BackupError for another."""
    if file is None:
        return frozenset()
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BackupError(f"{file}: {error.strerror}") from error
    found = set()
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        if text:
            try:
                found.add(uuid.UUID(text.split()[-1]))
            except ValueError as error:
                raise BackupError(f"{file}, line {number}: no id of a patient.") from error
    return frozenset(found)
