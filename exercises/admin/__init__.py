"""Django admin of the exercise library."""

from exercises.admin import exercises, favourites, routines, taxonomy

__all__ = ["exercises", "favourites", "routines", "taxonomy"]
