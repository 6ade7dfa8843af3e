"""Fixtures of the browser tests: Debian's Chromium on a phone or a laptop, with JavaScript or without.

A test asks for the device that it needs and gets a page on it:

    def test_a_visitor_finds_the_consultation_form(phone, check_accessibility): ...

Every test also fails on problems that it does not look for: a script error, a blocked resource, a server error, a
request to another host (see `BrowserMonitor`).
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

from patients.models import Patient
from tests.functional.browser_monitor import (
    TIMEOUT_MS,
    BrowserMonitor,
    accessibility_report,
    loaded,
    make_response_waiter,
    scriptable_twin,
)
from tests.functional.offline_steps import (
    begin,
    heading,
    open_own_phone,
    patient_with_plan,
    wait_for_offline_page,
)

SCREENSHOTS = Path(__file__).parents[2] / "test-results"

#: The devices of the tests: a phone of the usual size, and the smallest laptop of a consulting room.
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
    """Return the path of one of Debian's Chromium programs; Playwright's download is not always available."""
    path = shutil.which(program)
    if path is None:
        pytest.fail(f"The browser tests need Debian's {program}: run .ci/install", pytrace=False)
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the headless shell: the same engine as the full browser, at about half the processor time of a page."""
    program = installed("chromium-headless-shell")
    return {**browser_type_launch_args, "executable_path": program, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def whole_browser(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> Iterator[Callable[[], Browser]]:
    """Return a function that starts the full Chromium, for tests marked `whole_browser`."""
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
def _delete_rows_instead_of_truncating() -> Iterator[None]:
    """Empty PostgreSQL's tables with DELETE after each test.

    TRUNCATE rewrites the files of every table, which takes 0.3 s a test.
    """
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "postgresql":
            patch.setattr(type(connection.ops), "sql_flush", delete_rows)
        yield


@pytest.fixture
def browser_monitor(live_server: LiveServer) -> Iterator[BrowserMonitor]:
    """Record problems of all devices, and fail the test on any. `browser_monitor.expect("404")` allows one."""
    browser_monitor = BrowserMonitor(own_host=live_server.url)
    yield browser_monitor
    assert not browser_monitor.problems, "Problems during this test:\n- " + "\n- ".join(
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
    """Return a function that opens one more device.

    Examples: `open_device("laptop")`, `open_device(java_script_enabled=False)`.

    Each has its own cookies. Further arguments are Playwright's for a browser context: another `viewport`,
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

    with make_response_waiter(TIMEOUT_MS / 1000) as wait_for_responses:
        yield open_device
        browser_monitor.settle(contexts)
        for context in contexts:
            context.close()
        wait_for_responses()


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
    """Run the test twice, with JavaScript and without: every task must work without it."""
    return open_device("phone", java_script_enabled=request.param == "with JavaScript")


@pytest.fixture
def patient() -> Patient:
    """Create a patient with three exercises from today on: sitting, standing, sitting."""
    return patient_with_plan()


@pytest.fixture
def own_phone(
    phone: Page, patient: Patient, live_server: LiveServer, browser_monitor: BrowserMonitor
) -> Page:
    """Return the patient's own phone with the offline page stored."""
    return open_own_phone(patient, phone, live_server.url, browser_monitor)


@pytest.fixture
def under_way(own_phone: Page) -> Page:
    """Open a session that was started online, at its first exercise; the phone has stored it."""
    begin(own_phone, pain="4")
    expect(heading(own_phone, "Ankle pump")).to_be_visible()
    wait_for_offline_page(own_phone, '"pain_before": 4')
    return own_phone


@pytest.fixture
def at_check_in(under_way: Page) -> Page:
    """Open the check-in of the session that was started online."""
    under_way.get_by_role("link", name="Stop here and say how it went").tap()
    expect(heading(under_way, "How did it go?")).to_be_visible()
    return under_way


@pytest.fixture
def check_accessibility(browser_monitor: BrowserMonitor) -> Callable[[Page], None]:
    """Return a function that fails with axe's findings about the page as it is, open panels included."""

    def check(page: Page) -> None:
        loaded(page)  # before the pause: errors while the page loads are its own
        if page.context in browser_monitor.without_javascript:
            with scriptable_twin(page) as twin:
                report = accessibility_report(twin)
        else:
            with browser_monitor.paused(page.context):  # axe adds styles that the CSP blocks and reports
                report = accessibility_report(page)
        assert not report, f"axe on {page.url}:\n{report}"

    return check


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Callable[..., Path]:
    """Return a function that saves the whole page.

    `screenshot(page, "today")` writes test-results/<test>-today.png.
    """

    def take(page: Page, name: str) -> Path:
        SCREENSHOTS.mkdir(exist_ok=True)
        test = request.node.name.removeprefix("test_").replace("chromium", "")
        path = SCREENSHOTS / (re.sub(r"[^a-z0-9]+", "-", f"{test}-{name}".lower()) + ".png")
        page.screenshot(path=path, full_page=True, animations="disabled")
        return path

    return take
