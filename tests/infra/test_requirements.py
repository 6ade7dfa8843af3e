"""The requirements files are complete and exact, give reasons, and contain nothing unused."""

from importlib.metadata import requires, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[2]
CHOSEN, BROUGHT_ALONG = "# --- Chosen by us", "# --- Brought along by the above"


def list_lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line and not line.startswith(("#", "-r "))]


def requirements_in(text: str) -> dict[str, Requirement]:
    parsed = [Requirement(line.partition("#")[0].strip()) for line in list_lines(text)]
    return {canonicalize_name(requirement.name): requirement for requirement in parsed}


def split(name: str) -> tuple[str, str]:
    """Return the direct requirements in a requirements file, and the indirect ones."""
    chosen, _, brought_along = (ROOT / name).read_text().partition(BROUGHT_ALONG)
    return chosen.partition(CHOSEN)[2], brought_along


def needed_by(chosen: dict[str, Requirement]) -> set[str]:
    """Return every distribution that pip installs for these on this machine, with all dependencies."""
    seen: set[tuple[str, str]] = set()
    waiting = [(name, extra) for name, requirement in chosen.items() for extra in {"", *requirement.extras}]
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for line in requires(name) or []:
            wanted = Requirement(line)
            if wanted.marker is None or wanted.marker.evaluate({"extra": extra}):
                waiting += [(canonicalize_name(wanted.name), asked) for asked in {"", *wanted.extras}]
    return {name for name, _ in seen}


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_each_line_is_pinned_and_says_why(name):
    lines = list_lines((ROOT / name).read_text())
    assert lines
    for line in lines:
        requirement, _, reason = line.partition("#")
        assert [specifier.operator for specifier in Requirement(requirement.strip()).specifier] == ["=="], (
            line
        )
        assert reason.strip(), f"{name} does not say why it needs {requirement}"


def test_the_app_installs_what_it_names_and_nothing_else():
    chosen, brought_along = map(requirements_in, split("requirements.txt"))
    assert set(brought_along) == needed_by(chosen) - set(chosen)


def test_the_tools_install_what_they_name_and_nothing_else():
    app = set(requirements_in((ROOT / "requirements.txt").read_text()))
    chosen, brought_along = map(requirements_in, split("requirements-dev.txt"))
    assert set(brought_along) == needed_by(chosen) - set(chosen) - app


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_the_installed_versions_are_the_pinned_ones(name):
    for package, requirement in requirements_in((ROOT / name).read_text()).items():
        (pin,) = requirement.specifier
        assert Version(version(package)) == Version(pin.version), f"{package}: `make test` installs the pins"


def test_django_talks_to_postgresql_through_one_driver():
    from django.db.backends.postgresql import psycopg_any

    assert not psycopg_any.is_psycopg3, "psycopg 3 is installed, and Django prefers it without a word"
