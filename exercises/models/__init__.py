"""Models of the exercise library."""

from exercises.models.choices import (
    POSITION_DEMANDS,
    Category,
    Demand,
    Position,
    StepKind,
    Support,
    demands_of,
)
from exercises.models.dose_fields import DoseFields
from exercises.models.exercise import (
    Exercise,
    ExercisePhoto,
    ExerciseStep,
    list_complete_exercises,
    load_contents,
)
from exercises.models.favourites import FavouriteExercise
from exercises.models.routine import Routine, RoutineItem, RoutineQuerySet
from exercises.models.shared import SharedQuerySet
from exercises.models.taxonomy import STRENGTH, BodyFocus, Equipment

__all__ = [
    "POSITION_DEMANDS",
    "STRENGTH",
    "BodyFocus",
    "Category",
    "Demand",
    "DoseFields",
    "Equipment",
    "Exercise",
    "ExercisePhoto",
    "ExerciseStep",
    "FavouriteExercise",
    "Position",
    "Routine",
    "RoutineItem",
    "RoutineQuerySet",
    "SharedQuerySet",
    "StepKind",
    "Support",
    "demands_of",
    "list_complete_exercises",
    "load_contents",
]
