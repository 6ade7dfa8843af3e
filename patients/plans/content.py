"""What a version of a plan says, as a value: to edit in a form, to compare, and to keep as text.

A draft is saved whole: its content replaces what was there. That makes a move, an added exercise and a typed dose one
and the same kind of edit, lets two edits be joined when they meet (`plan_joining.joined`), and makes every edit one
that can be undone.
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from patients.models import PlanItem, PlanVersion
from patients.plans.lines import Key, PlanLine

#: The fields of a line in the order of the lists that texts held before they named them.
_LISTED = ("exercise_id", "dose", "support", "note", "weekdays", "first_week", "last_week", "side")


@dataclass(frozen=True)
class PlanContent:
    """A whole version: when, what, in which order. At most one line for each exercise in any week."""

    start_date: datetime.date
    weeks: int
    weekdays: tuple[int, ...]
    note: str = ""
    lines: tuple[PlanLine, ...] = ()

    @classmethod
    def of(cls, version: PlanVersion, items: Sequence[PlanItem]) -> PlanContent:
        return cls(
            start_date=version.start_date,
            weeks=version.weeks,
            weekdays=tuple(sorted(version.weekdays)),
            note=version.note,
            lines=tuple(PlanLine.of(item) for item in items),
        )

    @property
    def keys(self) -> list[Key]:
        return [line.key for line in self.lines]

    @property
    def exercise_ids(self) -> list[uuid.UUID]:
        """Each exercise once, in order."""
        return list(dict.fromkeys(line.exercise_id for line in self.lines))

    def line(self, key: Key) -> PlanLine | None:
        return next((line for line in self.lines if line.key == key), None)

    def list_lines(self, exercise_id: uuid.UUID) -> list[PlanLine]:
        """The phases of one exercise, first week first."""
        found = (line for line in self.lines if line.exercise_id == exercise_id)
        return sorted(found, key=lambda line: line.first_week)

    # --- Edits ---------------------------------------------------------------------------------------------------

    def adding(self, *lines: PlanLine) -> PlanContent:
        """With the lines at the end; those whose exercise is there already are left out."""
        there = set(self.exercise_ids)
        fresh = [line for line in lines if line.exercise_id not in there]
        return replace(self, lines=(*self.lines, *fresh))

    def without(self, *keys: Key) -> PlanContent:
        return replace(self, lines=tuple(line for line in self.lines if line.key not in keys))

    def with_line(self, key: Key, line: PlanLine) -> PlanContent:
        """With another line in the place of this one."""
        return replace(self, lines=tuple(line if each.key == key else each for each in self.lines))

    def moving(self, key: Key, places: int) -> PlanContent:
        """With the line that many places further down; negative is up. It stops at either end."""
        line = self.line(key)
        return self if line is None else self.with_line_at(key, self.lines.index(line) + places)

    def with_line_at(self, key: Key, index: int) -> PlanContent:
        """With the line at that place, counted from 0 without itself; places beyond an end are that end."""
        line = self.line(key)
        if line is None:
            return self
        others = [other for other in self.lines if other.key != key]
        place = max(0, min(len(others), index))
        return replace(self, lines=(*others[:place], line, *others[place:]))

    def with_new_phase(self, key: Key, from_week: int) -> PlanContent:
        """With the line split in two: what follows from that week on stands right behind it, to be changed.

        Raises ValueError when the week is not inside the line's own weeks, or is its first.
        """
        line = self.line(key)
        last = self.weeks if line is None or line.last_week is None else line.last_week
        if line is None or not line.first_week < from_week <= last:
            raise ValueError("A new phase must start in a later week of the line.")
        later = replace(line, first_week=from_week)
        place = self.lines.index(line)
        split = (replace(line, last_week=from_week - 1), later)
        return replace(self, lines=(*self.lines[:place], *split, *self.lines[place + 1 :]))

    def changing(self, keys: Collection[Key], **parts: int | None) -> PlanContent:
        """With these parts of the dose in every line of `keys`: `changing(keys, hold_seconds_min=20)`.

        A part that a line's dose does not have is left alone: a walk gets no hold. Setting only the first number of a
        range makes it that one number. Raises ValueError when a changed dose would make no sense.
        """
        wanted = set(keys)
        lines = (
            replace(line, dose=line.dose.changed(**parts)) if line.key in wanted else line
            for line in self.lines
        )
        return replace(self, lines=tuple(lines))

    def with_changed_category(
        self, category: str, categories: Mapping[uuid.UUID, str], **parts: int | None
    ) -> PlanContent:
        """`changing` for every exercise of a category: "all stretches: hold 20 seconds"."""
        keys = [line.key for line in self.lines if categories.get(line.exercise_id) == category]
        return self.changing(keys, **parts)

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
                "lines": [line.as_json() for line in self.lines],
            },
            separators=(",", ":"),
        )

    @classmethod
    def from_text(cls, text: str) -> PlanContent:
        """What `as_text` wrote, now or while each line was a list of values without names.

        Raises ValueError for anything else: it comes back from a browser.
        """
        try:
            raw: dict[str, Any] = json.loads(text)
            return cls(
                start_date=datetime.date.fromisoformat(raw["start_date"]),
                weeks=int(raw["weeks"]),
                weekdays=tuple(int(day) for day in raw["weekdays"]),
                note=str(raw["note"]),
                lines=tuple(_read_line(values) for values in raw["lines"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("Invalid plan content.") from error


def _read_line(values: dict[str, Any] | list[Any]) -> PlanLine:
    if isinstance(values, list):
        values = dict(zip(_LISTED[: len(values)], values, strict=True))
    return PlanLine.read(values)
