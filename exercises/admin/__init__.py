"""The administration of the library."""

from . import exercises, favourites, routines, words

__all__ = ["exercises", "favourites", "routines", "words"]
