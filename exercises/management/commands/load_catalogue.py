"""Management command that loads the exercises and routines of the code into the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from exercises import catalogue
from exercises.catalogue.checks import problems
from exercises.catalogue.services.load import load_catalogue


class Command(BaseCommand):
    help = (
        "Loads the exercises and routines that come with the code. Run it as often as you like: it creates "
        "what is missing, updates what has changed in the code, and leaves alone what a person has changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="overwrite changes made in the admin")

    def handle(self, *args: Any, **options: Any) -> None:
        faults = problems(catalogue.EXERCISES, catalogue.ROUTINES, catalogue.EQUIPMENT, catalogue.FOCUS)
        if faults:
            raise CommandError("The catalogue has errors; nothing was loaded.\n- " + "\n- ".join(faults))
        report = load_catalogue(
            exercises=catalogue.EXERCISES,
            routines=catalogue.ROUTINES,
            equipment=catalogue.EQUIPMENT,
            focus=catalogue.FOCUS,
            force=options["force"],
        )
        self.stdout.write(
            f"Catalogue: {len(report.created)} created, {len(report.changed)} changed, "
            f"{len(report.unchanged)} unchanged, {len(report.skipped)} left alone."
        )
        if options["verbosity"] > 1:
            for words, slugs in (("created", report.created), ("changed", report.changed)):
                self.stdout.writelines(f"  {words}: {slug}" for slug in slugs)
        if report.skipped:
            self.stdout.write(
                "Left alone, because someone has changed them here (--force overwrites): "
                + ", ".join(report.skipped)
            )
