"""The two files as Resources of django-import-export."""

from .exercises import ExerciseResource
from .routines import RoutineResource

__all__ = ["ExerciseResource", "RoutineResource"]
