"""Favourite exercises of members of staff."""

from __future__ import annotations

from django.db import transaction

from clinic.models import User
from exercises.models import Exercise, FavouriteExercise


@transaction.atomic
def set_favourite(*, exercise: Exercise, by: User, wanted: bool) -> None:
    """Add the exercise to the user's favourites, or remove it. Repeating the call changes nothing.

    Writes no audit row: a favourite is a personal bookmark, not a clinical act.
    """
    if wanted:
        FavouriteExercise.objects.get_or_create(user=by, exercise=exercise)
    else:
        FavouriteExercise.objects.filter(user=by, exercise=exercise).delete()


@transaction.atomic
def toggle_favourite(*, exercise: Exercise, by: User) -> bool:
    """Toggle the favourite and return its new state, for a button that does not send the wanted state."""
    wanted = not FavouriteExercise.objects.filter(user=by, exercise=exercise).exists()
    set_favourite(exercise=exercise, by=by, wanted=wanted)
    return wanted
