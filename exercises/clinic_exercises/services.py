"""A clinic's own exercises: adding one, changing it, taking it out of use, and sharing it with all clinics."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from clinic.audit.services import record
from clinic.models import Clinic, User
from exercises.clinic_exercises.content import PARTS, TEXT, ClinicExerciseContent
from exercises.library.photos import MAX_PHOTOS, EncodedPhoto, PhotoReference
from exercises.library.services.retire import restore, retire
from exercises.models import Exercise, ExercisePhoto, ExerciseStep
from exercises.ordering import save_in_order

_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_REASON_LENGTH = 100


@dataclass(frozen=True)
class NewPhoto:
    """A photograph to add, with what it shows in words."""

    encoded: EncodedPhoto
    alt: str


class StaleExerciseError(Exception):
    """Someone changed the exercise since it was read. Holds it as it is now, and who made it so when."""

    def __init__(self, exercise: Exercise) -> None:
        super().__init__("The exercise was changed meanwhile.")
        self.exercise = exercise
        last = exercise.history.select_related("history_user").first()
        self.by = last.history_user if last else None
        self.at = last.history_date if last else None


def create_exercise(
    *,
    clinic: Clinic,
    content: ClinicExerciseContent,
    new_photos: Sequence[NewPhoto] = (),
    form_key: uuid.UUID,
    by: User,
) -> Exercise:
    """A new exercise that this clinic alone can see. The same form sent twice is one exercise.

    Raises ValueError when `form_key` is another clinic's exercise, or there are too many photographs.
    """
    try:
        with transaction.atomic():
            if earlier := Exercise.objects.filter(pk=form_key).first():
                return _find_by_form_key(earlier, clinic)
            exercise = Exercise(
                pk=form_key, slug=_build_unique_slug(content.name), clinic=clinic, source=clinic.name
            )
            _write_content(exercise, content, new_photos, by=by, reason="Added")
            record("exercise.added", actor=by, obj=exercise, clinic=clinic)
            return exercise
    except IntegrityError:
        # The other of two simultaneous clicks came first.
        if earlier := Exercise.objects.filter(pk=form_key).first():
            return _find_by_form_key(earlier, clinic)
        raise


def _find_by_form_key(earlier: Exercise, clinic: Clinic) -> Exercise:
    if earlier.clinic_id != clinic.pk:
        raise ValueError("This form key belongs to an exercise of another clinic.")
    return earlier


@transaction.atomic
def update_exercise(
    *,
    exercise: Exercise,
    content: ClinicExerciseContent,
    new_photos: Sequence[NewPhoto] = (),
    edit_number: int,
    by: User,
) -> Exercise:
    """Make the exercise say `content`, if nobody changed it since `edit_number` was read. Plans keep their copies.

    The same edit sent twice is made once. Raises StaleExerciseError with the exercise as it is now.
    """
    locked = Exercise.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=exercise.pk)
    current = ClinicExerciseContent.of(locked)
    if current == content and not new_photos:
        return locked
    if locked.edit_number != edit_number:
        raise StaleExerciseError(locked)
    if set(_ids(content.photos)) - set(_ids(current.photos)):
        raise ValueError("Only photographs of this exercise can be kept.")
    changed = content.list_differences(current)
    if new_photos and PARTS["photos"] not in changed:
        changed.append(PARTS["photos"])
    locked.edit_number += 1
    _write_content(locked, content, new_photos, by=by, reason=_describe_changes(changed))
    record("exercise.edited", actor=by, obj=locked, clinic=locked.clinic)
    return locked


def _ids(photos: Iterable[PhotoReference]) -> list[str]:
    return [photo.id for photo in photos]


def _describe_changes(changed: Sequence[str]) -> str:
    words = f"Changed: {', '.join(changed)}"
    return words if len(words) <= _REASON_LENGTH else f"Changed: {', '.join(changed[:3])} and more"


def _write_content(
    exercise: Exercise,
    content: ClinicExerciseContent,
    new_photos: Sequence[NewPhoto],
    *,
    by: User,
    reason: str,
) -> None:
    """One entry in the history, made when everything is in its place."""
    if len(content.photos) + len(new_photos) > MAX_PHOTOS:
        raise ValueError(f"An exercise shows at most {MAX_PHOTOS} photographs.")
    columns: dict[str, Any] = {name: getattr(content, name) for name in TEXT} | content.dose.as_dict()
    for name, value in columns.items():
        setattr(exercise, name, value)
    exercise.demands = sorted(content.demands)
    noted: Any = exercise  # the history package reads what it is told from the row itself
    noted.save_without_historical_record()
    noted.skip_history_when_saving = True
    noted.equipment.set(content.equipment)
    noted.focus.set(content.focus)
    del noted.skip_history_when_saving
    _write_steps(exercise, content.steps)
    kept = [photo.as_dict() for photo in content.photos]
    exercise.photos = kept + [_store(exercise, photo, by).as_dict() for photo in new_photos]
    noted._history_user = by
    noted._change_reason = reason
    exercise.save()


def _write_steps(exercise: Exercise, steps: Sequence[tuple[str, str]]) -> None:
    """Rows are used again in their order, so that a step that stays gets no entry in its history."""
    rows = list(exercise.steps.order_by("order"))
    for row in rows[len(steps) :]:
        row.delete()
    rows = rows[: len(steps)] + [ExerciseStep(exercise=exercise) for _step in steps[len(rows) :]]
    changed = []
    for row, (kind, text) in zip(rows, steps, strict=True):
        if (row.kind, row.text) != (kind, text):
            row.kind, row.text = kind, text
            changed.append(row)
    save_in_order(rows=rows, changed=[row for row in changed if row.pk])


def _store(exercise: Exercise, photo: NewPhoto, by: User) -> PhotoReference:
    encoded = photo.encoded
    stored = ExercisePhoto.objects.create(
        exercise=exercise,
        digest=encoded.digest,
        full=encoded.full,
        small=encoded.small,
        width=encoded.width,
        height=encoded.height,
        created_by=by,
    )
    return PhotoReference(str(stored.pk), encoded.digest, encoded.width, encoded.height, photo.alt)


def _build_unique_slug(name: str) -> str:
    """From the name, with an end that no figure and no other clinic's exercise has."""
    start = slugify(name)[:50].strip("-") or "exercise"
    while True:
        slug = f"{start}-{get_random_string(5, _ALPHABET)}"
        if not Exercise.objects.filter(slug=slug).exists():
            return slug


