"""`manage.py seed_demo`: create demo data of any size. See `patients.demo`."""

from __future__ import annotations

import datetime
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from patients.demo.guide import guide
from patients.demo.seeding import DemoSize, SeedError, is_seeded, seed

#: Time of day (UTC) used with `--today`: it is on that day, in the morning or afternoon, in every demo clinic.
TIME_OF_A_GIVEN_DAY = datetime.time(20, 0, tzinfo=datetime.UTC)


class Command(BaseCommand):
    help = (
        "Create demo clinics with teams, requests and patients' histories. The same seed makes the same data."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        usual = DemoSize()
        parser.add_argument(
            "--clinics", type=int, default=usual.clinics, help="how many clinics (%(default)s)"
        )
        parser.add_argument(
            "--patients", type=int, default=usual.patients, help="patients in all (%(default)s)"
        )
        parser.add_argument("--weeks", type=int, default=usual.weeks, help="weeks of history (%(default)s)")
        parser.add_argument("--seed", type=int, default=1, help="seed of the random data (%(default)s)")
        parser.add_argument(
            "--today", type=datetime.date.fromisoformat, help="YYYY-MM-DD: the last day of the history"
        )
        parser.add_argument("--if-empty", action="store_true", help="do nothing if any clinic exists")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Demo data has a known password and cannot be loaded in production.")
        if not (options["if_empty"] and is_seeded()):
            self._seed(options)
        self.stdout.write(guide())

    def _seed(self, options: dict[str, Any]) -> None:
        size = DemoSize(clinics=options["clinics"], patients=options["patients"], weeks=options["weeks"])
        today = options["today"]
        now = datetime.datetime.combine(today, TIME_OF_A_GIVEN_DAY) if today else timezone.now()
        started_at = timezone.now()
        try:
            rows = seed(size, seed=options["seed"], now=now, progress=self._report_progress)
        except SeedError as error:
            raise CommandError(str(error)) from error
        seconds = (timezone.now() - started_at).total_seconds()
        self.stdout.write(
            f"Made a demo of {size.clinics} clinics and {size.patients} patients, "
            f"{rows:,} rows in {seconds:.1f} s."
        )

    def _report_progress(self, done: int, of: int) -> None:
        if of > 1000:
            self.stderr.write(f"  {done:,} of {of:,} patients")
