"""Content of an exercise or a routine as plain data.

The content contains everything that the catalogue defines about a row, with slugs instead of primary keys and without
order numbers. Two rows with equal contents are the same to a reader.
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
    """Return the content of an exercise. No query if steps, equipment, focus and related exercises are prefetched."""
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
    """Return the content of a routine. No query if its items and their exercises are prefetched."""
    items = sorted(row.items.all(), key=lambda item: item.order)
    return {name: getattr(row, name) for name in ROUTINE_TEXT} | {
        "items": [{"exercise": item.exercise.slug, "note": item.note} | item.dose.as_dict() for item in items]
    }
