"""The content of a version of a plan as a value, to edit in a form, to compare, and to store as text.

A draft is saved whole: its content replaces the content that was stored. A move, an added exercise and a typed dose
are therefore the same kind of edit; two concurrent edits can be merged (`plans.merge.merge`), and every edit can be
undone.
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clinic.json_input import parse_json
from patients.models import PlanItem, PlanVersion
from patients.plans.lines import Key, PlanLine

#: The fields of a line in the order of the lists of the older text format, which had no field names.
_LISTED = ("exercise_id", "dose", "support", "note", "weekdays", "first_week", "last_week", "side")


@dataclass(frozen=True)
class PlanContent:
    """The content of a whole version: schedule, note, and lines in order.

    At most one line for an exercise in any week.
    """

    start_date: datetime.date
    weeks: int
    weekdays: tuple[int, ...]
    note: str = ""
    lines: tuple[PlanLine, ...] = ()

    @classmethod
    def of(cls, version: PlanVersion, items: Sequence[PlanItem]) -> PlanContent:
        """Return the content of a version with these items.

        Items of a draft need `exercise` loaded, for the names.
        """
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
        """The ids of the exercises in order, each once."""
        return list(dict.fromkeys(line.exercise_id for line in self.lines))

    def line(self, key: Key) -> PlanLine | None:
        """Return the line with this key, None if there is none."""
        return next((line for line in self.lines if line.key == key), None)

    def list_lines(self, exercise_id: uuid.UUID) -> list[PlanLine]:
        """Return the phases of one exercise, by first week."""
        found = (line for line in self.lines if line.exercise_id == exercise_id)
        return sorted(found, key=lambda line: line.first_week)

    # --- Edits ---------------------------------------------------------------------------------------------------

    def adding(self, *lines: PlanLine) -> PlanContent:
        """Return the content with these lines at the end, without those whose exercise is in it already."""
        present = set(self.exercise_ids)
        fresh = [line for line in lines if line.exercise_id not in present]
        return replace(self, lines=(*self.lines, *fresh))

    def without(self, *keys: Key) -> PlanContent:
        """Return the content without these lines."""
        return replace(self, lines=tuple(line for line in self.lines if line.key not in keys))

    def with_line(self, key: Key, line: PlanLine) -> PlanContent:
        """Return the content with `line` in the place of the line `key`."""
        return replace(self, lines=tuple(line if each.key == key else each for each in self.lines))

    def moving(self, key: Key, places: int) -> PlanContent:
        """Return the content with the line moved down by `places`, up if negative, and no further than either end."""
        line = self.line(key)
        return self if line is None else self.with_line_at(key, self.lines.index(line) + places)

    def with_line_at(self, key: Key, index: int) -> PlanContent:
        """Return the content with the line at the place `index`, counted from 0 without the line itself.

        A place beyond an end is that end.
        """
        line = self.line(key)
        if line is None:
            return self
        others = [other for other in self.lines if other.key != key]
        place = max(0, min(len(others), index))
        return replace(self, lines=(*others[:place], line, *others[place:]))

    def with_new_phase(self, key: Key, from_week: int) -> PlanContent:
        """Return the content with the line split in two: the weeks from `from_week` on follow as a line of their own.

        The second line comes right after the first, with the same dose, to be changed. Raises ValueError if the week
        is not one of the line's own weeks, or is the first of them.
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
        """Return the content with these parts of the dose set in every line of `keys`.

        Example: `changing(keys, hold_seconds_min=20)`. A part that a line's dose does not have is not added: a walk
        gets no hold. Setting only the first number of a range makes it that one number. Raises ValueError if a
        changed dose is not valid.
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
        """Return the content changed as by `changing` in every exercise of a category, such as all stretches."""
        keys = [line.key for line in self.lines if categories.get(line.exercise_id) == category]
        return self.changing(keys, **parts)

    def named(self, names: Mapping[uuid.UUID, str]) -> PlanContent:
        """Return the content with the names of its exercises, where they are known, to be shown."""
        lines = tuple(replace(line, name=names.get(line.exercise_id, line.name)) for line in self.lines)
        return replace(self, lines=lines)

    # --- As text, for a hidden field of a form ------------------------------------------------------------------------

    def as_text(self) -> str:
        """Return the content as JSON without names. `from_text` reads it."""
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
        """Return the content that `as_text` wrote, in the present format or the older one.

        In the older format each line is a list of values without names. Raises ValueError for any other text, since
        it comes back from a browser.
        """
        try:
            raw: dict[str, Any] = parse_json(text)
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
