"""Who may see a photograph of an exercise."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from clinic.models import User
from exercises.models import Exercise, ExercisePhoto
from patients.models import PlanItem
from patients.permissions import patients_for_account


def get_photo_or_404(user: User | AnonymousUser, photo_id: uuid.UUID, digest: str) -> ExercisePhoto:
    """Anyone may see what a shared exercise shows; a clinic's team what is its own; a patient what was prescribed.

    A foreign photograph is a missing one: Http404 for both. Three queries at most.
    """
    photo = ExercisePhoto.objects.select_related("exercise").filter(pk=photo_id, digest=digest).first()
    if photo is None or not (_is_public(photo) or (user.is_authenticated and _is_for(user, photo))):
        raise Http404
    return photo


def _is_public(photo: ExercisePhoto) -> bool:
    exercise: Exercise = photo.exercise
    shows = any(shown["id"] == str(photo.pk) for shown in exercise.photos)
    return shows and exercise.clinic_id is None and exercise.retired_at is None


def _is_for(user: User, photo: ExercisePhoto) -> bool:
    if user.has_perm("exercises.view_exercise"):  # the administration, which decides what is shared
        return True
    if membership := user.membership:
        return photo.exercise.clinic_id in (None, membership.clinic_id)
    return _was_prescribed(user, photo)


def _was_prescribed(user: User, photo: ExercisePhoto) -> bool:
    """Whether any published version of the plans of the patient, or whom they help, holds it, as published."""
    items = PlanItem.objects.filter(
        exercise=photo.exercise_id,
        version__plan__patient__in=patients_for_account(user),
        version__published_at__isnull=False,
    )
    contents = items.values_list("content", flat=True)
    return any(shown["id"] == str(photo.pk) for content in contents for shown in content.get("photos", []))
