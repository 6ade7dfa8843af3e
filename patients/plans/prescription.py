"""What was prescribed, ready to show: from the published copy, or from the live catalogue while it is a draft."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from exercises.models import Category, Exercise, Position
from patients.models import PlanItem
from patients.plans import formatting as prescribed_words
from patients.plans.formatting import get_fullest_day, session_dose
from patients.plans.lines import PlanLine

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
    """A line of a plan as the patient sees it: what is prescribed, with the exercise as it was published.

    `item` is the row that it comes from.
    """

    item: PlanItem
    line: PlanLine
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
    def when_in_plan(self) -> str:
        """Its days and weeks, with the plan's days where it has none of its own. Needs the item's `version`."""
        return prescribed_words.when(self.line, self.item.version.weekdays)

    @property
    def category_label(self) -> str:
        return str(Category(self.category).label)

    @property
    def is_seated(self) -> bool:
        return self.position == Position.SEATED

    @property
    def is_suspended(self) -> bool:
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
        line=PlanLine.of(item),
        steps=[(kind, text) for kind, text in content["steps"]],
        equipment=content["equipment"],
        demands=content["demands"],
        **{name: content[name] for name in TEXT_FIELDS},
    )


def build_substitute(item: PlanItem, exercise: Exercise, support: str) -> Prescribed:
    """A gentler exercise with its own dose, shown where `item` was prescribed; nothing of it is saved.

    Wants `steps` and `equipment` of the exercise prefetched.
    """
    stand_in = PlanItem(
        pk=item.pk,
        version_id=item.version_id,
        exercise=exercise,
        order=item.order,
        **PlanLine.suggested(exercise, support=support).row_values(),
    )
    return prescribed(stand_in)


def session_minutes(exercises: Iterable[Prescribed]) -> int:
    """About how long the longest session of these exercises takes, rounded up to whole minutes."""
    lines = get_fullest_day(exercise.line for exercise in exercises)
    return math.ceil(sum(session_dose(line).session_seconds() for line in lines) / 60)
