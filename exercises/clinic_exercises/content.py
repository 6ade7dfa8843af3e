"""Content of a clinic's exercise, as an immutable value."""

from __future__ import annotations

from dataclasses import dataclass

from exercises.doses import Dose
from exercises.library.photos import PhotoReference
from exercises.models import Exercise

#: Fields of an exercise that are plain text or a choice.
TEXT = (
    *("name", "category", "position", "support", "summary", "figure"),
    *("start_position", "feel", "common_mistake", "safety_notes"),
)


@dataclass(frozen=True, kw_only=True)
class ClinicExerciseContent:
    """Content of a clinic's exercise.

    Steps are pairs of kind and text ("" for how to hold on); equipment and focus are slugs.
    """

    name: str
    category: str
    position: str
    support: str
    summary: str
    start_position: str
    dose: Dose
    feel: str = ""
    common_mistake: str = ""
    safety_notes: str = ""
    figure: str = ""
    steps: tuple[tuple[str, str], ...] = ()
    equipment: frozenset[str] = frozenset()
    focus: frozenset[str] = frozenset()
    demands: frozenset[str] = frozenset()
    photos: tuple[PhotoReference, ...] = ()

    @classmethod
    def of(cls, exercise: Exercise) -> ClinicExerciseContent:
        """Return the stored content. No query if `steps`, `equipment` and `focus` are prefetched, else three."""
        steps = sorted(exercise.steps.all(), key=lambda step: step.order)
        return cls(
            **{name: getattr(exercise, name) for name in TEXT},
            dose=exercise.dose,
            steps=tuple((step.kind, step.text) for step in steps),
            equipment=frozenset(thing.slug for thing in exercise.equipment.all()),
            focus=frozenset(part.slug for part in exercise.focus.all()),
            demands=frozenset(exercise.demands),
            photos=tuple(PhotoReference.of(kept) for kept in exercise.photos),
        )

    def list_differences(self, other: ClinicExerciseContent) -> list[str]:
        """Return the display names of the parts that differ between the two contents."""
        return [words for part, words in PARTS.items() if getattr(self, part) != getattr(other, part)]


#: Parts of an exercise and their names in the list of revisions, in the order of the form.
PARTS = {
    "name": "name",
    "category": "kind",
    "position": "position",
    "support": "support",
    "summary": "what it is good for",
    "figure": "figure",
    "photos": "photos",
    "start_position": "start position",
    "steps": "steps",
    "feel": "you should feel",
    "common_mistake": "common mistake",
    "safety_notes": "safety notes",
    "dose": "dose",
    "equipment": "equipment",
    "focus": "what it works on",
    "demands": "what it demands",
}
