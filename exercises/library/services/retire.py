"""Take exercises and routines out of use, and bring them back. Running plans keep what they prescribed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from django.db import transaction

from clinic.audit.services import record
from clinic.models import User
from exercises.models import Exercise, Routine


@transaction.atomic
def retire(*, rows: Iterable[Exercise | Routine], by: User, now: datetime.datetime) -> int:
    """Nobody can find or choose these any more. Gives how many were in use until now."""
    return _set_retired(rows, by, now)


@transaction.atomic
def restore(*, rows: Iterable[Exercise | Routine], by: User) -> int:
    """The opposite of `retire`. Gives how many were retired until now."""
    return _set_retired(rows, by, None)


def _set_retired(rows: Iterable[Exercise | Routine], by: User, moment: datetime.datetime | None) -> int:
    moved = [row for row in rows if (row.retired_at is None) != (moment is None)]
    for row in moved:
        row.retired_at = moment
        row.save(update_fields=["retired_at"])
        verb = "retired" if moment else "brought back"
        record(f"{row._meta.model_name}.{verb}", actor=by, obj=row, clinic=row.clinic)
    return len(moved)
