"""What was prescribed, ready to show: from the published copy, or from the live catalogue while it is a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from exercises.doses import Dose
from exercises.models import Category, Exercise, Position, Support

from .models import PlanItem

#: What a published item keeps of its exercise. Steps are [kind, text] pairs; photographs as in `Exercise.photos`.
TEXT_FIELDS = (
    "slug",
    "name",
    "category",
    "position",
    "summary",
    "start_position",
    "feel",
    "common_mistake",
    "safety_notes",
    "source",
    "figure",
    "photos",
)
#: What versions that were published before these were kept say of them.
_BEFORE: dict[str, Any] = {"figure": "", "photos": []}


@dataclass(frozen=True)
class Prescribed:
    """One exercise of a plan as the patient sees it."""

    item: PlanItem
    slug: str
    name: str
    category: str
    position: str
    summary: str
    start_position: str
    feel: str
    common_mistake: str
    safety_notes: str
    source: str
    figure: str
    photos: list[dict[str, Any]]
    steps: list[tuple[str, str]]
    equipment: list[str]
    demands: list[str]

    @property
    def dose(self) -> Dose:
        return self.item.dose

    @property
    def note(self) -> str:
        return self.item.note

    @property
    def support(self) -> Support:
        return Support(self.item.support)

    @property
    def category_label(self) -> str:
        return str(Category(self.category).label)

    @property
    def is_seated(self) -> bool:
        return self.position == Position.SEATED

    @property
    def is_held_back(self) -> bool:
        """Whether a fall or a new sore holds it back: everything done on the feet, and water for open skin."""
        return self.position != Position.SEATED or "weight_bearing" in self.demands


def content_of(exercise: Exercise) -> dict[str, Any]:
    """The copy that a published item keeps. Wants `steps` and `equipment` prefetched."""
    return {name: getattr(exercise, name) for name in TEXT_FIELDS} | {
        "steps": [
            [step.kind, step.text] for step in sorted(exercise.steps.all(), key=lambda step: step.order)
        ],
        "equipment": sorted(thing.name for thing in exercise.equipment.all()),
        "demands": list(exercise.demands),
    }


def prescribed(item: PlanItem) -> Prescribed:
    """The item as the patient sees it. A draft item wants `exercise__steps` and `exercise__equipment` prefetched."""
    content = _BEFORE | (item.content or content_of(item.exercise))
    return Prescribed(
        item=item,
        steps=[(kind, text) for kind, text in content["steps"]],
        equipment=content["equipment"],
        demands=content["demands"],
        **{name: content[name] for name in TEXT_FIELDS},
    )
