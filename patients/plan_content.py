"""What a version of a plan says, as a value: to edit in a form, to compare, and to join two people's edits.

A draft is saved whole: its content replaces what was there. That makes a move, an added exercise and a typed dose one
and the same kind of edit, and lets two edits be joined when they meet (`joined`).
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from exercises.doses import Dose
from exercises.models import Exercise, Support

from .models import PlanItem, PlanVersion


@dataclass(frozen=True)
class Line:
    """One exercise of a plan. Its name is for people only: two lines are equal without it."""

    exercise_id: uuid.UUID
    dose: Dose
    support: str
    note: str = ""
    name: str = field(default="", compare=False)

    @classmethod
    def of(cls, item: PlanItem) -> Line:
        """Wants `exercise` loaded for an item of a draft."""
        name = item.content["name"] if item.content else item.exercise.name
        return cls(
            exercise_id=item.exercise_id, dose=item.dose, support=item.support, note=item.note, name=name
        )

    @classmethod
    def suggested(cls, exercise: Exercise, *, dose: Dose | None = None, note: str = "") -> Line:
        """The exercise as the catalogue doses it, or with the dose of a routine."""
        return cls(
            exercise_id=exercise.pk,
            dose=dose or exercise.dose,
            support=exercise.support,
            note=note,
            name=exercise.name,
        )


@dataclass(frozen=True)
class PlanContent:
    """A whole version: when, what, in which order. At most one line for each exercise."""

    start_date: datetime.date
    weeks: int
    weekdays: tuple[int, ...]
    note: str = ""
    lines: tuple[Line, ...] = ()

    @classmethod
    def of(cls, version: PlanVersion, items: Sequence[PlanItem]) -> PlanContent:
        return cls(
            start_date=version.start_date,
            weeks=version.weeks,
            weekdays=tuple(sorted(version.weekdays)),
            note=version.note,
            lines=tuple(Line.of(item) for item in items),
        )

    @property
    def exercise_ids(self) -> list[uuid.UUID]:
        return [line.exercise_id for line in self.lines]

    def line(self, exercise_id: uuid.UUID) -> Line | None:
        return next((line for line in self.lines if line.exercise_id == exercise_id), None)

    # --- Edits ---------------------------------------------------------------------------------------------------

    def adding(self, line: Line) -> PlanContent:
        """With the line at the end; unchanged when the exercise is there already."""
        return self if self.line(line.exercise_id) else replace(self, lines=(*self.lines, line))

    def without(self, exercise_id: uuid.UUID) -> PlanContent:
        return replace(self, lines=tuple(line for line in self.lines if line.exercise_id != exercise_id))

    def moving(self, exercise_id: uuid.UUID, places: int) -> PlanContent:
        """With the line that many places further down; negative is up. It stops at either end."""
        line = self.line(exercise_id)
        if line is None:
            return self
        others = [other for other in self.lines if other != line]
        place = max(0, min(len(others), self.lines.index(line) + places))
        return replace(self, lines=(*others[:place], line, *others[place:]))

    def named(self, names: Mapping[uuid.UUID, str]) -> PlanContent:
        """With the names that are known, for people to read."""
        lines = tuple(replace(line, name=names.get(line.exercise_id, line.name)) for line in self.lines)
        return replace(self, lines=lines)

    # --- As text, to travel in a form ---------------------------------------------------------------------------------

    def as_text(self) -> str:
        """The content as JSON; `from_text` reads it back, without names."""
        return json.dumps(
            {
                "start_date": self.start_date.isoformat(),
                "weeks": self.weeks,
                "weekdays": self.weekdays,
                "note": self.note,
                "lines": [
                    [str(line.exercise_id), line.dose.as_dict(), line.support, line.note]
                    for line in self.lines
                ],
            },
            separators=(",", ":"),
        )

    @classmethod
    def from_text(cls, text: str) -> PlanContent:
        """What `as_text` wrote. Raises ValueError for anything else: it comes back from a browser."""
        try:
            raw: dict[str, Any] = json.loads(text)
            lines = tuple(
                Line(exercise_id=uuid.UUID(pk), dose=Dose(**dose), support=Support(support), note=str(note))
                for pk, dose, support, note in raw.pop("lines")
            )
            return cls(
                start_date=datetime.date.fromisoformat(raw["start_date"]),
                weeks=int(raw["weeks"]),
                weekdays=tuple(int(day) for day in raw["weekdays"]),
                note=str(raw["note"]),
                lines=lines,
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("This is not the content of a plan.") from error


def joined(*, base: PlanContent, mine: PlanContent, theirs: PlanContent) -> PlanContent:
    """Two people's edits of `base` in one: where both changed the same thing mine stands, else whichever changed it.

    A dose is one thing: its numbers belong together. An exercise that they took out stays out, unless I changed it.
    """

    def newer(name: str) -> Any:
        own = getattr(mine, name)
        return own if own != getattr(base, name) else getattr(theirs, name)

    in_order = mine if _order_changed(base, mine) else theirs
    other = theirs if in_order is mine else mine
    wanted = [*in_order.exercise_ids, *(pk for pk in other.exercise_ids if in_order.line(pk) is None)]
    lines = [_joined_line(base.line(pk), mine.line(pk), theirs.line(pk)) for pk in wanted]
    return PlanContent(
        start_date=newer("start_date"),
        weeks=newer("weeks"),
        weekdays=newer("weekdays"),
        note=newer("note"),
        lines=tuple(line for line in lines if line is not None),
    )


def _order_changed(base: PlanContent, mine: PlanContent) -> bool:
    """Whether I moved an exercise. Taking some out, or adding some at the end, is not moving."""
    kept = [pk for pk in base.exercise_ids if mine.line(pk)]
    added = [pk for pk in mine.exercise_ids if not base.line(pk)]
    return mine.exercise_ids != kept + added


def _joined_line(base: Line | None, mine: Line | None, theirs: Line | None) -> Line | None:
    if base is None:
        return mine or theirs
    if mine is None:
        return None
    if theirs is None:
        return mine if mine != base else None
    return replace(
        mine,
        name=mine.name or theirs.name,
        dose=mine.dose if mine.dose != base.dose else theirs.dose,
        support=mine.support if mine.support != base.support else theirs.support,
        note=mine.note if mine.note != base.note else theirs.note,
    )
