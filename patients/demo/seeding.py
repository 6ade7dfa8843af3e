"""Creates the demo data: clinics, teams, requests, and patients with their history, written in bulk."""

from __future__ import annotations

import datetime
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import transaction

from clinic.models import Clinic
from exercises.models import Exercise
from patients.demo.bulk import BulkRows
from patients.demo.clinics import DemoClinic, make_site, make_superuser
from patients.demo.personas import DEMO_PASSWORD
from patients.demo.random import SeededRandom
from patients.summaries.selectors import compute_summaries

from .alerts import make_inactivity_alert
from .people import make_patient, make_personas
from .prescriptions import Library
from .requests import make_inbox
from .safety import answer_rules

#: Number of patients whose rows are written together. A larger batch is not faster.
BATCH = 250
#: Maximum weeks of history. The plan of a longer one would exceed the 52 weeks that a version may have.
MOST_WEEKS = 40


class SeedError(Exception):
    """Demo data cannot be created in this database or with these options. The message says what to do."""


@dataclass(frozen=True, kw_only=True)
class DemoSize:
    """The size of the demo: clinics, patients in total (without the two personas), and weeks of history."""

    clinics: int = 2
    patients: int = 60
    weeks: int = 8

    def problems(self) -> list[str]:
        found = []
        if self.clinics < 1:
            found.append("--clinics must be at least 1.")
        if self.patients < 0:
            found.append("--patients must not be negative.")
        if not 1 <= self.weeks <= MOST_WEEKS:
            found.append(f"--weeks must be from 1 to {MOST_WEEKS}.")
        return found


def is_seeded() -> bool:
    """Return True if the database contains any clinic, from a demo or not."""
    return Clinic.objects.exists()


def seed(
    size: DemoSize,
    *,
    seed: int,
    now: datetime.datetime,
    progress: Callable[[int, int], None] = lambda done, in_all: None,
) -> int:
    """Create the demo data in one transaction and return the number of rows.

    The same size, seed and aware datetime `now` create the same rows. `progress` is called after each batch with the
    number of patients done and in total. Raises SeedError in production, in a database with clinics, for an impossible
    size, and if the catalogue has no routine.
    """
    if settings.PRODUCTION:
        raise SeedError("Demo data has a known password and cannot be loaded in production.")
    if problems := size.problems():
        raise SeedError(" ".join(problems))
    if is_seeded():
        raise SeedError(
            "This database holds clinics already. Start from an empty one: demo data never mixes with yours."
        )
    if not Exercise.objects.exists():
        call_command("load_catalogue")
    library = Library.load()
    if not library.routines:
        raise SeedError(
            "The catalogue holds no routine to make plans from. Run `manage.py load_catalogue` first."
        )
    with transaction.atomic(), _no_garbage_collection():
        return _write(size, seed, now, library, progress)


def _write(
    size: DemoSize, seed: int, now: datetime.datetime, library: Library, progress: Callable[[int, int], None]
) -> int:
    rows, written = BulkRows(), 0
    # One hash for all users: hashing the same password for hundreds of them would take minutes.
    password_hash = make_password(DEMO_PASSWORD, salt=SeededRandom.named(seed, "salt").hex(22))
    make_superuser(rows, seed=seed, now=now, password_hash=password_hash)
    for number in range(size.clinics):
        share = size.patients // size.clinics + (number < size.patients % size.clinics)
        site = make_site(rows, number, seed=seed, patients=share, now=now, password_hash=password_hash)
        make_inbox(rows, site, seed=seed, count=max(14, share // 12))
        if number == 0:
            make_personas(rows, site, library, seed=seed, weeks=size.weeks)
        for batch in _batches(share):
            _make_batch(rows, site, library, batch, seed=seed, weeks=size.weeks)
            written += _save(rows, site)
            progress(number * (size.patients // size.clinics) + batch.stop, size.patients)
        written += _save(rows, site)  # for a clinic without a batch of patients
    return written


def _make_batch(
    rows: BulkRows, site: DemoClinic, library: Library, batch: range, *, seed: int, weeks: int
) -> None:
    for number in batch:
        make_patient(rows, site, library, number, seed=seed, weeks=weeks)


def _save(rows: BulkRows, site: DemoClinic) -> int:
    """Write the collected rows, then the safety overrides, inactivity alerts and summaries that depend on them.

    Return the number of rows. The summaries are computed as for any other patient.
    """
    patients = list(rows.patients)
    written = rows.save()
    if patients:
        answer_rules(rows, patients)
        summaries = compute_summaries(patients, site.now)
        for patient in patients:
            summary = make_inactivity_alert(rows, patient, summaries[patient.pk], site)
            rows.summaries.append(summary.as_row(patient, site.now))
    return written + rows.save()


def _batches(count: int) -> Iterator[range]:
    for start in range(0, count, BATCH):
        yield range(start, min(start + BATCH, count))


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Disable garbage collection: the rows have no reference cycles, and looking for some takes a third of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
