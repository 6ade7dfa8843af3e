"""Transfer size of pages, measured in Chromium. `make bench` writes docs/page-weights.md."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.benchmarks.conftest import BEHIND_A_PROXY
from tests.functional.conftest import CHROMIUM_ARGUMENTS, DEVICES

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
#: Pages of a patient on their own phone: the patient's state, the address, and the label of a button that identifies
#: the page. The service worker fetches the last one in the background, after today's page.
MY_PAGES = {
    "Today": ("today", "/my/", "Start"),
    "Session: pain": ("pain", "/my/session/", "3"),
    "Session: an exercise": ("exercise", "/my/session/", "Skip"),
    "Kept for offline": ("today", "/my/offline/", "Start"),
}
#: Budgets in kilobytes of 1,000 bytes, transferred, headers included.
FIRST_VIEW, SCRIPT, REPEAT_VIEW = 150, 15, 30
#: Budget of scripts on the patient's pages, which also store the plan for offline use.
MY_SCRIPT = 24
#: Budgets of the copy for offline use: every question and advice, the stop rules, and the scripts of a session.
COPY, COPY_SCRIPT = 220, 45

HEAD = f"""# Page weights

What a phone loads to show a page, in kB over the wire (headers included, compressed), measured in
Chromium against granian with production settings. A first view starts with an empty cache; a repeat view has
just been there. Pictures below the screen load when they are about to be seen and are not counted before.

Budgets: first view {FIRST_VIEW} kB, script in it {SCRIPT} kB ({MY_SCRIPT} kB on the patient's pages), repeat view
{REPEAT_VIEW} kB. The copy for offline use: {COPY} kB, script in it {COPY_SCRIPT} kB.

The patient's pages are of a patient on their own phone with six exercises, measured without the service worker. "Kept
for offline" is what it fetches in the background, behind Today or a question: a repeat view of it is what that costs
again after an answer has changed it. It is not part of showing a page, and is not counted in the other rows.

Written by `make bench` (tests/benchmarks/test_page_weights.py), which fails when a page is over budget.

| page | first view | of it script | requests | repeat view |
|---|---:|---:|---:|---:|
"""


@dataclass
class Traffic:
    """Bytes transferred for one view of a page, by type of resource."""

    kinds: dict[str, str] = field(default_factory=dict)
    bytes_of: dict[str, float] = field(default_factory=dict)

    def browser_monitor(self, page: Page) -> None:
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


@pytest.fixture
def own_phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        **DEVICES["phone"], extra_http_headers=BEHIND_A_PROXY, service_workers="block"
    )
    yield context
    context.close()


def view(context: BrowserContext, address: str, button: str = "") -> Traffic:
    page, traffic = context.new_page(), Traffic()
    traffic.browser_monitor(page)
    response = page.goto(address, wait_until="networkidle")
    assert response is not None
    assert response.ok, f"{response.status} {address}"
    if button:
        assert page.get_by_role("button", name=button, exact=True).count(), f"{page.url} is another page"
    page.close()
    return traffic


@pytest.fixture(scope="session")
def table() -> Iterator[list[str]]:
    """Return the rows of the document, which is written after all pages are measured."""
    rows: list[str] = []
    yield rows
    if len(rows) == len(PAGES) + len(MY_PAGES):
        DOCUMENT.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_keeps_to_its_budget(
    name: str, production_server: str, fresh_phone: BrowserContext, table: list[str]
) -> None:
    address = production_server + PAGES[name]

    first = view(fresh_phone, address)
    again = view(fresh_phone, address)

    table.append(row(name, first, again))
    assert_budget(first, again, SCRIPT)


@pytest.mark.parametrize("name", MY_PAGES)
def test_a_patients_page_keeps_to_its_budget(
    name: str, production_server: str, patients_cookies: dict, own_phone: BrowserContext, table: list[str]
) -> None:
    who, path, button = MY_PAGES[name]
    own_phone.add_cookies([patients_cookies[who]])

    first = view(own_phone, production_server + path, button)
    again = view(own_phone, production_server + path, button)

    table.append(row(name, first, again))
    if path == "/my/offline/":
        assert_budget(first, again, COPY_SCRIPT, whole=COPY)
    else:
        assert_budget(first, again, MY_SCRIPT)


def row(name: str, first: Traffic, again: Traffic) -> str:
    return (
        f"| {name} | {first.kilobytes():.0f} | {first.kilobytes('Script'):.1f} | {first.requests()} "
        f"| {again.kilobytes():.0f} |"
    )


def assert_budget(first: Traffic, again: Traffic, script: float, *, whole: float = FIRST_VIEW) -> None:
    assert first.requests() > 3, "it measured something"
    assert first.kilobytes() <= whole
    assert first.kilobytes("Script") <= script
    assert again.kilobytes() <= REPEAT_VIEW
