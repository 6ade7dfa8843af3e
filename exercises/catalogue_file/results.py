"""The result of reading a catalogue file: the cells that it would change, and the cells that have faults."""

from __future__ import annotations

import hashlib
import json
from difflib import ndiff
from typing import Any, NamedTuple

from import_export.resources import Diff
from import_export.results import Result, RowResult


class Fault(NamedTuple):
    """A fault in one cell. `row` is the row number that a spreadsheet shows."""

    row: int
    slug: str
    heading: str
    words: str


class CellChange(NamedTuple):
    """A changed cell as lines of text: each with "-" if it is removed, "+" if it is added, " " if it stays."""

    heading: str
    lines: list[tuple[str, str]]


class CellDiff(Diff):
    """The cells that differ, as data. The package's own HTML has inline styles, which our CSP blocks."""

    def __init__(self, resource: Any, instance: Any, new: bool) -> None:
        super().__init__(resource, instance, new)
        self.headings = resource.get_diff_headers()

    def as_html(self) -> list[CellChange]:
        """Return the changed cells. The package stores them as `diff` of the row result."""
        return [
            CellChange(heading, [(line[0], line[2:]) for line in lines if line[0] != "?"])
            for heading, before, after in zip(self.headings, self.left, self.right, strict=True)
            if before != after
            for lines in [ndiff(before.splitlines(), after.splitlines())]
        ]


class CatalogueResult(Result):
    """A file that was read and compared with the catalogue. While it has faults, nothing of it may be saved."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[Fault] = []

    @property
    def changes(self) -> list[RowResult]:
        """The rows that would be created or changed."""
        return [row for row in self.rows if row.is_new() or row.is_update()]

    def fingerprint(self) -> str:
        """Return a hash that is the same for two results if they would make the same changes to the same rows."""
        changes = [[row.instance.slug, row.diff] for row in self.changes]
        return hashlib.sha256(json.dumps([changes, len(self.faults)]).encode()).hexdigest()
