"""Browser journeys: Debian's Chromium on a phone or a laptop, with JavaScript or without.

A journey asks for the device it needs and gets a page on it:

    def test_a_visitor_finds_the_consultation_form(phone, check_accessibility): ...

and whatever goes wrong on the side fails it too: a script error, a blocked resource, a server error, a
request that leaves for another host (see `Watch`).
"""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserType, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.functional.browser_monitor import (
    TIMEOUT_MS,
    BrowserMonitor,
    accessibility_report,
    arrived,
    make_response_waiter,
    scriptable_twin,
)

SCREENSHOTS = Path(__file__).parents[2] / "test-results"

#: What people hold in the journeys: a phone of the usual size, the smallest laptop of a consulting room.
DEVICES: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
    "laptop": {"viewport": {"width": 1366, "height": 900}},
}

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # Chromium's sandbox refuses to start as root, which CI is
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


expect.set_options(timeout=TIMEOUT_MS)


def installed(program: str) -> str:
    """Return the path of one of Debian's Chromium programs, since Playwright's download is not at hand everywhere."""
    path = shutil.which(program)
    if path is None:
        pytest.fail(f"The journeys need Debian's {program}: run .ci/install", pytrace=False)
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Chromium without its own windows: the same engine as the whole browser, at about half the cost of a page."""
    program = installed("chromium-headless-shell")
    return {**browser_type_launch_args, "executable_path": program, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def whole_browser(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> Iterator[Callable[[], Browser]]:
    """Give Chromium with all that its windows bring along, for tests marked `whole_browser`; started when needed."""
    started: list[Browser] = []

    def whole_browser() -> Browser:
        if not started:
            arguments = {**browser_type_launch_args, "executable_path": installed("chromium")}
            started.append(browser_type.launch(**arguments))
        return started[0]

    yield whole_browser
    for browser in started:
        browser.close()


def delete_rows(
    operations: Any,
    style: Any,
    tables: list[str],
    *,
    reset_sequences: bool = False,
    allow_cascade: bool = False,
) -> list[str]:
    """Return the SQL that empties the tables row by row, in one transaction, as Django itself does on SQLite.

    Foreign keys are checked when the transaction ends.
    """
    return [f"{style.SQL_KEYWORD('DELETE FROM')} {operations.quote_name(table)}" for table in tables]


@pytest.fixture(scope="session", autouse=True)
def _tables_are_emptied_row_by_row() -> Iterator[None]:
    """After each journey. TRUNCATE writes the files of every table anew, which costs PostgreSQL 0.3 s a test."""
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "postgresql":
            patch.setattr(type(connection.ops), "sql_flush", delete_rows)
        yield


@pytest.fixture
def browser_monitor(live_server: LiveServer) -> Iterator[BrowserMonitor]:
    """What went wrong on the side. `watch.expect("404")` says that a journey means to meet it."""
    browser_monitor = BrowserMonitor(own_host=live_server.url)
    yield browser_monitor
    assert not browser_monitor.problems, "On the side of this journey:\n- " + "\n- ".join(
        browser_monitor.problems
    )


@pytest.fixture
def open_device(
    request: pytest.FixtureRequest,
    browser: Browser,
    whole_browser: Callable[[], Browser],
    live_server: LiveServer,
    browser_monitor: BrowserMonitor,
) -> Iterator[Callable[..., Page]]:
    """Give one more person a device: `open_device("laptop")`, `open_device(java_script_enabled=False)`.

    Each has cookies of its own. Further arguments are Playwright's for a browser context: another `viewport`,
    `color_scheme="dark"`, `reduced_motion="reduce"`, `forced_colors="active"`.
    """
    contexts = []
    if request.node.get_closest_marker("whole_browser"):
        browser = whole_browser()

    def open_device(device: str = "phone", **options: Any) -> Page:
        context = browser.new_context(base_url=live_server.url, **{**DEVICES[device], **options})
        context.set_default_timeout(TIMEOUT_MS)
        contexts.append(context)
        browser_monitor.attach(context, javascript=options.get("java_script_enabled", True))
        return context.new_page()

    with make_response_waiter(TIMEOUT_MS / 1000) as all_answered:
        yield open_device
        browser_monitor.settle(contexts)
        for context in contexts:
            context.close()
        all_answered()


@pytest.fixture
def phone(open_device: Callable[..., Page]) -> Page:
    return open_device("phone")


@pytest.fixture
def laptop(open_device: Callable[..., Page]) -> Page:
    return open_device("laptop")


@pytest.fixture
def phone_without_javascript(open_device: Callable[..., Page]) -> Page:
    return open_device("phone", java_script_enabled=False)


@pytest.fixture
def laptop_without_javascript(open_device: Callable[..., Page]) -> Page:
    return open_device("laptop", java_script_enabled=False)


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def any_phone(request: pytest.FixtureRequest, open_device: Callable[..., Page]) -> Page:
    """The journey is made twice: JavaScript may make it nicer, never possible."""
    return open_device("phone", java_script_enabled=request.param == "with JavaScript")


@pytest.fixture
def check_accessibility(browser_monitor: BrowserMonitor) -> Callable[[Page], None]:
    """`check_accessibility(page)` fails with axe's findings on the page as it stands, open panels and all."""

    def check(page: Page) -> None:
        arrived(page)  # before looking away: what goes wrong while it comes is a problem of the page
        if page.context in browser_monitor.without_javascript:
            with scriptable_twin(page) as twin:
                report = accessibility_report(twin)
        else:
            with browser_monitor.paused(
                page.context
            ):  # axe adds styles of its own, which our CSP rightly reports
                report = accessibility_report(page)
        assert not report, f"axe on {page.url}:\n{report}"

    return check


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Callable[..., Path]:
    """`screenshot(page, "today")` keeps the whole page in test-results/<test>-today.png, to be looked at."""

    def take(page: Page, name: str) -> Path:
        SCREENSHOTS.mkdir(exist_ok=True)
        test = request.node.name.removeprefix("test_").replace("chromium", "")
        path = SCREENSHOTS / (re.sub(r"[^a-z0-9]+", "-", f"{test}-{name}".lower()) + ".png")
        page.screenshot(path=path, full_page=True, animations="disabled")
        return path

    return take
