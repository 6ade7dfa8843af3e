"""Read and write the CSV files of the catalogue.

Files are accepted as common spreadsheets save them. Cells that a spreadsheet would run as a formula are escaped.
"""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import tablib
from django.utils.translation import gettext as _
from import_export.formats.base_formats import CSV

MAX_BYTES = 2 * 1024 * 1024
MOST_ROWS = 2000
#: The comma is written by our export, the semicolon by Excel in countries with a decimal comma, the tab by copying.
DELIMITERS = (",", ";", "\t")
#: The heading that every file must have. The delimiter is detected by it.
KEY = "slug"
#: The heading of a column that `create_dataset` adds: the row number that a spreadsheet shows (the headings are row 1).
#: Headings of a file are changed to lower case, so none of them can be the same.
ROW = "ROW"
#: The start of a cell that a spreadsheet would run as a formula, with any apostrophes that escape it.
_FORMULA = re.compile(r"^'*[=+\-@\t\r＝＋－＠]")


class FileError(ValueError):
    """The file cannot be read at all. The message says what to do."""


class CatalogueCSV(CSV):
    """CSV as spreadsheets save it, with formulas escaped."""

    def create_dataset(self, in_stream: bytes | None, **kwargs: Any) -> tablib.Dataset:
        """Return the rows that are not blank, without escapes, each with its number in the column ROW.

        Raises FileError when this is not a CSV file of the catalogue, or when the file is no longer stored (None).
        """
        if in_stream is None:
            raise FileError(_("This file was not kept any longer. Choose it again."))
        headings, rows = _table_of(in_stream)
        return tablib.Dataset(
            *(
                [*(tidy(_unescape(cell.strip())) for cell in row), number]
                for number, row in enumerate(rows, start=2)
                if "".join(row).strip()
            ),
            headers=[*headings, ROW],
        )

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        """Return the file, with a byte order mark that tells Excel that it is UTF-8."""
        rows = [[_escape(cell) for cell in row] for row in dataset]
        return str(tablib.Dataset(*rows, headers=dataset.headers).export("csv")).encode("utf-8-sig")

    def is_binary(self) -> bool:
        """Return True: `create_dataset` decodes the bytes itself, so that it can report a wrong encoding."""
        return True

    def get_read_mode(self) -> str:
        return "rb"


def tidy(text: str) -> str:
    """Return the text with "\\n" as line ends, and without blanks at its edges or at the ends of its lines."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _escape(cell: str) -> str:
    """Return the cell with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unescape(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _table_of(data: bytes) -> tuple[list[str], list[list[str]]]:
    """Return the headings, and one list of cells per row below them, all of the same length; blank rows are kept."""
    if len(data) > MAX_BYTES:
        raise FileError(_("This file is larger than %(most)s MB.") % {"most": MAX_BYTES // 1024**2})
    text = _text_of(data)
    rows = _rows_of(text, _delimiter_of(text))
    headings = [" ".join(heading.lower().split()) for heading in rows[0]]
    while headings and not headings[-1]:
        headings.pop()
    for heading in headings:
        if headings.count(heading) > 1:
            raise FileError(_("Two columns are called “%(name)s”. Keep one.") % {"name": heading})
    if len(rows) > MOST_ROWS + 1:
        raise FileError(_("This file has more than %(most)s rows. Split it.") % {"most": MOST_ROWS})
    if not any("".join(row).strip() for row in rows[1:]):
        raise FileError(_("This file has column names, but no rows below them."))
    return headings, [_fit(number, row, len(headings)) for number, row in enumerate(rows[1:], start=2)]


def _text_of(data: bytes) -> str:
    if data.startswith(b"PK"):
        raise FileError(_("This is an Excel file. In Excel, save it as “CSV UTF-8”, and choose that file."))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        raise FileError(_("This file is not UTF-8 text. Save it as “CSV UTF-8”, and choose that file."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise FileError(
            _("This file is not UTF-8 text: see line %(row)s. Save it as “CSV UTF-8”, and choose that file.")
            % {"row": row}
        ) from error


def _delimiter_of(text: str) -> str:
    for delimiter in DELIMITERS:
        headings = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
        if KEY in (heading.strip().lower() for heading in headings) and len(headings) > 1:
            return delimiter
    raise FileError(
        _("The first row must hold the column names, and one of them is “%(key)s”. Start from an export.")
        % {"key": KEY}
    )


def _rows_of(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        rows.extend(reader)
    except csv.Error as error:
        raise FileError(
            _("Row %(row)s cannot be read. Look for a quotation mark too many, or for a very long cell.")
            % {"row": len(rows) + 1}
        ) from error
    return rows


def _fit(number: int, row: list[str], width: int) -> list[str]:
    """Return the row with `width` cells: empty ones are added, and blank ones beyond the width are left out.

    Raises FileError if a cell beyond the width is not blank.
    """
    if "".join(row[width:]).strip():
        raise FileError(
            _("Row %(row)s has more cells than there are columns. Look for a quotation mark that is missing.")
            % {"row": number}
        )
    return [*row[:width], *[""] * (width - len(row))]
