"""`manage.py end_sessions`: sign everybody out everywhere, as after a breach."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from clinic.backup.after_restore import end_all_sessions


class Command(BaseCommand):
    """Everybody signs in again: staff with password and second step, patients with a card, a code or a passkey."""

    help = "End all sessions of staff, patients and helpers at once, and empty the cache."

    def handle(self, *args: Any, **options: Any) -> None:
        deleted, users = end_all_sessions()
        self.stdout.write(f"{deleted} sessions deleted, {users} accounts signed out everywhere.")
