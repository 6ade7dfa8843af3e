"""Print every exercise of the catalogue × every flag."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from patients.safety.matrix import LEGEND, matrix_lines


class Command(BaseCommand):
    help = "Print the effect of every flag on every exercise of the catalogue. docs/safety-matrix.md holds the same."

    def handle(self, *args: Any, **options: Any) -> None:
        for line in (*matrix_lines(), "", LEGEND):
            self.stdout.write(line)
