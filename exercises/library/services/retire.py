"""Retire and restore exercises and routines. Running plans keep what they prescribed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import transaction

from clinic.audit.services import record
from clinic.models import User
from exercises.models import Exercise, Routine


@transaction.atomic
def retire(*, rows: Iterable[Exercise | Routine], by: User, now: datetime.datetime) -> int:
    """Retire rows, so that they cannot be found or chosen. Return how many were in use. One audit row each."""
    return _set_retired(rows, by, now)


@transaction.atomic
def restore(*, rows: Iterable[Exercise | Routine], by: User) -> int:
    """Restore retired rows. Return how many were retired. One audit row each."""
    return _set_retired(rows, by, None)


def _set_retired(rows: Iterable[Exercise | Routine], by: User, moment: datetime.datetime | None) -> int:
    moved = [row for row in rows if (row.retired_at is None) != (moment is None)]
    for row in moved:
        row.retired_at = moment
        row.save(update_fields=["retired_at"])
        verb = "retired" if moment else "brought back"
        record(f"{row._meta.model_name}.{verb}", actor=by, obj=row, clinic=row.clinic)
    return len(moved)
