#!/usr/bin/env python3
"""Print docs/licences.md: the licence of each package in requirements.txt, as the installed package states it.

`make docs` writes the file. Nothing is looked up or judged: an empty cell means that the package says nothing there.
"""

import re
import sys
from importlib.metadata import files, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 60  # characters; a longer License field holds the licence's whole text

HEAD = """\
# Licences

Written by `make docs` from the installed packages; do not edit.

The owner has chosen no licence for Surefoot yet. This page lists what it brings along.

## Files that browsers and PDFs receive

| Part | From | Licence |
|---|---|---|
| Atkinson Hyperlegible, the typeface | `fontpkg-atkinson-hyperlegible` | SIL Open Font License 1.1, \
© 2020 Braille Institute of America, Inc. |
| Bootstrap 5, the style sheet | `django-include-bootstrap` | MIT, © 2011–2025 The Bootstrap Authors |

Scripts, icons and exercise figures are Surefoot's own.

## Python packages

Each package of requirements.txt, with its licence as its own metadata states it: the field `License-Expression` or
`License`, and the classifiers; where there is neither, the first line of the licence's text in the package. The
tools in requirements-dev.txt check the app and are no part of it. Debian packages (`.ci/debian-packages.txt`) state
theirs in `/usr/share/doc/<package>/copyright`.

| Package | Version | Licence | Classifiers |
|---|---|---|---|
"""


def names(requirements: str) -> list[str]:
    """Return the package names of a requirements file, in alphabetical order."""
    return sorted(re.findall(r"^([A-Za-z0-9][\w.-]*)", requirements, re.MULTILINE), key=str.lower)


def title_of_text(name: str) -> str:
    """Return the first line of the file that the metadata names as the licence, or ""."""
    named = metadata(name).get_all("License-File") or []
    texts = [file for file in files(name) or [] if file.parent.name == "licenses" and file.name in named]
    return texts[0].read_text(encoding="utf-8").strip().splitlines()[0] if texts else ""


def row(name: str) -> str:
    """Return the table row of an installed package."""
    about = metadata(name)
    licence = about.get("License-Expression") or about.get("License") or ""
    if len(licence) > LONGEST or "\n" in licence.strip():
        licence = "its text in full, in the package"
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    if not licence and not classifiers:
        licence = title_of_text(name)
    return f"| {about['Name']} | {about['Version']} | {licence.strip()} | {'; '.join(classifiers)} |\n"


if __name__ == "__main__":
    listed = names((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    sys.stdout.write(HEAD + "".join(map(row, listed)))
