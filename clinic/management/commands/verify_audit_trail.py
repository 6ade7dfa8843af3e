"""`manage.py verify_audit_trail`: read the whole audit trail and name what was changed, deleted, swapped or cut off."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from clinic.audit.chain import check_chain, seal_events
from clinic.audit.heads import read_kept_heads


class Command(BaseCommand):
    help = (
        "Verify the audit trail against its chain of hashes, and against the heads that were written outside of the "
        "database. Ends with an error if anything was changed, deleted, swapped or cut off."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--heads",
            type=Path,
            default=Path(settings.AUDIT_HEADS_FILE),
            help="file of heads that the worker has written (%(default)s)",
        )
        parser.add_argument("--seal", action="store_true", help="add missing links first, as the worker does")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            kept = read_kept_heads(options["heads"])
        except ValueError as error:
            raise CommandError(f"{options['heads']} has a line that is no head: {error}.") from error
        while options["seal"] and seal_events():
            pass
        check = check_chain(kept.heads)
        self.stdout.write(
            f"{check.events} events verified, {check.unsealed} not sealed yet. Head: {check.head}. "
            f"Heads kept outside: {len(kept.heads)}."
        )
        if check.archived:
            self.stdout.write(
                f"Not read: {check.archived} archived events, and {check.heads_in_archives} kept heads of them. "
                "Verify these with archive_audit_trail --check."
            )
        if kept.torn:
            self.stdout.write(f"Torn lines in the file of heads, left out: {kept.torn}.")
        for restore in kept.restores:
            self.stdout.write(f"{restore} Was it you?")
        if kept.restores:
            self.stdout.write(f"Heads that count no more since a restore: {kept.void}.")
        problems = kept.problems + check.problems
        if problems:
            raise CommandError("The audit trail was changed:\n- " + "\n- ".join(problems))
