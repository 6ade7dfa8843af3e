"""docs/licences.md names the licence of every component that Surefoot includes, as the component states it."""

import re
import subprocess
import sys
from importlib.metadata import files
from pathlib import Path

from fontTools.ttLib import TTFont
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "licences.md"
#: The entry of a font's name table that contains its licence.
LICENCE_OF_A_FONT = 13


def required() -> set[str]:
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    parsed = [Requirement(line.partition("#")[0]) for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(requirement.name) for requirement in parsed}


def rows(page: str) -> dict[str, tuple[str, str]]:
    """Return what the page says of each package: its licence and its classifiers."""
    table = page.partition("| Package |")[2]
    cells = [line.strip("|").split("|") for line in table.splitlines() if re.match(r"\| [A-Za-z0-9]", line)]
    return {
        canonicalize_name(name.strip()): (licence.strip(), said.strip()) for name, _, licence, said in cells
    }


def without_licence(page: str) -> set[str]:
    """Return the required packages for which the page has no row, or a row that names no licence."""
    return required() - {name for name, cells in rows(page).items() if any(cells)}


def file_of(package: str, name: str) -> Path:
    (found,) = [file for file in files(package) or [] if file.name == name]
    return Path(str(found.locate()))


def test_each_required_package_has_a_row_with_a_licence():
    assert len(required()) > 30
    assert without_licence(PAGE.read_text()) == set()
    assert set(rows(PAGE.read_text())) == required()


def test_a_package_without_a_row_or_without_a_licence_is_found():
    page = PAGE.read_text()
    assert without_licence(re.sub(r"^\| Django \|.*\n", "", page, flags=re.MULTILINE)) == {"django"}
    assert without_licence(re.sub(r"^(\| Django \|[^|]*).*$", r"\1| | |", page, flags=re.MULTILINE)) == {
        "django"
    }


def test_the_page_says_what_the_installed_packages_say():
    made = subprocess.run(
        [sys.executable, ".ci/licences.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert PAGE.read_text() == made, "Run: make docs"


def test_the_typeface_and_bootstrap_carry_the_licences_that_the_page_names():
    page = PAGE.read_text()
    font = TTFont(file_of("fontpkg-atkinson-hyperlegible", "AtkinsonHyperlegible-Regular.ttf"))
    assert "SIL Open Font License, Version 1.1" in font["name"].getDebugName(LICENCE_OF_A_FONT)
    assert "SIL Open Font License 1.1" in page
    bootstrap = file_of("django-include-bootstrap", "bootstrap.min.css").read_text()[:500]
    assert "Licensed under MIT" in bootstrap
    assert re.search(r"^\| Bootstrap 5.*\| MIT,", page, re.MULTILINE)
