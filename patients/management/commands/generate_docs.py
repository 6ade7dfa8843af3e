"""`manage.py generate_docs`: write the pages of docs/ that are generated from tables in the code."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from patients.generated_docs import PAGES


class Command(BaseCommand):
    help = "Write docs/check-in.md, docs/plan-states.md and docs/roles.md from the tables in the code."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, page in PAGES.items():
            path = settings.BASE_DIR / "docs" / name
            path.write_text(page(), encoding="utf-8")
            self.stdout.write(f"Wrote docs/{name}")
