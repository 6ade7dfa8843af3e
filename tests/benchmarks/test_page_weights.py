"""What a page costs over the wire, measured in Chromium. `make bench` writes docs/page-weights.md."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.benchmarks.conftest import BEHIND_A_PROXY
from tests.journeys.conftest import CHROMIUM_ARGUMENTS, DEVICES

DOCUMENT = Path(__file__).parents[2] / "docs" / "page-weights.md"
PAGES = {
    "Home": "/",
    "Catalogue": "/exercises/",
    "Exercise": "/exercises/one-leg-stand/",
    "Exercise, moving": "/exercises/one-leg-stand/?motion=1",
    "Routines": "/routines/",
    "Routine": "/routines/first-steps-seated/",
    "Safety": "/safety/",
    "Consultation": "/consultation/",
}
#: In kilobytes of 1,000 bytes, over the wire, headers included.
FIRST_VIEW, SCRIPT, REPEAT_VIEW = 150, 15, 30

HEAD = f"""# Page weights

What a phone loads to show each public page, in kB over the wire (headers included, compressed), measured in
Chromium against granian with production settings. A first view starts with an empty cache; a repeat view has
just been there. Pictures below the screen load when they are about to be seen and are not counted before.

Budgets: first view {FIRST_VIEW} kB, script in it {SCRIPT} kB, repeat view {REPEAT_VIEW} kB.

Written by `make bench` (tests/benchmarks/test_page_weights.py), which fails when a page is over budget.

| page | first view | of it script | requests | repeat view |
|---|---:|---:|---:|---:|
"""


@dataclass
class Traffic:
    """Bytes over the wire since the last reset, by type of resource."""

    kinds: dict[str, str] = field(default_factory=dict)
    bytes_of: dict[str, float] = field(default_factory=dict)

    def watch(self, page: Page) -> None:
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on(
            "Network.responseReceived", lambda event: self.kinds.update({event["requestId"]: event["type"]})
        )
        session.on("Network.loadingFinished", self._finished)

    def _finished(self, event: dict) -> None:
        self.bytes_of[event["requestId"]] = event["encodedDataLength"]

    def kilobytes(self, kind: str = "") -> float:
        return sum(size for key, size in self.bytes_of.items() if kind in ("", self.kinds.get(key))) / 1000

    def requests(self) -> int:
        return sum(size > 0 for size in self.bytes_of.values())


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    return {
        **browser_type_launch_args,
        "executable_path": shutil.which("chromium"),
        "args": CHROMIUM_ARGUMENTS,
    }


@pytest.fixture
def fresh_phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(**DEVICES["phone"], extra_http_headers=BEHIND_A_PROXY)
    yield context
    context.close()


def view(context: BrowserContext, address: str) -> Traffic:
    page, traffic = context.new_page(), Traffic()
    traffic.watch(page)
    response = page.goto(address, wait_until="networkidle")
    assert response is not None
    assert response.ok, f"{response.status} {address}"
    page.close()
    return traffic


@pytest.fixture(scope="session")
def table() -> Iterator[list[str]]:
    """Rows of the document, written when all pages have been measured."""
    rows: list[str] = []
    yield rows
    if len(rows) == len(PAGES):
        DOCUMENT.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_to_its_budget(
    name: str, production_server: str, fresh_phone: BrowserContext, table: list[str]
) -> None:
    address = production_server + PAGES[name]

    first = view(fresh_phone, address)
    again = view(fresh_phone, address)

    table.append(
        f"| {name} | {first.kilobytes():.0f} | {first.kilobytes('Script'):.1f} | {first.requests()} "
        f"| {again.kilobytes():.0f} |"
    )
    assert first.requests() > 3, "it measured something"
    assert first.kilobytes() <= FIRST_VIEW
    assert first.kilobytes("Script") <= SCRIPT
    assert again.kilobytes() <= REPEAT_VIEW
