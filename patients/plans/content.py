"""What a version of a plan says, as a value: to edit in a form, to compare, and to keep as text.

A draft is saved whole: its content replaces what was there. That makes a move, an added exercise and a typed dose one
and the same kind of edit, lets two edits be joined when they meet (`plan_joining.joined`), and makes every edit one
that can be undone.
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from exercises.doses import Dose
from exercises.models import Exercise, Support
from patients.models import PlanItem, PlanVersion, Side
from patients.plans import formatting as prescribed_words
from patients.plans.weekdays import suggested_weekdays

#: What tells the lines of a plan apart: an exercise, and the first week of the phase that the line is for.
Key = tuple[uuid.UUID, int]


def format_key(key: Key) -> str:
    """A key as forms and addresses write it: the exercise's id, then the first week unless it is 1."""
    exercise_id, first_week = key
    return str(exercise_id) if first_week == 1 else f"{exercise_id}_{first_week}"


def parse_line_key(text: str) -> Key:
    """What `format_key` wrote. Raises ValueError for anything else: it comes back from a browser."""
    exercise_id, _underscore, first_week = text.partition("_")
    return uuid.UUID(exercise_id), int(first_week or 1)


@dataclass(frozen=True)
class PlanLine:
    """One exercise of a plan in one phase. Its name is for people only: two lines are equal without it.

    No `weekdays` means every day of the plan, no `last_week` to its end, no `side` as the dose says.
    """

    exercise_id: uuid.UUID
    dose: Dose
    support: str
    note: str = ""
    name: str = field(default="", compare=False)
    weekdays: tuple[int, ...] = ()
    first_week: int = 1
    last_week: int | None = None
    side: str = ""

    @classmethod
    def of(cls, item: PlanItem) -> PlanLine:
        """Wants `exercise` loaded for an item of a draft."""
        name = item.content["name"] if item.content else item.exercise.name
        return cls(
            exercise_id=item.exercise_id,
            dose=item.dose,
            support=item.support,
            note=item.note,
            weekdays=tuple(sorted(item.weekdays)),
            first_week=item.first_week,
            last_week=item.last_week,
            side=item.side,
            name=name,
        )

    @classmethod
    def suggested(
        cls,
        exercise: Exercise,
        *,
        dose: Dose | None = None,
        note: str = "",
        support: str | None = None,
        plan_days: Collection[int] = (),
    ) -> PlanLine:
        """The exercise as the catalogue doses it, or with the dose of a routine.

        With the days of the plan it is for, a dose of fewer days a week gets that many of them, well spread.
        """
        dose = dose or exercise.dose
        return cls(
            exercise_id=exercise.pk,
            dose=dose,
            support=exercise.support if support is None else support,
            note=note,
            weekdays=suggested_weekdays(dose, plan_days),
            name=exercise.name,
        )

    @property
    def key(self) -> Key:
        return self.exercise_id, self.first_week

    @property
    def format_key(self) -> str:
        return format_key(self.key)

    @property
    def sentence(self) -> str:
        """The dose as whoever prescribes it reads it: for its side; with its days a week, unless it names weekdays."""
        return prescribed_words.draft_sentence(self)

    def session_seconds(self) -> int:
        """About how many seconds it takes in one session."""
        return prescribed_words.session_dose(self).session_seconds()

    def days_in(self, plan_days: Collection[int]) -> tuple[int, ...]:
        """The weekdays on which it is asked for, in a plan with these days."""
        return tuple(sorted(set(self.weekdays) & set(plan_days) if self.weekdays else plan_days))

    def is_in_week(self, week: int) -> bool:
        return self.first_week <= week and (self.last_week is None or week <= self.last_week)

    def overlaps(self, other: PlanLine) -> bool:
        """Whether some week belongs to both."""
        first, second = sorted((self, other), key=lambda line: line.first_week)
        return first.last_week is None or second.first_week <= first.last_week


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
                "lines": [_as_list(line) for line in self.lines],
            },
            separators=(",", ":"),
        )

    @classmethod
    def from_text(cls, text: str) -> PlanContent:
        """What `as_text` wrote, now or before lines had days and weeks of their own.

        Raises ValueError for anything else: it comes back from a browser.
        """
        try:
            raw: dict[str, Any] = json.loads(text)
            return cls(
                start_date=datetime.date.fromisoformat(raw["start_date"]),
                weeks=int(raw["weeks"]),
                weekdays=tuple(int(day) for day in raw["weekdays"]),
                note=str(raw["note"]),
                lines=tuple(_from_list(*values) for values in raw["lines"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("Invalid plan content.") from error


def _as_list(line: PlanLine) -> list[Any]:
    """A line without days, weeks and a side of its own is as short as it was before it could have them."""
    values = [str(line.exercise_id), line.dose.as_dict(), line.support, line.note]
    own = [list(line.weekdays), line.first_week, line.last_week, line.side]
    return [*values, *own] if own != [[], 1, None, ""] else values


def _from_list(
    exercise_id: str,
    dose: dict[str, Any],
    support: str,
    note: str,
    weekdays: Iterable[int] = (),
    first_week: int = 1,
    last_week: int | None = None,
    side: str = "",
) -> PlanLine:
    return PlanLine(
        exercise_id=uuid.UUID(exercise_id),
        dose=Dose(**dose),
        support=Support(support),
        note=str(note),
        weekdays=tuple(int(day) for day in weekdays),
        first_week=int(first_week),
        last_week=None if last_week is None else int(last_week),
        side=Side(side) if side else "",
    )
