"""Reading of PDFs with poppler: text, fonts, pages, and the structure that a screen reader follows."""

from __future__ import annotations

import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from exercises.pdf import LaidOutDocument, lay_out


@contextmanager
def printed_once() -> Iterator[None]:
    """Render each PDF once and reuse it: rendering takes most of a second of processor time.

    The same HTML, sizes and drawings produce the same PDF. The HTML names photographs by their content.
    """
    known: dict[tuple[Any, ...], LaidOutDocument] = {}

    def lay_out_once(html: str, **how: Any) -> LaidOutDocument:
        key = (html, *(str(how.get(name)) for name in ("sizes", "most_pages", "given")))
        if key not in known:
            known[key] = lay_out(html, **how)
        return known[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys.modules[lay_out.__module__], "lay_out", lay_out_once)
        patch.setattr(LaidOutDocument, "pdf", cache(LaidOutDocument.pdf))
        yield


def _poppler(tool: str, *options: str, pdf: bytes) -> str:
    """Return the output of one of poppler's tools about the PDF."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "printed.pdf"
        file.write_bytes(pdf)
        command = [tool, *options, str(file), *(["-"] if tool == "pdftotext" else [])]
        return subprocess.run(command, capture_output=True, check=True, text=True).stdout


@dataclass(frozen=True)
class PdfDocument:
    """One PDF, as bytes, with what poppler reads from it."""

    pdf: bytes

    @cached_property
    def about(self) -> dict[str, str]:
        """Return the output of `pdfinfo`: "Title", "Tagged", "Pages", "Page size" …"""
        lines = (line.partition(":") for line in _poppler("pdfinfo", pdf=self.pdf).splitlines())
        return {name: value.strip() for name, _colon, value in lines}

    @property
    def pages(self) -> int:
        return int(self.about["Pages"])

    @cached_property
    def words(self) -> str:
        """Return all words in reading order, separated by single spaces."""
        return " ".join(_poppler("pdftotext", pdf=self.pdf).split())

    @cached_property
    def structure(self) -> str:
        """Return the tree of tags, as poppler prints it."""
        return _poppler("pdfinfo", "-struct-text", pdf=self.pdf)

    @cached_property
    def sizes(self) -> dict[str, float]:
        """Return word → its smallest size in points. A line of the app's typeface is 1.24 times its size."""
        found: dict[str, float] = {}
        boxes = _poppler("pdftotext", "-bbox", pdf=self.pdf)
        for top, bottom, word in re.findall(r'yMin="([\d.]+)".*?yMax="([\d.]+)">(.*?)</word', boxes):
            size = (float(bottom) - float(top)) / 1.24
            found[word] = min(size, found.get(word, size))
        return found

    @cached_property
    def inside(self) -> str:
        """Return the file with its compressed streams unpacked."""
        text = self.pdf.decode("latin-1")
        for part in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", self.pdf, re.DOTALL):
            try:
                # A decompressobj, since the last byte of the checksum may look like the end of a line and be cut off.
                text += zlib.decompressobj().decompress(part).decode("latin-1")
            except zlib.error:
                continue
        return text

    def elements(self, tag: str) -> list[str]:
        """Return the structure elements with this tag, each as its line in the file."""
        return re.findall(rf"/Type /StructElem/S /{tag}/.*", self.inside)

    @property
    def pictures(self) -> list[str]:
        """Return the alternative text of each picture; "" if it has none."""
        alts = (re.search(r"/Alt (\(.*?\)|<\w*>)>>", line) for line in self.elements("Figure"))
        return [_text(alt.group(1)) if alt else "" for alt in alts]

    @property
    def faults(self) -> list[str]:
        """Return the faults that a tagged-PDF check would report; empty for an accessible PDF."""
        found = []
        if self.about.get("Tagged") != "yes":
            found.append("not tagged")
        if "pdfuaid" not in self.inside:
            found.append("does not say that it is PDF/UA")
        if not self.about.get("Title"):
            found.append("no title")
        if not re.search(r"/Lang \(\w+", self.inside):
            found.append("no language")
        if not self.elements("H1"):
            found.append("no main heading")
        found += [
            f"picture {number} is not described" for number, alt in enumerate(self.pictures, 1) if not alt
        ]
        cells = self.elements("TD")
        found += [
            f"cell without headers: {cell}" for cell in cells if not re.search(r"/Headers \[.+?\]", cell)
        ]
        if self.elements("Table") and not self.elements("TH"):
            found.append("table without headers")
        if "emb" in (fonts := _poppler("pdffonts", pdf=self.pdf)):
            found += [
                f"font not embedded: {line}" for line in fonts.splitlines()[2:] if line.split()[-5] != "yes"
            ]
        return found


def _text(written: str) -> str:
    """Return the text of a PDF string: "(plain)", or UTF-16 in hexadecimal digits."""
    if written.startswith("<"):
        return bytes.fromhex(written[1:-1]).decode("utf-16")
    return written[1:-1]