# --- In use, and for whom ----------------------------------------------------------------------------------------


@transaction.atomic
def retire_clinic_exercise(*, exercise: Exercise, by: User, now: datetime.datetime | None = None) -> bool:
    """Nobody can choose it any more; plans keep what they prescribed. False when it was retired already."""
    return bool(retire(rows=_get_for_update(exercise), by=by, now=now or timezone.now()))


@transaction.atomic
def restore_clinic_exercise(*, exercise: Exercise, by: User) -> bool:
    """It can be chosen again. False when it was in use."""
    return bool(restore(rows=_get_for_update(exercise), by=by))


def _get_for_update(exercise: Exercise) -> list[Exercise]:
    return list(
        Exercise.objects.select_for_update(of=("self",)).select_related("clinic").filter(pk=exercise.pk)
    )


@transaction.atomic
def share_with_all_clinics(*, rows: Iterable[Exercise], by: User) -> int:
    """Make clinics' own exercises part of the library that everyone sees, visitors included. Gives how many were own.

    From then on the administration edits them, not the clinic. The audit trail says whose they were.
    """
    own = [row for row in rows if row.clinic is not None]
    for row in own:
        clinic, row.clinic = row.clinic, None
        row.edit_number += 1
        noted: Any = row
        noted._history_user = by
        noted._change_reason = "Shared with all clinics"
        row.save(update_fields=["clinic", "edit_number"])
        record("exercise.shared", actor=by, obj=row, clinic=clinic)
    return len(own)
