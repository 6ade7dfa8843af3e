"""`manage.py rotate_mfa_keys`: encrypt the secrets of second factors with the newest key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from clinic.accounts.selectors import list_unreadable
from clinic.accounts.services import rotate_keys


class Command(BaseCommand):
    """Encrypt secrets of second factors anew, or count those that no key decrypts."""

    help = (
        "Encrypt the secrets of authenticator apps and recovery codes with the first key of MFA_ENCRYPTION_KEYS. "
        "Afterwards older keys can be removed from the list."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; say whether each secret can be decrypted"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._fail_if(len(list_unreadable()))
            self.stdout.write("Every secret can be decrypted.")
            return
        result = rotate_keys()
        self.stdout.write(f"Encrypted anew: {result.rotated}.")
        self._fail_if(result.unreadable)

    def _fail_if(self, unreadable: int) -> None:
        if unreadable:
            raise CommandError(
                f"{unreadable} second factors cannot be decrypted. Put the key they were encrypted with back into "
                "MFA_ENCRYPTION_KEYS, or their owners need the way back in."
            )
