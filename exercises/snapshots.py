"""What an exercise or a routine says, as plain data.

A content is everything the catalogue tells about a row, without keys and places: two contents are equal when nobody
could tell the rows apart.
"""

from __future__ import annotations

from typing import Any

from exercises.models import Exercise, Routine

EXERCISE_TEXT = (
    "name",
    "category",
    "position",
    "support",
    "summary",
    "start_position",
    "feel",
    "common_mistake",
    "source",
    "source_url",
)
ROUTINE_TEXT = ("name", "summary", "for_whom")

Content = dict[str, Any]


def get_exercise_content(row: Exercise) -> Content:
    """What an exercise says; wants its steps, equipment, focus and neighbours fetched."""
    return {
        **{name: getattr(row, name) for name in (*EXERCISE_TEXT, "safety_notes")},
        **row.dose.as_dict(),
        "progression_of": row.progression_of.slug if row.progression_of else "",
        "easier": row.easier.slug if row.easier else "",
        "demands": list(row.demands),
        "equipment": sorted(thing.slug for thing in row.equipment.all()),
        "focus": sorted(part.slug for part in row.focus.all()),
        "steps": [[step.kind, step.text] for step in sorted(row.steps.all(), key=lambda step: step.order)],
    }


def get_routine_content(row: Routine) -> Content:
    """What a routine says; wants its items and their exercises fetched."""
    items = sorted(row.items.all(), key=lambda item: item.order)
    return {name: getattr(row, name) for name in ROUTINE_TEXT} | {
        "items": [{"exercise": item.exercise.slug, "note": item.note} | item.dose.as_dict() for item in items]
    }
