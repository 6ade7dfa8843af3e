"""Documentation names only files that exist: relative links, and paths in backticks, of every Markdown file."""

import re

import pytest

from tests.architecture.source import ROOT, name_of
from tests.architecture.test_files import tracked_files

LINK = re.compile(r"\]\(([^()\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
#: A path has a slash and starts with an entry of the top level, or ends with a file's suffix.
PATH = re.compile(r"[\w.*-]+(?:/[\w.*-]+)+/?|[\w.-]+/")
SUFFIXES = (".py", ".html", ".css", ".js", ".md", ".toml", ".yaml", ".txt", ".po", ".mo", ".png", ".svg")
#: Folders that the app or its tools write; git does not track them.
WRITTEN_LATER = ("var/", "test-results/", ".venv/")
PAGES = sorted(file for file in tracked_files() if file.suffix == ".md")


def is_path(text: str) -> bool:
    if not PATH.fullmatch(text) or text.startswith(WRITTEN_LATER):
        return False
    return text.endswith(SUFFIXES) or (ROOT / text.split("/")[0]).exists()


def exists(path: str) -> bool:
    return any(True for _ in ROOT.glob(path.rstrip("/")))


def dead_links(text: str, folder) -> list[str]:
    """Return the relative links of a page in `folder` that lead to no file."""
    targets = [target.partition("#")[0] for target in LINK.findall(FENCE.sub("", text))]
    return [
        target
        for target in targets
        if target and not re.match(r"[a-z]+:", target) and not (folder / target).exists()
    ]


def dead_paths(text: str) -> list[str]:
    """Return the paths in backticks that name nothing in the repository."""
    return [path for path in CODE.findall(FENCE.sub("", text)) if is_path(path) and not exists(path)]


def test_there_are_pages_to_check():
    names = {name_of(page) for page in PAGES}

    assert {"README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/architecture.md"} <= names
    assert sum(len(CODE.findall(page.read_text(encoding="utf-8"))) for page in PAGES) > 200


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_and_path_of_the_page_exists(page):
    text = page.read_text(encoding="utf-8")

    assert dead_links(text, page.parent) == []
    assert dead_paths(text) == []


def test_every_page_of_docs_is_linked_from_another_page():
    linked = set()
    for page in PAGES:
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            linked.add((page.parent / target.partition("#")[0]).resolve())
    records = ROOT / "docs" / "decisions"

    pages = [page for page in PAGES if page.is_relative_to(ROOT / "docs")]
    assert [name_of(page) for page in pages if page not in linked and page != records / "README.md"] == []


def test_a_dead_link_is_found():
    assert dead_links("See [the plan](no-such-page.md) and [the site](https://example.org).", ROOT) == [
        "no-such-page.md"
    ]
    assert dead_links("See [the readme](README.md#read-on).", ROOT) == []


def test_a_dead_path_is_found():
    text = "`patients/plans/no_such_file.py`, `no/such/page.html`, `clinic/nowhere/`, `clinic/roles.py`, `make docs`"

    assert dead_paths(text) == ["patients/plans/no_such_file.py", "no/such/page.html", "clinic/nowhere/"]
    assert dead_paths(
        "`var/mail/` is written later; `/card/<code>/` is an address; `tests/*/test_roles.py`"
    ) == ["tests/*/test_roles.py"]


RECORDS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
STATUS = re.compile(r"# .+\n\nStatus: (?:accepted|superseded by )[^\n]*\nDate: \d{4}-\d\d-\d\d\n\n")


def test_decision_records_are_listed_in_order_under_their_titles():
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    titles = [record.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ") for record in RECORDS]

    listed = re.findall(r"^(\d+)\. \[(.+)\]\((.+)\)$", index, re.MULTILINE)
    assert listed == [
        (str(number), title, record.name)
        for number, (title, record) in enumerate(zip(titles, RECORDS, strict=True), start=1)
    ]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.name[:4])
def test_a_decision_record_has_a_status_and_a_date(record):
    assert STATUS.match(record.read_text(encoding="utf-8"))


def test_a_record_without_a_date_is_found():
    assert STATUS.match("# Title\n\nStatus: superseded by 34\nDate: 2026-11-29\n\nText")
    assert not STATUS.match("# Title\n\nStatus: accepted\n\nText")
