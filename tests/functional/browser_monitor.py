"""Monitoring of the browser in tests: problems that every test reports, and axe's findings about a page."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urldefrag

from axe_playwright_python.base import AXE_SCRIPT
from django.core.signals import request_finished, request_started
from playwright.sync_api import (
    BrowserContext,
    ConsoleMessage,
    Error,
    FloatRect,
    Locator,
    Page,
    Request,
    Response,
)

#: WCAG 2.2 AA, axe's best practices, and from AAA the contrast of 7:1 that the design requires. Axe's rule for it
#: leaves what is below AA to AA's own rule, so both are needed.
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"color-contrast-enhanced": {"enabled": True}},
}


#: Timeout of a wait in milliseconds: long enough for a busy machine, and longer than the longest pause before one of
#: our scripts tries again.
TIMEOUT_MS = 20_000

#: Milliseconds between two looks at a page that is still loading its fonts.
LOOK_AGAIN_MS = 50

#: Playwright's words for a call on a page whose next document begins to load meanwhile.
LEFT_FOR_ANOTHER = "Execution context was destroyed"

#: Text is shown in fallback fonts, some of them wider, until the fonts have loaded. A font is asked for when the text
#: is laid out, which reading a height makes sure of.
FONTS_ARE_LOADED = "() => document.documentElement.scrollHeight > 0 && document.fonts.status === 'loaded'"

#: Colours are wrong during a transition. Animations without an end (the figures) are intended.
ANIMATIONS_HAVE_ENDED = """
() => document.getAnimations().every(
  one => one.playState !== "running" || one.effect?.getComputedTiming().endTime === Infinity
)
"""


def loaded(page: Page) -> Page:
    """Return the page once it has loaded completely, with its fonts.

    A click returns when the new document has begun to load, a tap or a key even earlier. Calls that wait by
    themselves (`expect`, a click on the next button) need nothing else. Calls that read the page once (`count`,
    `evaluate`, `is_visible`, `content`) see an empty page: after a click they need this function first, and
    after a tap or a key also an `expect` of something that only the new page has.
    """
    page.wait_for_load_state()
    # Not `wait_for_function`: without JavaScript its timers do not run, so it looks once and never again.
    for _look in range(TIMEOUT_MS // LOOK_AGAIN_MS):
        if _has_its_fonts(page):
            return page
        page.wait_for_timeout(LOOK_AGAIN_MS)
    raise AssertionError(f"The fonts of {page.url} have not loaded.")


def settled(page: Page) -> Page:
    """Return the page once it takes keys: in a session, those within 600 ms of a change of screen do nothing.

    A click or a tap waits by itself.
    """
    loaded(page).locator("html:not([data-settling])").wait_for()
    return page


def place_of(locator: Locator) -> FloatRect:
    """Return where an element is, in pixels, once the fonts have loaded: before, it may be 100 pixels further down."""
    loaded(locator.page)
    box = locator.bounding_box()
    assert box is not None, f"{locator} is not visible."
    return box


def _has_its_fonts(page: Page) -> bool:
    """Return whether the fonts have loaded. A page that is being left for another one has not loaded."""
    try:
        return bool(page.evaluate(FONTS_ARE_LOADED))
    except Error as error:
        if LEFT_FOR_ANOTHER not in error.message:
            raise
        page.wait_for_load_state()
        return False


class BrowserMonitor:
    """Collects problems from every page of every device in a test.

    These are script errors, console errors (the browser reports there what the CSP blocked), server errors, and
    requests to any other host.
    """

    def __init__(self, own_host: str) -> None:
        self._own_host = own_host
        self._expected: list[str] = []
        self._paused = False
        self._seen: list[str] = []
        self.without_javascript: list[BrowserContext] = []

    @property
    def problems(self) -> list[str]:
        return [line for line in self._seen if not any(word in line for word in self._expected)]

    def expect(self, *words: str) -> None:
        """Ignore problems that contain one of these words, such as "404"."""
        self._expected.extend(words)

    def attach(self, context: BrowserContext, *, javascript: bool = True) -> None:
        if not javascript:
            self.without_javascript.append(context)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self._note(f"script error: {error.error}"))
        context.on("request", self._on_request)
        context.on("response", self._on_response)

    def settle(self, contexts: Iterable[BrowserContext]) -> None:
        """Wait for all messages sent so far: they arrive in order, so the result of a script comes last."""
        for context in contexts:
            for page in context.pages:
                loaded(page).evaluate("1")

    @contextmanager
    def paused(self, context: BrowserContext) -> Iterator[None]:
        """Ignore problems inside the block; those from before it are still recorded."""
        self.settle([context])
        self._paused = True
        try:
            yield
            self.settle([context])
        finally:
            self._paused = False

    def _note(self, problem: str) -> None:
        if not self._paused:
            self._seen.append(problem)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"console: {message.text} ({message.location.get('url', '')})")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self._own_host, "data:", "blob:", "about:")):
            self._note(f"request to another host: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self._note(f"server error {response.status}: {response.url}")


@contextmanager
def make_response_waiter(patience: float) -> Iterator[Callable[[], None]]:
    """Yield a function that waits until the server has answered all its requests, `patience` seconds at most.

    Closing a browser does not end its requests: they would still read and write while the next test runs.
    """
    changed = threading.Condition()
    under_way = 0

    def count(change: int) -> None:
        nonlocal under_way
        with changed:
            under_way += change
            changed.notify_all()

    def begun(**_request: object) -> None:
        count(+1)

    def finished(**_request: object) -> None:
        count(-1)

    def wait() -> None:
        with changed:
            changed.wait_for(lambda: under_way <= 0, timeout=patience)

    request_started.connect(begun)
    request_finished.connect(finished)
    try:
        yield wait
    finally:
        request_started.disconnect(begun)
        request_finished.disconnect(finished)


@contextmanager
def scriptable_twin(page: Page) -> Iterator[Page]:
    """Yield a copy of a page without JavaScript.

    Axe, a script itself, can run in the copy, but no script of the page.
    """
    assert page.context.browser is not None
    html = page.content().replace("<noscript>", "<div>").replace("</noscript>", "</div>")
    context = page.context.browser.new_context(
        storage_state=page.context.storage_state(), viewport=page.viewport_size, service_workers="block"
    )
    try:
        context.route(
            lambda url: True,
            lambda route: route.abort() if route.request.resource_type == "script" else route.continue_(),
        )
        context.route(
            urldefrag(page.url).url, lambda route: route.fulfill(content_type="text/html", body=html)
        )
        twin = context.new_page()
        twin.goto(page.url)
        yield twin
    finally:
        context.close()


#: The bar at the lower edge of a patient's page covers other targets at each place of the scroll. Targets are measured
#: where it comes to rest, below the page; `test_patient_layout.py` checks that it covers nothing that has the focus.
PLACE_BAR = "position => document.querySelector('.bottom-nav')?.style.setProperty('position', position)"


def accessibility_report(page: Page) -> str:
    """Return axe's findings about the page, one per paragraph; empty if there are none."""
    return "\n".join(accessibility_findings(page))


def accessibility_findings(page: Page) -> list[str]:
    """Return axe's findings about the page in its current state. Axe is loaded once per document."""
    page.wait_for_function(ANIMATIONS_HAVE_ENDED)
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    page.evaluate(PLACE_BAR, "static")
    found = page.evaluate(f"axe.run(document, {json.dumps(AXE_OPTIONS)})")
    page.evaluate(PLACE_BAR, "")
    return [_describe(violation) for violation in found["violations"]]


def _describe(violation: dict) -> str:
    lines = [f"{violation['id']} ({violation['impact']}): {violation['help']}"]
    for node in violation["nodes"]:
        reasons = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
        lines.append(f"    {node['html'].strip()[:200]}\n        " + "; ".join(reasons))
    return "\n".join(lines)
