"""Create, update, retire, restore and share exercises of a clinic."""

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
from clinic.form_keys import get_key_of_another_form
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
    """Photograph to add, with its alternative text."""

    encoded: EncodedPhoto
    alt: str


class StaleExerciseError(Exception):
    """The exercise has changed since it was read.

    `exercise` is its current state; `by` and `at` are the user and the time of the last change. One query.
    """

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
    """Create an exercise that only this clinic can see, and write an audit row.

    Submitting the same form twice creates one exercise: the earlier one is returned. A `form_key` that is the key of an
    exercise of another clinic, or of the catalogue, is used as a new one would be. Raises ValueError if there are too
    many photographs.
    """
    if Exercise.objects.filter(pk=form_key).exclude(clinic=clinic).exists():
        form_key = get_key_of_another_form(form_key, clinic)
    try:
        with transaction.atomic():
            if earlier := Exercise.objects.filter(pk=form_key).first():
                return earlier
            exercise = Exercise(
                pk=form_key, slug=_build_unique_slug(content.name), clinic=clinic, source=clinic.name
            )
            _write_content(exercise, content, new_photos, by=by, reason="Added")
            record("exercise.added", actor=by, obj=exercise, clinic=clinic)
            return exercise
    except IntegrityError:
        # A simultaneous request with the same form was committed first.
        if earlier := Exercise.objects.filter(pk=form_key).first():
            return earlier
        raise


@transaction.atomic
def update_exercise(
    *,
    exercise: Exercise,
    content: ClinicExerciseContent,
    new_photos: Sequence[NewPhoto] = (),
    edit_number: int,
    by: User,
) -> Exercise:
    """Update the exercise and write an audit row. Plans are not changed, since they store copies.

    If the content is the same, for example because the edit was submitted twice, nothing is written. Raises
    StaleExerciseError if the exercise has changed since `edit_number` was read, and ValueError if `content` contains
    photographs of another exercise or too many photographs.
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
    """Write all content with a single history entry, created after steps and links are stored."""
    if len(content.photos) + len(new_photos) > MAX_PHOTOS:
        raise ValueError(f"An exercise shows at most {MAX_PHOTOS} photographs.")
    columns: dict[str, Any] = {name: getattr(content, name) for name in TEXT} | content.dose.as_dict()
    for name, value in columns.items():
        setattr(exercise, name, value)
    exercise.demands = sorted(content.demands)
    historical: Any = exercise  # django-simple-history reads its options from attributes of the instance
    historical.save_without_historical_record()
    historical.skip_history_when_saving = True
    historical.equipment.set(content.equipment)
    historical.focus.set(content.focus)
    del historical.skip_history_when_saving
    _write_steps(exercise, content.steps)
    kept = [photo.as_dict() for photo in content.photos]
    exercise.photos = kept + [_store(exercise, photo, by).as_dict() for photo in new_photos]
    historical._history_user = by
    historical._change_reason = reason
    exercise.save()


def _write_steps(exercise: Exercise, steps: Sequence[tuple[str, str]]) -> None:
    """Write the steps, reusing the rows in order, so that unchanged steps get no history entry."""
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
    """Return a slug from the name with a random suffix, which no figure and no other exercise has."""
    start = slugify(name)[:50].strip("-") or "exercise"
    while True:
        slug = f"{start}-{get_random_string(5, _ALPHABET)}"
        if not Exercise.objects.filter(slug=slug).exists():
            return slug


# --- Retiring and sharing ----------------------------------------------------------------------------------------


@transaction.atomic
def retire_clinic_exercise(*, exercise: Exercise, by: User, now: datetime.datetime | None = None) -> bool:
    """Retire the exercise, so that it cannot be chosen; plans keep their copies. Return False if it was retired."""
    return bool(retire(rows=_get_for_update(exercise), by=by, now=now or timezone.now()))


@transaction.atomic
def restore_clinic_exercise(*, exercise: Exercise, by: User) -> bool:
    """Restore the exercise, so that it can be chosen again. Return False if it was in use."""
    return bool(restore(rows=_get_for_update(exercise), by=by))


def _get_for_update(exercise: Exercise) -> list[Exercise]:
    return list(
        Exercise.objects.select_for_update(of=("self",)).select_related("clinic").filter(pk=exercise.pk)
    )


@transaction.atomic
def share_with_all_clinics(*, rows: Iterable[Exercise], by: User) -> int:
    """Share exercises of clinics with everyone, visitors included. Return how many belonged to a clinic.

    Afterwards they can be edited in the admin only, not by the clinic. The audit row names the clinic.
    """
    own = [row for row in rows if row.clinic is not None]
    for row in own:
        clinic, row.clinic = row.clinic, None
        row.edit_number += 1
        historical: Any = row
        historical._history_user = by
        historical._change_reason = "Shared with all clinics"
        row.save(update_fields=["clinic", "edit_number"])
        record("exercise.shared", actor=by, obj=row, clinic=clinic)
    return len(own)
