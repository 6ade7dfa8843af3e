"""`manage.py restore_drill`: back up, restore into a scratch database, compare, and print figures."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from clinic.backup.drill import run_drill
from clinic.backup.errors import BackupError, storage_errors
from clinic.backup.services import delete_abandoned, work_folder


class Command(BaseCommand):
    """Exit codes: 0 all the same, 1 not possible, 3 no space, 4 a difference."""

    help = "Prove that a backup can be restored: into a scratch database, which is deleted afterwards."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--backup", type=Path, help="a backup to restore (default: a new one is made)")
        parser.add_argument("--key-file", type=Path, help="the private key of that backup")
        parser.add_argument(
            "--work-folder",
            type=Path,
            help="a folder on an encrypted disk (default: the system's temporary folder)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        parent: Path = options["work_folder"] or Path(tempfile.gettempdir())
        now = timezone.now()
        try:
            with storage_errors(parent), work_folder(parent) as folder:
                delete_abandoned(parent, now)
                drill = run_drill(
                    connection=connection,
                    folder=folder,
                    now=now,
                    backup=options["backup"],
                    key_file=options["key_file"],
                )
        except BackupError as error:
            raise CommandError(str(error), returncode=error.returncode) from error
        for name, figure in drill.figures:
            self.stdout.write(f"{name:16}{figure}")
        self.stdout.write("The drill passed.")
