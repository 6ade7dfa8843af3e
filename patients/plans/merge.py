"""Merge two people's concurrent edits of the same draft."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from patients.plans.content import PlanContent
from patients.plans.lines import LINE_FIELDS, PlanLine


def merge(*, base: PlanContent, mine: PlanContent, theirs: PlanContent) -> PlanContent:
    """Return both edits of `base` as one: my value where both changed the same field, else the changed one.

    An exercise that they removed stays out, unless I changed it. If both changed the weeks of an exercise so that its
    phases would overlap, only my phases of it are used.
    """

    def newer(name: str) -> Any:
        own = getattr(mine, name)
        return own if own != getattr(base, name) else getattr(theirs, name)

    in_order = mine if _order_changed(base, mine) else theirs
    other = theirs if in_order is mine else mine
    wanted = [*in_order.keys, *(key for key in other.keys if in_order.line(key) is None)]
    lines = [_merge_line(base.line(key), mine.line(key), theirs.line(key)) for key in wanted]
    kept = [line for line in lines if line is not None]
    return PlanContent(
        start_date=newer("start_date"),
        weeks=newer("weeks"),
        weekdays=newer("weekdays"),
        note=newer("note"),
        lines=tuple(_without_overlaps(kept, mine)),
    )


def _order_changed(base: PlanContent, mine: PlanContent) -> bool:
    """Return True if I moved an exercise. Removing exercises or adding some at the end is not moving."""
    kept = [key for key in base.keys if mine.line(key)]
    added = [key for key in mine.keys if not base.line(key)]
    return mine.keys != kept + added


def _merge_line(base: PlanLine | None, mine: PlanLine | None, theirs: PlanLine | None) -> PlanLine | None:
    """Return the merged line, or None if it is removed."""
    if base is None:
        return mine or theirs
    if mine is None:
        return None
    if theirs is None:
        return mine if mine != base else None
    # Each field comes from the edit that changed it. A dose is one field: its numbers belong together.
    newer = {
        part: getattr(mine if getattr(mine, part) != getattr(base, part) else theirs, part)
        for part in LINE_FIELDS
    }
    return replace(mine, name=mine.name or theirs.name, **newer)


def _without_overlaps(lines: list[PlanLine], mine: PlanContent) -> list[PlanLine]:
    """Return the lines without overlapping phases of an exercise.

    Where phases of an exercise would overlap, mine replace all of them, in the place of the first.
    """
    crossed = {
        line.exercise_id
        for place, line in enumerate(lines)
        for other in lines[place + 1 :]
        if line.exercise_id == other.exercise_id and line.overlaps(other)
    }
    kept: list[PlanLine] = []
    for line in lines:
        if line.exercise_id not in crossed:
            kept.append(line)
        elif all(other.exercise_id != line.exercise_id for other in kept):
            kept += mine.list_lines(line.exercise_id)
    return kept
