"""`manage.py simulate`: a simulated year through the services of the app, in a database of its own."""

from __future__ import annotations

import gc
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from patients.simulation.figures import Figures
from patients.simulation.year import Size, simulate


class Command(BaseCommand):
    help = (
        "Simulate patients for a year through the services of the app, in a database that is made for it and deleted "
        "afterwards, and print unsafe offers, alerts, holds and lost days. Ends with an error if a limit is not kept."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        usual = Size()
        parser.add_argument("--patients", type=int, default=usual.patients, help="patients (%(default)s)")
        parser.add_argument("--days", type=int, default=usual.days, help="days (%(default)s)")
        parser.add_argument("--seed", type=int, default=usual.seed, help="seed of what happens (%(default)s)")
        parser.add_argument("--processes", type=int, default=1, help="processes that share the patients")
        parser.add_argument(
            "--shard", type=int, help="simulate this part only, and print its figures as JSON"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The simulation is for development and tests, never for production.")
        size = Size(
            patients=options["patients"],
            days=options["days"],
            seed=options["seed"],
            shard=options["shard"] or 0,
            shards=options["processes"],
        )
        if options["shard"] is not None:
            self.stdout.write(self._run(size).as_json())
            return
        figures = self._run(size) if size.shards == 1 else self._run_processes(size)
        for line in figures.lines():
            self.stdout.write(line)
        if not figures.is_passed:
            raise CommandError("A limit is not kept: see above.")

    def _run(self, size: Size) -> Figures:
        """Simulate in a new database next to the one of the settings, as tests do."""
        connection.settings_dict["TEST"] |= {"NAME": self._name(size), "MIGRATE": False}
        name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        gc.freeze()  # what Django has loaded is never garbage
        try:
            return simulate(size, self._report_progress if size.shard == 0 else lambda day: None)
        finally:
            connection.creation.destroy_test_db(name, verbosity=0)

    def _name(self, size: Size) -> str | None:
        """Return the name of the database: None is a database in memory."""
        return None if connection.vendor == "sqlite" else f"simulation_{size.shard}"

    def _run_processes(self, size: Size) -> Figures:
        options = ("patients", "days", "seed")
        arguments = [f"--{name}={getattr(size, name)}" for name in options]
        running = [
            subprocess.Popen(  # noqa: S603 – this program, with numbers as arguments
                [
                    *(sys.executable, "manage.py", "simulate", *arguments),
                    *(f"--processes={size.shards}", f"--shard={shard}"),
                ],
                cwd=settings.BASE_DIR,
                stdout=subprocess.PIPE,
                text=True,
            )
            for shard in range(size.shards)
        ]
        total = None
        for process in running:
            output, _errors = process.communicate()
            if process.returncode:
                raise CommandError("A process of the simulation has failed.")
            figures = Figures.from_json(output)
            if total is None:
                total = figures
            else:
                total.add(figures)
        if total is None:
            raise CommandError("At least one process is needed.")
        return total

    def _report_progress(self, day: int) -> None:
        if day and day % 30 == 0:
            self.stderr.write(f"  day {day}")
