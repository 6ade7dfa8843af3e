"""Two people's edits of the same draft, joined in one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from patients.plans.content import PlanContent
from patients.plans.lines import LINE_FIELDS, PlanLine


def merge(*, base: PlanContent, mine: PlanContent, theirs: PlanContent) -> PlanContent:
    """Two people's edits of `base` in one: where both changed the same thing mine stands, else whichever changed it.

    An exercise that they took out stays out, unless I changed it. Where the weeks of an exercise were changed by both,
    so that its phases would overlap, my phases of it stand alone.
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
    """Whether I moved an exercise. Taking some out, or adding some at the end, is not moving."""
    kept = [key for key in base.keys if mine.line(key)]
    added = [key for key in mine.keys if not base.line(key)]
    return mine.keys != kept + added


def _merge_line(base: PlanLine | None, mine: PlanLine | None, theirs: PlanLine | None) -> PlanLine | None:
    if base is None:
        return mine or theirs
    if mine is None:
        return None
    if theirs is None:
        return mine if mine != base else None
    # Each field is taken from whoever changed it. A dose is one of them: its numbers belong together.
    newer = {
        part: getattr(mine if getattr(mine, part) != getattr(base, part) else theirs, part)
        for part in LINE_FIELDS
    }
    return replace(mine, name=mine.name or theirs.name, **newer)


def _without_overlaps(lines: list[PlanLine], mine: PlanContent) -> list[PlanLine]:
    """The lines as they are; of an exercise whose phases would overlap, mine where the first of them stands."""
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
