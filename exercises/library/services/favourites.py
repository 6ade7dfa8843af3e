"""Exercises that a member of a team wants at hand."""

from __future__ import annotations

from django.db import transaction

from clinic.models import User
from exercises.models import Exercise, FavouriteExercise


@transaction.atomic
def set_favourite(*, exercise: Exercise, by: User, wanted: bool) -> None:
    """Put the exercise among the user's favourites, or take it out. Doing it twice does it once.

    A note to oneself like a bookmark, not a clinical act: it leaves no audit row.
    """
    if wanted:
        FavouriteExercise.objects.get_or_create(user=by, exercise=exercise)
    else:
        FavouriteExercise.objects.filter(user=by, exercise=exercise).delete()


@transaction.atomic
def toggle_favourite(*, exercise: Exercise, by: User) -> bool:
    """The other way round; returns whether it is a favourite now. For a button that cannot say which way it means."""
    wanted = not FavouriteExercise.objects.filter(user=by, exercise=exercise).exists()
    set_favourite(exercise=exercise, by=by, wanted=wanted)
    return wanted
