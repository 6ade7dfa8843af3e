"""The page checks report faults: each fault here is planted, and reported under the name of its check."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.functional.browser_monitor import BrowserMonitor, loaded, place_of
from tests.functional.page_checks import (
    IN_ENGLISH,
    IN_SPANISH,
    LARGEST,
    LEAST_GAP,
    SCROLLS_SIDEWAYS,
    TOO_CLOSE,
    TOO_SMALL,
    WITHOUT_BORDER,
    ZOOMED,
    Check,
    Display,
    Inspector,
)
from tests.functional.pages import PageRow

pytestmark = pytest.mark.django_db(transaction=True)

PLANTED = PageRow("patient", "Rosa", "planted")
#: A page without faults: the large text size works as in surefoot.css, and targets are big enough.
PAGE = """<!doctype html><html lang="{language}"><head><title>Surefoot</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
  body {{ font-size: 20px }} [data-text=t3] body {{ font-size: 30px }}
  .btn {{ display: block; min-width: 56px; min-height: 56px; border: 2px solid; margin: 24px 0; font: inherit }}
  {styles}
</style></head>
<body><main><h1>Surefoot</h1>{body}</main></body></html>"""

#: Name of a check → styles and body of a page with the fault that this check finds.
FAULTS_IN_ENGLISH = {
    "one first heading": ("", "<section aria-label='Rosa'><h1>Rosa</h1></section>"),
    "axe on a phone in the light": (
        "@media (prefers-color-scheme: light) { .faint { color: #999 } }",
        "<p class='faint'>Rosa</p>",
    ),
    "big enough to press": ("", "<p><button class='btn' style='min-height: 30px'>Yes</button></p>"),
    "apart from the next": (
        ".btn { margin: 0 }",
        "<button class='btn'>1</button><button class='btn'>2</button>",
    ),
    f"apart from the next {LARGEST}": (
        "[data-text=t3] .btn { margin: 0 }",
        "<button class='btn'>1</button><button class='btn'>2</button>",
    ),
    "an edge in forced colours": (".btn { border: 0 }", "<button class='btn'>1</button>"),
    "axe on a laptop in the dark": (
        "@media (prefers-color-scheme: dark) { body { background: #000; color: #fff } .faint { color: #555 } }",
        "<p class='faint'>Rosa</p>",
    ),
    "no sideways scroll at 400 %": ("", "<p style='width: 360px'>Rosa</p>"),
    f"no sideways scroll at 400 % {LARGEST}": ("", "<p>" + "Rosa" * 5 + "</p>"),
}
FAULTS_IN_SPANISH = {
    "says that it is Spanish": ("en", "<p>Hoy</p>"),
    "no English left": ("es", "<p>Your exercises for today</p>"),
    "no sideways scroll at 400 % in Spanish": ("es", "<p style='width: 360px'>Hoy</p>"),
}


@pytest.fixture
def inspected(open_device, browser_monitor: BrowserMonitor) -> Callable[..., list[str]]:
    """Return a function that inspects a page with these styles and this body, and returns the complaints."""

    def inspected(checks: tuple[Check, ...], styles: str, body: str, language: str = "en") -> list[str]:
        page = open_device("laptop")
        page.route(
            "**/planted",
            lambda route: route.fulfill(
                content_type="text/html", body=PAGE.format(language=language, styles=styles, body=body)
            ),
        )
        inspector = Inspector(page, browser_monitor, checks)
        inspector.inspect(PLANTED, lambda: page.goto("/planted"))
        return inspector.complaints

    return inspected


def test_a_page_without_faults_has_no_complaints(inspected):
    sound = "<p>Rosa</p><button class='btn'>1</button>"
    assert inspected(IN_ENGLISH, "", sound) == []
    assert inspected(IN_SPANISH, "", sound, language="es") == []


def test_each_check_has_a_planted_fault():
    assert list(FAULTS_IN_ENGLISH) == [check.name for check in IN_ENGLISH]
    assert list(FAULTS_IN_SPANISH) == [check.name for check in IN_SPANISH]


@pytest.mark.parametrize("name", FAULTS_IN_ENGLISH)
def test_a_fault_is_reported_by_the_name_of_page_and_check(inspected, name):
    complaints = inspected(IN_ENGLISH, *FAULTS_IN_ENGLISH[name])
    assert any(complaint.startswith(f"Rosa at planted: {name}: ") for complaint in complaints), complaints


@pytest.mark.parametrize("name", FAULTS_IN_SPANISH)
def test_a_fault_in_spanish_is_reported_by_the_name_of_page_and_check(inspected, name):
    language, body = FAULTS_IN_SPANISH[name]
    [complaint] = inspected(IN_SPANISH, "", body, language=language)
    assert complaint.startswith(f"Rosa at planted: {name}: ")


def test_a_fault_of_one_screen_is_reported_for_that_screen_only(inspected):
    for name in ("axe on a laptop in the dark", f"no sideways scroll at 400 % {LARGEST}"):
        complaints = inspected(IN_ENGLISH, *FAULTS_IN_ENGLISH[name])
        assert {complaint.split(": ")[1] for complaint in complaints} == {name}


def test_no_fault_hides_another(inspected):
    styles = "\n".join(styles for styles, _body in FAULTS_IN_ENGLISH.values())
    body = "\n".join(body for _styles, body in FAULTS_IN_ENGLISH.values())
    complaints = inspected(IN_ENGLISH, styles, body)
    named = {complaint.split(": ")[1] for complaint in complaints}
    assert named == set(FAULTS_IN_ENGLISH)


def test_a_page_that_redirects_is_reported_and_the_next_one_is_inspected(open_device, browser_monitor):
    page = open_device("laptop")
    inspector = Inspector(page, browser_monitor, IN_ENGLISH)

    def leads_elsewhere() -> None:
        raise AssertionError("led to /sign-in/, 200")

    inspector.inspect(PageRow("patient", "Rosa", "my:today", sent_empty=True), leads_elsewhere)
    inspector.inspect(PageRow("visitor", "visitor", "safety"), lambda: page.goto("/safety/"))
    assert inspector.complaints == ["Rosa at my:today sent empty: opens: led to /sign-in/, 200"]
    assert inspector.looked_at == 2


def test_a_fault_on_every_page_is_reported_once(open_device, browser_monitor):
    page = open_device("laptop")
    body = PAGE.format(language="en", styles="", body=FAULTS_IN_ENGLISH["big enough to press"][1])
    page.route("**/planted/*", lambda route: route.fulfill(content_type="text/html", body=body))
    inspector = Inspector(page, browser_monitor, IN_ENGLISH)
    for number in (1, 2):
        row = PageRow("patient", "Rosa", f"planted-{number}")
        inspector.inspect(row, lambda number=number: page.goto(f"/planted/{number}"))
    [complaint] = inspector.complaints
    assert complaint.startswith("Rosa at planted-1: big enough to press: ")


# --- Measurements on real pages --------------------------------------------------------------------------------


@pytest.fixture
def zoomed(open_device) -> Page:
    return open_device("laptop", viewport=ZOOMED)


def test_a_page_that_is_too_wide_is_noticed(zoomed):
    zoomed.goto("/safety/")
    assert not loaded(zoomed).evaluate(SCROLLS_SIDEWAYS)
    zoomed.evaluate("document.querySelector('h1').style.width = '400px'")
    assert loaded(zoomed).evaluate(SCROLLS_SIDEWAYS)


def test_a_page_is_measured_after_its_fonts_have_loaded(zoomed, live_server):
    asked = []

    def late(route):
        asked.append(route.request.url)
        zoomed.wait_for_timeout(500)
        route.continue_()

    zoomed.context.route("**/fonts/**", late)
    zoomed.context.add_cookies(
        [{"name": "display", "value": "t3.device.device.quiet", "url": live_server.url}]
    )
    zoomed.goto("/", wait_until="commit")
    loaded(zoomed)
    assert asked
    assert zoomed.evaluate("document.fonts.check('700 30px \"Atkinson Hyperlegible\"')")
    assert not loaded(zoomed).evaluate(SCROLLS_SIDEWAYS)


def test_a_place_is_measured_after_the_fonts_have_loaded(zoomed, live_server):
    """Without JavaScript the fallback font moved the answers of a screening 99 pixels down."""

    def late(route):
        zoomed.wait_for_timeout(500)
        route.continue_()

    zoomed.context.route("**/fonts/**", late)
    zoomed.goto("/safety/", wait_until="commit")
    first = place_of(zoomed.locator("footer"))
    zoomed.evaluate("() => document.fonts.ready.then(() => true)")
    assert place_of(zoomed.locator("footer")) == first


def test_buttons_side_by_side_without_room_are_noticed(phone):
    phone.goto("/safety/")
    before = loaded(phone).evaluate(TOO_CLOSE, LEAST_GAP)
    phone.evaluate(
        """() => document.querySelector("h1").insertAdjacentHTML(
            "afterend", "<p class='cluster cluster-tight'><button>Yes</button><button>No</button></p>"
        )"""
    )
    new = [close for close in loaded(phone).evaluate(TOO_CLOSE, LEAST_GAP) if close not in before]
    assert len(new) == 1
    assert "Yes" in new[0]


def test_a_small_button_is_noticed_and_a_link_in_a_sentence_is_not(phone):
    phone.goto("/safety/")
    before = loaded(phone).evaluate(TOO_SMALL, [56, 56])
    phone.evaluate(
        """() => document.querySelector("h1").insertAdjacentHTML(
            "afterend", "<p>Read all about it <a href='#here'>here</a> and then go on.</p><button>Tiny</button>"
        )"""
    )
    new = [small for small in loaded(phone).evaluate(TOO_SMALL, [56, 56]) if small not in before]
    assert len(new) == 1
    assert "Tiny" in new[0]


def test_the_border_check_finds_the_controls_of_real_pages(phone):
    phone.emulate_media(forced_colors="active")
    for address, kind in (("/sign-in/", ".choice-card"), ("/card/", ".choice"), ("/card/", ".form-control")):
        phone.goto(address)
        assert phone.locator(kind).count() > 0, kind
    assert loaded(phone).evaluate(WITHOUT_BORDER) == []
    phone.locator("main .btn").first.evaluate("button => { button.style.border = 0; }")
    assert len(loaded(phone).evaluate(WITHOUT_BORDER)) == 1


def test_changing_the_text_size_of_an_open_page_equals_loading_it_at_that_size(open_device, live_server):
    """The attribute that the checks set on <html> has the effect of the one that the server writes."""
    page = open_device("laptop")
    page.goto("/safety/")
    Display(page).show(next(check.screen for check in IN_ENGLISH if check.screen.text_size == "t3"))
    look = "() => [getComputedStyle(document.body).fontSize, document.documentElement.dataset.text]"
    made_larger = page.evaluate(look)
    page.context.add_cookies([{"name": "display", "value": "t3.device.device.quiet", "url": live_server.url}])
    page.goto("/safety/")
    assert page.evaluate(look) == made_larger == ["30px", "t3"]
