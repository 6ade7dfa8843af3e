"""Save the changes of a file: all of them or none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction

from clinic.audit.services import record_each
from clinic.models import User
from exercises.catalogue.services.rows import ChangeReason, PendingWrites, write_exercises, write_routines
from exercises.models import Exercise, Routine

REASON = "Imported from a file"
WRITERS: dict[type[Exercise | Routine], Callable[[PendingWrites, ChangeReason], None]] = {
    Exercise: write_exercises,
    Routine: write_routines,
}


@transaction.atomic
def save_imported(
    *, model: type[Exercise | Routine], new: Sequence[Any], changed: Sequence[Any], by: User
) -> None:
    """Create and change exercises, or routines, in a number of queries that does not depend on the number of rows.

    The new content of each row is in its attribute `content` (see `exercises.snapshots`).
    """
    if not (new or changed):
        return
    writes = PendingWrites(
        new=[*new], old=[*changed], content={row.slug: row.content for row in (*new, *changed)}
    )
    WRITERS[model](writes, ChangeReason(by=by, reason=REASON))
    record_each(f"{model._meta.model_name}.imported", actor=by, objs=writes.rows, clinic=None)
