"""`manage.py archive_audit_trail`: move audit events that are older than six years to a file, or check such files."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clinic.audit.archive import ArchiveError, archive_events, check_archive
from clinic.models import AuditArchive


class Command(BaseCommand):
    help = (
        "Move audit events that are older than six years to a file in the folder, once the file has been read again. "
        "With --check, verify the files of all archives in the folder instead."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="folder of the archives; keep copies of it elsewhere")
        parser.add_argument("--check", action="store_true", help="verify the files, and move nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        try:
            if options["check"]:
                archives = list(AuditArchive.objects.order_by("first_number"))
                for archive in archives:
                    check_archive(archive, folder)
                self.stdout.write(f"Archives verified: {len(archives)}.")
                return
            made = archive_events(folder, now=timezone.now())
        except (ArchiveError, OSError) as error:
            raise CommandError(str(error)) from error
        if made is None:
            self.stdout.write("No event is older than six years.")
        else:
            self.stdout.write(
                f"{made.last_number - made.first_number + 1} events are in {folder / made.file_name} now. "
                f"Its SHA-256: {made.file_hash}"
            )
