"""What a file would do: the cells that would change, and the cells to correct."""

from __future__ import annotations

import hashlib
import json
from difflib import ndiff
from typing import Any, NamedTuple

from import_export.resources import Diff
from import_export.results import Result, RowResult


class Fault(NamedTuple):
    """What is wrong in one cell; `row` counts as a spreadsheet does."""

    row: int
    slug: str
    heading: str
    words: str


class CellChange(NamedTuple):
    """One cell, line by line: each with "-" where it goes, "+" where it comes, " " where it stays."""

    heading: str
    lines: list[tuple[str, str]]


class CellDiff(Diff):
    """The cells that differ, as data: the package's own HTML has inline styles, which our pages refuse."""

    def __init__(self, resource: Any, instance: Any, new: bool) -> None:
        super().__init__(resource, instance, new)
        self.headings = resource.get_diff_headers()

    def as_html(self) -> list[CellChange]:
        """Return the changed cells; the package keeps them as the row result's `diff`."""
        return [
            CellChange(heading, [(line[0], line[2:]) for line in lines if line[0] != "?"])
            for heading, before, after in zip(self.headings, self.left, self.right, strict=True)
            if before != after
            for lines in [ndiff(before.splitlines(), after.splitlines())]
        ]


class CatalogueResult(Result):
    """A file, read and compared. Nothing of it may be saved while it has faults."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[Fault] = []

    @property
    def changes(self) -> list[RowResult]:
        """The rows that would be created or changed."""
        return [row for row in self.rows if row.is_new() or row.is_update()]

    def fingerprint(self) -> str:
        """Return a hash, the same for two results that would change the same rows from and to the same."""
        changes = [[row.instance.slug, row.diff] for row in self.changes]
        return hashlib.sha256(json.dumps([changes, len(self.faults)]).encode()).hexdigest()
