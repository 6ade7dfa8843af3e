"""The administration of the library."""

from . import exercises, routines, words

__all__ = ["exercises", "routines", "words"]
