"""Access to photographs of exercises."""

from __future__ import annotations

import uuid

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from clinic.models import User
from exercises.models import Exercise, ExercisePhoto
from patients.models import PlanItem
from patients.permissions import patients_for_account


def get_photo_or_404(user: User | AnonymousUser, photo_id: uuid.UUID, digest: str) -> ExercisePhoto:
    """Return the photograph if the user may see it, or raise Http404. Three queries at most.

    Anyone may see a current photograph of a shared exercise that is not retired, users of the admin every photograph,
    a clinic's team those of shared exercises and of its own, patients and helpers those that were prescribed. The
    response is the same for a missing photograph and for one that the user may not see.
    """
    photo = ExercisePhoto.objects.select_related("exercise").filter(pk=photo_id, digest=digest).first()
    if photo is None or not (_is_public(photo) or (user.is_authenticated and _is_for(user, photo))):
        raise Http404
    return photo


def _is_public(photo: ExercisePhoto) -> bool:
    """Return True if a shared exercise that is not retired shows the photograph now."""
    exercise: Exercise = photo.exercise
    shows = any(shown["id"] == str(photo.pk) for shown in exercise.photos)
    return shows and exercise.clinic_id is None and exercise.retired_at is None


def _is_for(user: User, photo: ExercisePhoto) -> bool:
    if user.has_perm("exercises.view_exercise"):  # users of the admin decide which exercises are shared
        return True
    if membership := user.membership:
        return photo.exercise.clinic_id in (None, membership.clinic_id)
    return _was_prescribed(user, photo)


def _was_prescribed(user: User, photo: ExercisePhoto) -> bool:
    """Return True if a published version of a plan holds the photograph in its copy of the exercise.

    Plans are those of the patient, or of the patients whom the user helps.
    """
    items = PlanItem.objects.filter(
        exercise=photo.exercise_id,
        version__plan__patient__in=patients_for_account(user),
        version__published_at__isnull=False,
    )
    contents = items.values_list("content", flat=True)
    return any(shown["id"] == str(photo.pk) for content in contents for shown in content.get("photos", []))
