"""Bring a file that an administrator has edited into the catalogue: all of it or nothing, and never unseen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.db import transaction

from clinic.audit.services import record_each
from clinic.models import User
from exercises.catalogue.services.rows import ChangeReason, PendingWrites, write_exercises, write_routines
from exercises.catalogue_file.exercises import read_exercises
from exercises.catalogue_file.reading import Reading
from exercises.catalogue_file.routines import read_routines
from exercises.models import Exercise, Routine

REASON = "Imported from a file"


class PreviewOutdatedError(RuntimeError):
    """The file would now do something else than what the person has agreed to: nothing was saved."""


@transaction.atomic
def import_exercises(
    *, headings: Sequence[str], table: Iterable[Sequence[str]], seen: str, by: User
) -> Reading:
    """Save what the file says of shared exercises. `seen` is the fingerprint of the reading that `by` has agreed to.

    Raises FileError for a file that cannot be read, and PreviewOutdatedError when the catalogue has moved on since,
    or the file has faults.
    """
    reading = _agreed(read_exercises(headings, table, lock=True), seen)
    _save(Exercise, reading, write_exercises, by)
    return reading


@transaction.atomic
def import_routines(
    *, headings: Sequence[str], table: Iterable[Sequence[str]], seen: str, by: User
) -> Reading:
    """The same for shared routines."""
    reading = _agreed(read_routines(headings, table, lock=True), seen)
    _save(Routine, reading, write_routines, by)
    return reading


def _agreed(reading: Reading, seen: str) -> Reading:
    if reading.faults or reading.fingerprint() != seen:
        raise PreviewOutdatedError
    return reading


def _save(
    model: type[Exercise | Routine],
    reading: Reading,
    write: Callable[[PendingWrites, ChangeReason], None],
    by: User,
) -> None:
    if not reading.changes:
        return
    writes = PendingWrites(content={change.slug: change.content for change in reading.changes})
    for change in reading.changes:
        if change.instance is None:
            writes.new.append(model(slug=change.slug))
        else:
            writes.old.append(change.instance)
    write(writes, ChangeReason(by=by, reason=REASON))
    record_each(f"{model._meta.model_name}.imported", actor=by, objs=writes.rows, clinic=None)
