"""Files: their length, the top level, folders of a single machine, unfinished code, and openings of docstrings."""

import re
import subprocess

import pytest

from tests.architecture.lints import find_question_openings
from tests.architecture.source import ROOT, name_of, python_files

LONGEST = 400
WRITTEN_BY_HAND = {".py", ".html", ".css", ".js", ".sh"}
#: Folders that exist on a single machine only.
SOMEONES_MACHINE = re.compile(
    r"(?<![\w.])(/home/\w+|/Users/\w+|[A-Z]:\\Users\\|" + re.escape(str(ROOT)) + r"\b)"
)


def tracked_files():
    """Return the files that git tracks, and those that it would track if everything were added."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return [ROOT / name for name in listing.split("\0") if name and (ROOT / name).is_file()]


def is_too_long(text: str) -> bool:
    return len(text.splitlines()) > LONGEST


def test_no_file_written_by_hand_is_too_long():
    files = [
        file for file in tracked_files() if file.suffix in WRITTEN_BY_HAND and "migrations" not in file.parts
    ]
    assert len(files) > 150
    assert [name_of(file) for file in files if is_too_long(file.read_text())] == []


def test_a_file_that_is_too_long_is_found():
    assert is_too_long("x = 1\n" * (LONGEST + 1))
    assert not is_too_long("x = 1\n" * LONGEST)


def test_the_top_level_holds_only_the_agreed_entries():
    allowed = {
        *("manage.py", "clinic", "exercises", "patients", "templates", "static", "tests", "requirements.txt"),
        *(
            "README.md",
            "CONTRIBUTING.md",
            "SECURITY.md",
            "CHANGELOG.md",
            "pyproject.toml",
            "Makefile",
            "Dockerfile",
            "compose.yaml",
            ".env.example",
            ".ci",
            "docs",
        ),
        *("requirements-dev.txt", "locale", ".gitignore", ".dockerignore", ".gitattributes"),
    }
    found = {file.relative_to(ROOT).parts[0] for file in tracked_files()}
    assert "manage.py" in found
    assert found <= allowed


def test_nothing_names_a_folder_on_somebodys_machine():
    texts = [
        file
        for file in tracked_files()
        if file.suffix not in {".png", ".webp", ".ttf", ".pdf", ".mo", ".ico", ".bin"}
    ]
    assert len(texts) > 200
    assert [name_of(file) for file in texts if SOMEONES_MACHINE.search(file.read_text())] == []


def test_a_folder_on_somebodys_machine_is_found():
    assert SOMEONES_MACHINE.search("see /home/" + "rosa/notes")
    assert SOMEONES_MACHINE.search(f"open('{ROOT}/x')")
    assert not SOMEONES_MACHINE.search("https://example.org/home/page")


UNFINISHED = re.compile(
    r"\b(?:TODO|FIXME|XXX|HACK)\b|raise NotImplementedError|pytest\.(?:skip|xfail|mark\.skip)"
)


def test_nothing_is_left_unfinished_and_no_test_is_skipped():
    files = [
        file
        for file in python_files("clinic", "exercises", "patients", "tests")
        if file.name != "test_files.py"
    ]
    tools = {"tests/infra/test_nothing_skipped.py"}  # plants skipped tests, to check that they are refused
    found = [name_of(file) for file in files if UNFINISHED.search(file.read_text())]
    assert set(found) <= tools


def test_something_unfinished_is_found():
    assert UNFINISHED.search("# TODO: later")
    assert UNFINISHED.search("@pytest.mark.skip")


#: Reads of a page's layout in browser tests that do not wait for its fonts. Use `loaded` or `place_of`.
MEASURED_TOO_EARLY = re.compile(
    r"\.bounding_box\(\)"
    r"|(?<!loaded\()\b[\w.]+(?<!\))\.evaluate\(\s*"
    r"(?:SCROLLS_SIDEWAYS|TOO_SMALL|TOO_CLOSE|WITHOUT_BORDER|\"document\.documentElement\.(?:scroll|client))"
)


def test_browser_tests_measure_after_the_fonts_have_loaded():
    files = [file for file in python_files("tests/functional") if file.name != "browser_monitor.py"]
    assert len(files) > 50
    assert [name_of(file) for file in files if MEASURED_TOO_EARLY.search(file.read_text())] == []


def test_a_measure_before_the_fonts_is_found():
    assert MEASURED_TOO_EARLY.search('page.locator("h1").bounding_box()')
    assert MEASURED_TOO_EARLY.search("assert not self.page.evaluate(SCROLLS_SIDEWAYS)")
    assert MEASURED_TOO_EARLY.search('page.evaluate(\n    "document.documentElement.scrollHeight")')
    assert not MEASURED_TOO_EARLY.search("assert not loaded(self.page).evaluate(SCROLLS_SIDEWAYS)")


def test_docstrings_and_comments_name_their_subject():
    files = [file for file in tracked_files() if file.suffix == ".py" and "migrations" not in file.parts]
    assert len(files) > 200
    found = [
        f"{name_of(file)}, {opening}"
        for file in files
        for opening in find_question_openings(file.read_text())
    ]
    assert found == []


@pytest.mark.parametrize("word", ["What", "Who", "Whose", "Whether", "How", "Until", "Those"])
@pytest.mark.parametrize(
    "place",
    [
        '"""{} a file would do."""',
        'class Fault:\n    """{} is wrong in one cell."""',
        'def fault():\n    """\n    {} is wrong in one cell.\n    """',
        'async def fault():\n    """“{}” opens a docstring."""',
        "# {} the file says.",
        "#: {} the file says.",
        "# --- {} spreadsheets do ---",
        "x = 1  # {} the file says",
        "x = 1  # a number\n# {} the file says.",
        "# A note.\n\n# {} the file says.",
    ],
)
def test_an_opening_that_does_not_name_its_subject_is_found(place, word):
    assert find_question_openings(place.format(word))


@pytest.mark.parametrize(
    "fine",
    [
        '"""The changes of a file, and what is wrong in it."""',
        '"""Whatever."""',
        "# A spreadsheet writes this. It says\n# What to do next.",
        'x = "# What a string says"',
        'x = """What a string says."""',
    ],
)
def test_an_opening_that_names_its_subject_passes(fine):
    assert find_question_openings(fine) == []
