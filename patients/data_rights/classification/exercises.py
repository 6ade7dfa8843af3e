"""Classification of the models of `exercises`: the library, which is about nobody, and favourites of staff."""

from __future__ import annotations

from patients.data_rights.kinds import DataClass, ModelClass, Subject

_OF_NOBODY = ModelClass(Subject.NOBODY, DataClass.NONE)


def _history_of(model: str) -> ModelClass:
    return ModelClass(Subject.NOBODY, DataClass.NONE, history_of=model)


EXERCISES: dict[str, ModelClass] = {
    "exercises.Equipment": _OF_NOBODY,
    "exercises.BodyFocus": _OF_NOBODY,
    "exercises.Exercise": ModelClass(
        Subject.NOBODY,
        DataClass.NONE,
        why="The content of the library; a clinic's own exercises belong to the clinic.",
    ),
    "exercises.Exercise_equipment": _OF_NOBODY,
    "exercises.Exercise_focus": _OF_NOBODY,
    "exercises.HistoricalExercise": _history_of("exercises.Exercise"),
    "exercises.HistoricalExercise_equipment": _history_of("exercises.Exercise_equipment"),
    "exercises.HistoricalExercise_focus": _history_of("exercises.Exercise_focus"),
    "exercises.ExerciseStep": _OF_NOBODY,
    "exercises.HistoricalExerciseStep": _history_of("exercises.ExerciseStep"),
    "exercises.ExercisePhoto": ModelClass(
        Subject.NOBODY,
        DataClass.NONE,
        why="Shows how to do an exercise of the clinic. No model keeps photographs of patients.",
    ),
    "exercises.Routine": ModelClass(
        Subject.NOBODY,
        DataClass.NONE,
        why="A template without a patient; `for_whom` names a kind of patient.",
    ),
    "exercises.HistoricalRoutine": _history_of("exercises.Routine"),
    "exercises.RoutineItem": _OF_NOBODY,
    "exercises.HistoricalRoutineItem": _history_of("exercises.RoutineItem"),
    "exercises.FavouriteExercise": ModelClass(Subject.STAFF, DataClass.OPERATIONAL),
}
