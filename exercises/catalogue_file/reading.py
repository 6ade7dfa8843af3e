"""What a file would do: changes row by row, and faults in words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any, Literal

from exercises.catalogue_file.cells import CellError, Column
from exercises.catalogue_file.sheet import SheetRow
from exercises.models import Exercise, Routine
from exercises.snapshots import Content

Cells = dict[str, str]


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell; `row` counts as a spreadsheet does."""

    row: int
    slug: str
    heading: str
    words: str


@dataclass(frozen=True)
class Line:
    """One line of a cell: it stays, goes, or comes."""

    what: Literal["same", "gone", "new"]
    text: str


@dataclass(frozen=True)
class CellChange:
    """One cell before and after, line by line."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Change:
    """One exercise or routine that the file creates (`instance` is None) or changes."""

    row: int
    slug: str
    name: str
    instance: Exercise | Routine | None
    content: Content
    cells: tuple[CellChange, ...]

    @property
    def is_new(self) -> bool:
        return self.instance is None


@dataclass
class Reading:
    """A file, read and compared. Nothing of it may be saved while it has faults."""

    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unchanged: int = 0

    @property
    def created(self) -> int:
        return sum(change.is_new for change in self.changes)

    @property
    def changed(self) -> int:
        return len(self.changes) - self.created

    def fingerprint(self) -> str:
        """The same for two readings that would change the same rows from and to the same."""
        told = [
            [
                change.slug,
                [[cell.heading, [[line.what, line.text] for line in cell.lines]] for cell in change.cells],
            ]
            for change in self.changes
        ]
        return hashlib.sha256(json.dumps([told, len(self.faults)]).encode()).hexdigest()


def parse(row: SheetRow, columns: Iterable[Column], slug: str) -> tuple[Content, list[Fault]]:
    """The parts of a content that these columns hold, and what is wrong with the others."""
    content: Content = {}
    faults = []
    for column in columns:
        try:
            content[column.name] = column.read(row.cells[column.heading])
        except CellError as problem:
            faults.append(Fault(row.number, slug, column.heading, str(problem)))
    return content, faults


def write_cells(columns: Iterable[Column], content: Mapping[str, Any]) -> Cells:
    return {column.heading: column.write(content[column.name]) for column in columns}


def cell_changes(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[CellChange, ...]:
    """The cells that differ; `before` is empty for what is new."""
    return tuple(
        CellChange(heading, _lines(before.get(heading, ""), after[heading]))
        for heading in after
        if before.get(heading, "") != after[heading]
    )


def _lines(before: str, after: str) -> tuple[Line, ...]:
    old, new = before.splitlines(), after.splitlines()
    lines: list[Line] = []
    for tag, a, b, c, d in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += [Line("same", each) for each in old[a:b]]
        else:
            lines += [Line("gone", each) for each in old[a:b]]
            lines += [Line("new", each) for each in new[c:d]]
    return tuple(lines)


def by_slug(rows: Sequence[SheetRow]) -> dict[str, list[SheetRow]]:
    """The rows of each slug, in the order of the file."""
    found: dict[str, list[SheetRow]] = {}
    for row in rows:
        found.setdefault(row.cells["slug"], []).append(row)
    return found
