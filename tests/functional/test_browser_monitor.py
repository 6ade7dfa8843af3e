"""The tools of the browser tests report faults: each fault here is planted in a page made for it."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page

from tests.functional.browser_monitor import BrowserMonitor, accessibility_report
from tests.functional.offline_steps import wait_until

STRICT = "default-src 'self'; img-src 'self' data:"
GOOD_PAGE = """<!doctype html><html lang="en"><head><title>A page</title></head>
<body><main><h1>Hello</h1>{}</main></body></html>"""


def show(page: Page, body: str, *, status: int = 200, policy: str = STRICT) -> None:
    page.route(
        "**/planted",
        lambda route: route.fulfill(
            status=status,
            content_type="text/html",
            headers={"Content-Security-Policy": policy},
            body=GOOD_PAGE.format(body),
        ),
    )
    page.goto("/planted")


@pytest.fixture
def problems(browser_monitor: BrowserMonitor, phone: Page) -> Callable[[], list[str]]:
    """Return a function that lists the problems so far and then ignores them, since these tests cause them."""

    def problems() -> list[str]:
        browser_monitor.settle([phone.context])
        seen = browser_monitor.problems
        browser_monitor.expect("")
        return seen

    return problems


def test_a_page_without_faults_has_no_problems(phone, problems):
    show(phone, "<p>All is well.</p>")
    assert problems() == []


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("<script>document.title = 'mine'</script>", "Content Security Policy"),
        ("<p style='color: red'>Red</p>", "Content Security Policy"),
        ("<img alt='' src='https://cdn.invalid/x.png'>", "request to another host"),
    ],
)
def test_a_resource_blocked_by_the_csp_is_reported(phone, problems, body, word):
    show(phone, body)
    assert any(word in problem for problem in problems())


def test_a_csp_violation_is_reported_without_javascript(phone_without_javascript, browser_monitor):
    show(phone_without_javascript, "<p style='color: red'>Red</p>")
    browser_monitor.settle([phone_without_javascript.context])
    assert any("Content Security Policy" in problem for problem in browser_monitor.problems)
    browser_monitor.expect("Content Security Policy")


def test_a_script_error_is_reported(phone, problems):
    show(phone, "<script>nobody.home()</script>", policy="script-src 'unsafe-inline'")
    assert any("nobody is not defined" in problem for problem in problems())


def test_a_server_error_is_reported(phone, problems):
    show(phone, "<p>Sorry</p>", status=500)
    assert any("server error 500" in problem for problem in problems())


def test_an_expected_problem_is_ignored(phone, browser_monitor):
    show(phone, "<p>Nothing here</p>", status=404)
    browser_monitor.settle([phone.context])
    assert len(browser_monitor.problems) == 1
    browser_monitor.expect("404")
    assert browser_monitor.problems == []


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("<img src='data:,'>", "image-alt"),
        ("<form><input type='text'></form>", "label"),
        # 4.6:1 is enough for AA, but not for the 7:1 of the design.
        ("<p><font color='#757575'>Faint</font></p>", "color-contrast-enhanced"),
        ("<p><font color='#999999'>Too faint for AA</font></p>", "color-contrast"),
        ("<h3>Skipped a level</h3>", "heading-order"),
        ("<input type='checkbox' aria-label='A'><input type='checkbox' aria-label='B'>", "target-size"),
    ],
)
def test_axe_reports_the_fault(phone, problems, body, rule):
    show(phone, body)
    assert rule in accessibility_report(phone)
    problems()


def test_axe_checks_a_page_without_javascript(phone_without_javascript, check_accessibility):
    show(phone_without_javascript, "<noscript><h3>Skipped a level</h3></noscript>")
    with pytest.raises(AssertionError, match="heading-order"):
        check_accessibility(phone_without_javascript)


class SlowSite(ThreadingHTTPServer):
    """A page with a link to another one, whose second half is sent once `send_second_half` is set."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), SlowPages)
        self.address = f"http://127.0.0.1:{self.server_port}/"
        self.send_second_half = threading.Event()


class SlowPages(BaseHTTPRequestHandler):
    server: SlowSite

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        if self.path != "/slow":
            self.wfile.write(GOOD_PAGE.format("<a href='/slow'>Continue</a>").encode())
            return
        first, second = GOOD_PAGE.format("<h3>Skipped a level</h3>").split("<main>")
        self.wfile.write(first.encode())
        self.wfile.flush()
        self.server.send_second_half.wait()
        self.wfile.write(f"<main>{second}".encode())

    def log_message(self, *_said: object) -> None:
        """Write no log between the results of the tests."""


@pytest.fixture
def slow_site(browser_monitor) -> Iterator[SlowSite]:
    with SlowSite() as site:
        browser_monitor.expect(site.address)  # it is another host
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield site
        site.send_second_half.set()
        site.shutdown()


def test_the_accessibility_check_waits_for_a_page_that_is_still_loading(
    any_phone, slow_site, check_accessibility
):
    """A click returns when the next page begins to load. Half a page has no fault yet."""
    any_phone.goto(slow_site.address)
    any_phone.get_by_role("link", name="Continue").click()
    assert "Skipped a level" not in any_phone.content()

    threading.Timer(1.5, slow_site.send_second_half.set).start()

    with pytest.raises(AssertionError, match="heading-order"):
        check_accessibility(any_phone)


def test_wait_until_awaits_an_async_condition(phone):
    """A pending promise is not taken for true."""
    show(phone, "<p>All is well.</p>")
    phone.evaluate("() => { setTimeout(() => { document.title = 'Done' }, 400); }")
    wait_until(phone, "async title => document.title === title", "Done")
    assert phone.title() == "Done"


def test_the_styles_that_axe_adds_are_not_reported(phone, check_accessibility, problems):
    show(phone, "<p>All is well.</p>")
    check_accessibility(phone)
    assert problems() == []


def test_a_problem_before_the_axe_check_is_still_reported(phone, check_accessibility, problems):
    show(phone, "<p style='font-weight: bold'>Bold</p>")
    check_accessibility(phone)
    assert any("Content Security Policy" in problem for problem in problems())


def test_a_screenshot_is_named_after_its_test(phone, screenshot):
    show(phone, "<p>Cheese.</p>")
    path = screenshot(phone, "smile")
    assert path.name == "a-screenshot-is-named-after-its-test-smile.png"
    assert path.read_bytes().startswith(b"\x89PNG")
