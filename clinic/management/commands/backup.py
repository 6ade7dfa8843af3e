"""`manage.py backup <folder>`: write a checked, encrypted backup of the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from clinic.backup.errors import BackupError
from clinic.backup.services import create_backup, delete_old_backups


class Command(BaseCommand):
    """Write a backup. Exit codes: 0 done, 1 not possible, 3 no space, 4 the copy failed its check."""

    help = "Write a checked backup of the database into a folder, encrypted to BACKUP_PUBLIC_KEY, while the app runs."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="an existing folder, best on another disk")
        parser.add_argument(
            "--keep-days",
            type=int,
            default=None,
            metavar="N",
            help="after this backup has succeeded, delete the folder's backups that are older than N days",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        keep_days: int | None = options["keep_days"]
        if keep_days is not None and keep_days < 1:
            raise CommandError("--keep-days is at least 1.")
        now = timezone.now()
        try:
            backup = create_backup(
                connection=connection, folder=folder, public_keys=settings.BACKUP_PUBLIC_KEY, now=now
            )
        except BackupError as error:
            raise CommandError(str(error), returncode=error.returncode) from error
        facts = backup.manifest.facts
        self.stdout.write(
            f"{backup.path}: {len(facts.rows)} tables, {facts.total} rows, {backup.size / 10**6:.1f} MB, checked."
        )
        if not backup.encrypted:
            self.stderr.write("Not encrypted: BACKUP_PUBLIC_KEY is not set. This file holds health data.")
        if keep_days is not None:
            deleted = delete_old_backups(folder=folder, keep_days=keep_days, now=now)
            self.stdout.write(f"{len(deleted)} backups older than {keep_days} days deleted.")
