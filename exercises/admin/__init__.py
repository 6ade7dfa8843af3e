"""The administration of the library."""

from exercises.admin import exercises, favourites, routines
from exercises.admin import taxonomy as words

__all__ = ["exercises", "favourites", "routines", "words"]
