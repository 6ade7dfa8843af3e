"""`manage.py archive_audit_trail`: move audit events that are older than six years to a file, or check such files."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from clinic.audit.archive import ArchiveError, archive_events, check_archives
from clinic.audit.chain import Head
from clinic.audit.heads import read_heads


class Command(BaseCommand):
    help = (
        "Move audit events that are older than six years to a file in the folder, once the file has been read again. "
        "With --check, verify the files of all archives in the folder instead, also against the heads that were "
        "written outside of the database."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="folder of the archives; keep copies of it elsewhere")
        parser.add_argument("--check", action="store_true", help="verify the files, and move nothing")
        parser.add_argument(
            "--heads",
            type=Path,
            default=Path(settings.AUDIT_HEADS_FILE),
            help="with --check: file of heads that the worker has written (%(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is no folder.")
        try:
            if options["check"]:
                archives, heads = check_archives(folder, _read_heads(options["heads"]))
                self.stdout.write(
                    f"Archives verified: {archives}. Heads kept outside that they hold: {heads}."
                )
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


def _read_heads(file: Path) -> list[Head]:
    try:
        return read_heads(file)
    except ValueError as error:
        raise CommandError(f"{file} has a line that is no head: {error}.") from error
