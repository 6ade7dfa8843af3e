"""What a journey notices without being asked, and what axe has to say about a page."""

import json
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urldefrag

from axe_playwright_python.base import AXE_SCRIPT
from django.core.signals import request_finished, request_started
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

#: WCAG 2.2 AA, axe's best practice, and of AAA the contrast of 7:1 that the design promises.
AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
    "rules": {"color-contrast-enhanced": {"enabled": True}},
}


#: Milliseconds until a journey gives up on something: a machine that is busy elsewhere is not a wrong answer. Longer
#: than the longest pause that a script of ours makes before it tries again.
TIMEOUT_MS = 20_000

#: Until our own letters are here others stand in for them, some of them wider.
IN_OUR_LETTERS = "() => document.fonts.status === 'loaded'"

#: Colours on their way from one to the next are neither; what moves for ever (a figure) is meant to.
STANDS_STILL = """
() => document.getAnimations().every(
  one => one.playState !== "running" || one.effect?.getComputedTiming().endTime === Infinity
)
"""


def arrived(page: Page) -> Page:
    """The page, once the whole of it is here: for whatever reads it as it stands.

    A click returns when the new document has begun to come, a tap or a key even before. What waits by itself
    (`expect`, a click on the next button) needs nothing else. Anything that looks once (`count`, `evaluate`,
    `is_visible`, `content`) sees an empty page: after a click it needs this first, and after a tap or a key also an
    `expect` of something that only the new page has.
    """
    page.wait_for_load_state()
    page.wait_for_function(IN_OUR_LETTERS)
    return page


class BrowserMonitor:
    """Collects script errors, console errors (where the browser reports what the CSP blocked), server errors
    and requests to any other host, from every page of every device in a journey.
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
        """The journey means to meet problems that contain one of these words, such as "404"."""
        self._expected.extend(words)

    def attach(self, context: BrowserContext, *, javascript: bool = True) -> None:
        if not javascript:
            self.without_javascript.append(context)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self._note(f"script error: {error.error}"))
        context.on("request", self._on_request)
        context.on("response", self._on_response)

    def settle(self, contexts: Iterable[BrowserContext]) -> None:
        """Wait for what the browser has said so far: messages come in order, so an answer comes last."""
        for context in contexts:
            for page in context.pages:
                arrived(page).evaluate("1")

    @contextmanager
    def paused(self, context: BrowserContext) -> Iterator[None]:
        """Look away, after what was said before and until what is said meanwhile has arrived."""
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
            self._note(f"left for another host: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 500:
            self._note(f"server error {response.status}: {response.url}")


@contextmanager
def make_response_waiter(patience: float) -> Iterator[Callable[[], None]]:
    """Gives a function that waits until the server has answered all it was asked, and `patience` seconds at most.

    A browser that is closed does not end them: they would still read and write while the next journey has begun.
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
    """A page without JavaScript, copied to where axe (a script itself) can run and the page's own cannot."""
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


def accessibility_report(page: Page) -> str:
    """What axe finds on the page, one finding a paragraph; empty when it finds nothing."""
    return "\n".join(accessibility_findings(page))


def accessibility_findings(page: Page) -> list[str]:
    """Return what axe finds on the page as it stands. A document keeps the axe that it was given."""
    page.wait_for_function(STANDS_STILL)
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate(f"axe.run(document, {json.dumps(AXE_OPTIONS)})")
    return [_describe(violation) for violation in found["violations"]]


def _describe(violation: dict) -> str:
    lines = [f"{violation['id']} ({violation['impact']}): {violation['help']}"]
    for node in violation["nodes"]:
        reasons = [check["message"] for kind in ("any", "all", "none") for check in node[kind]]
        lines.append(f"    {node['html'].strip()[:200]}\n        " + "; ".join(reasons))
    return "\n".join(lines)
