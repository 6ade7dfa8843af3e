"""Create, update, retire and restore routines of a clinic or of a single clinician.

The plan builder's "Save as routine" and the pages about routines use the same functions.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from clinic.audit.services import record
from clinic.form_keys import get_key_of_another_form
from clinic.models import Clinic, User
from exercises.doses import Dose
from exercises.library.services.retire import restore, retire
from exercises.models import Routine, RoutineItem
from exercises.ordering import save_in_order

#: Largest number of exercises. The pages warn above six (see `catalogue.MAX_EXERCISES`).
MAX_ITEMS = 20
#: Parts of a routine and their names in the list of revisions, in the order of the form.
PARTS = {"name": "name", "summary": "summary", "for_whom": "who it is for", "lines": "exercises"}
_TEXT = ("name", "summary", "for_whom")
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, kw_only=True)
class RoutineLine:
    """Exercise of a routine with its dose."""

    exercise_id: uuid.UUID
    dose: Dose
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class RoutineContent:
    """Content of a routine as an immutable value. It contains each exercise at most once, as a plan does."""

    name: str
    summary: str
    for_whom: str = ""
    lines: tuple[RoutineLine, ...] = ()

    @classmethod
    def of(cls, routine: Routine) -> RoutineContent:
        """Return the stored content. One query unless `items` are prefetched."""
        items = sorted(routine.items.all(), key=lambda item: item.order)
        return cls(
            **{name: getattr(routine, name) for name in _TEXT},
            lines=tuple(
                RoutineLine(exercise_id=item.exercise_id, dose=item.dose, note=item.note) for item in items
            ),
        )

    def check(self) -> None:
        """Raise ValueError if there is no exercise, too many, or one of them twice. Forms check this beforehand."""
        exercises = [line.exercise_id for line in self.lines]
        if not 1 <= len(exercises) <= MAX_ITEMS or len(set(exercises)) != len(exercises):
            raise ValueError(f"A routine has 1 to {MAX_ITEMS} exercises, each of them once.")

    def list_differences(self, other: RoutineContent) -> list[str]:
        """Return the display names of the parts that differ between the two contents."""
        return [words for part, words in PARTS.items() if getattr(self, part) != getattr(other, part)]


class StaleRoutineError(Exception):
    """The routine has changed since it was read.

    `routine` is its current state; `by` and `at` are the user and the time of the last change. One query.
    """

    def __init__(self, routine: Routine) -> None:
        super().__init__("The routine was changed meanwhile.")
        self.routine = routine
        last = routine.history.select_related("history_user").first()
        self.by = last.history_user if last else None
        self.at = last.history_date if last else None


def create_routine(
    *,
    clinic: Clinic,
    content: RoutineContent,
    form_key: uuid.UUID,
    by: User,
    only_for: User | None = None,
) -> Routine:
    """Create a routine of the clinic, or with `only_for` one that only this clinician sees. Write an audit row.

    Submitting the same form twice creates one routine: the earlier one is returned. A `form_key` that is the key of a
    routine of another clinic or of a colleague alone is used as a new one would be. Raises ValueError if the content is
    invalid (see `RoutineContent.check`).
    """
    content.check()
    taken = Routine.objects.filter(pk=form_key).first()
    if taken is not None and (taken.clinic_id != clinic.pk or taken.owner_id not in (None, by.pk)):
        form_key = get_key_of_another_form(form_key, clinic)
    try:
        with transaction.atomic():
            if earlier := Routine.objects.filter(pk=form_key).first():
                return earlier
            routine = Routine(
                pk=form_key, slug=_build_unique_slug(content.name), clinic=clinic, owner=only_for
            )
            _write_content(routine, content, by=by, reason="Added")
            record("routine.added", actor=by, obj=routine, clinic=clinic)
            return routine
    except IntegrityError:
        # A simultaneous request with the same form was committed first.
        if earlier := Routine.objects.filter(pk=form_key).first():
            return earlier
        raise


@transaction.atomic
def update_routine(*, routine: Routine, content: RoutineContent, edit_number: int, by: User) -> Routine:
    """Update the routine and write an audit row. Plans are not changed, since they store copies.

    If the content is the same, for example because the edit was submitted twice, nothing is written. Raises
    StaleRoutineError if the routine has changed since `edit_number` was read, and ValueError if the content is invalid
    (see `RoutineContent.check`).
    """
    content.check()
    locked = _get_for_update(routine)[0]
    current = RoutineContent.of(locked)
    if current == content:
        return locked
    if locked.edit_number != edit_number:
        raise StaleRoutineError(locked)
    locked.edit_number += 1
    changed = ", ".join(content.list_differences(current))
    _write_content(locked, content, by=by, reason=f"Changed: {changed}")
    record("routine.edited", actor=by, obj=locked, clinic=locked.clinic)
    return locked


@transaction.atomic
def retire_routine(*, routine: Routine, by: User, now: datetime.datetime | None = None) -> bool:
    """Retire the routine, so that no plan can start from it. Return False if it was retired."""
    return bool(retire(rows=_get_for_update(routine), by=by, now=now or timezone.now()))


@transaction.atomic
def restore_routine(*, routine: Routine, by: User) -> bool:
    """Restore the routine, so that it can be chosen again. Return False if it was in use."""
    return bool(restore(rows=_get_for_update(routine), by=by))


def _get_for_update(routine: Routine) -> list[Routine]:
    rows = Routine.objects.select_for_update(of=("self",)).select_related("clinic")
    return list(rows.filter(pk=routine.pk))


def _write_content(routine: Routine, content: RoutineContent, *, by: User, reason: str) -> None:
    for name in _TEXT:
        setattr(routine, name, getattr(content, name))
    historical: Any = routine  # django-simple-history reads its options from attributes of the instance
    historical._history_user = by
    historical._change_reason = reason
    routine.save()
    _write_items(routine, content.lines)


def _write_items(routine: Routine, lines: Sequence[RoutineLine]) -> None:
    """Write the items, reusing the row of each exercise that stays, so that unchanged items get no history entry."""
    reusable: dict[uuid.UUID, RoutineItem] = {}
    wanted = {line.exercise_id for line in lines}
    for row in routine.items.order_by("order"):
        if row.exercise_id in wanted and row.exercise_id not in reusable:
            reusable[row.exercise_id] = row
        else:
            row.delete()
    rows, changed = [], []
    for line in lines:
        row = reusable.get(line.exercise_id) or RoutineItem(routine=routine, exercise_id=line.exercise_id)
        if row.pk and (row.dose, row.note) != (line.dose, line.note):
            changed.append(row)
        for name, value in line.dose.as_dict().items():
            setattr(row, name, value)
        row.note = line.note
        rows.append(row)
    save_in_order(rows=rows, changed=changed)


def _build_unique_slug(name: str) -> str:
    """Return a slug from the name with a random suffix, which no other routine has."""
    start = slugify(name)[:50].strip("-") or "routine"
    while True:
        slug = f"{start}-{get_random_string(5, _ALPHABET)}"
        if not Routine.objects.filter(slug=slug).exists():
            return slug
