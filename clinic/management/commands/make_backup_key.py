"""`manage.py make_backup_key <file>`: make the pair of keys that backups are encrypted with."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pyrage
from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    """Write a private key to a new file, and print the public one."""

    help = "Write the private key of backups to a new file, to be kept away from this machine; print the public key."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a file that does not exist yet")

    def handle(self, *args: Any, **options: Any) -> None:
        identity = pyrage.x25519.Identity.generate()
        public = identity.to_public()
        try:
            number = os.open(options["file"], os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(number, "w", encoding="utf-8") as file:
                file.write(f"# public key: {public}\n{identity}\n")
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        self.stdout.write(f"BACKUP_PUBLIC_KEY={public}")
        self.stderr.write(
            f"{options['file']} opens every backup made with this key. Move it off this machine, keep two copies, and "
            "delete it here. Without it no backup can be restored."
        )
