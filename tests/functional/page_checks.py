"""Checks of every page, run one after the other on a page that is opened once.

The loaded page is shown as a phone, in forced colours, on a laptop in the dark and at 400 % zoom: the browser lays
it out again each time, as it does when a person rotates, resizes or zooms. Each finding has the name of its check,
and no check hides the findings of another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

from playwright.sync_api import Error, Page

from tests.functional.browser_monitor import (
    ANIMATIONS_HAVE_ENDED,
    FONTS_ARE_LOADED,
    PLACE_BAR,
    BrowserMonitor,
    accessibility_findings,
    loaded,
)
from tests.functional.fixtures import PageData
from tests.functional.pages import PageRow, open_all, visit
from tests.functional.spanish import find_english_text

#: A laptop of 1280 × 1024 pixels at 400 % zoom, where pages may not scroll sideways (WCAG 1.4.10).
ZOOMED = {"width": 320, "height": 256}

SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"

#: Elements that extend beyond the right edge, outermost first, for the report of a failure.
TOO_WIDE = """
() => [...document.querySelectorAll("body *")]
  .filter(element => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .slice(0, 4)
  .map(element => element.outerHTML.slice(0, 120))
"""

#: Least height and width of targets: 56 pixels for patients and visitors, whose fingers may be numb, and 44 in height
#: for the team, whose tables have short names as links.
SMALLEST = {"visitor": (56, 56), "patient": (56, 56), "team": (44, 0)}
#: Least distance in pixels between targets on patients' pages.
LEAST_GAP = 16

#: All targets, each as a whole: a label with its box, a card with its link. Links inside a sentence may be as high as
#: their line (WCAG 2.5.8 excepts them).
TARGETS = """
const inSentence = element => {
  if (element.tagName !== "A" || getComputedStyle(element).display !== "inline") return false;
  const around = element.closest("p, li, dd, td, blockquote");
  return around !== null && around.innerText.trim().length > element.innerText.trim().length + 12;
};
const box = element => {
  const label = element.closest("label") || (element.labels && element.labels[0]);
  const parts = [element.getBoundingClientRect()];
  if (element.matches("[type=checkbox], [type=radio]") && label) parts.push(label.getBoundingClientRect());
  const over = getComputedStyle(element, "::after");
  if (over.content !== "none" && over.position === "absolute") {
    let card = element.parentElement;
    while (card.parentElement && getComputedStyle(card).position === "static") card = card.parentElement;
    parts.push(card.getBoundingClientRect());
  }
  const left = Math.min(...parts.map(one => one.left)), right = Math.max(...parts.map(one => one.right));
  const top = Math.min(...parts.map(one => one.top)), bottom = Math.max(...parts.map(one => one.bottom));
  return { left, right, top, bottom, width: right - left, height: bottom - top };
};
const pressable = "a[href], button, summary, select, textarea, input:not([type=hidden])";
const targets = () => [...document.querySelectorAll(pressable)]
  .filter(element => element.checkVisibility({ visibilityProperty: true }))
  .filter(element => !element.closest(".skip, .unchanged, .visually-hidden") && !inSentence(element))
  .map(element => ({ element, ...box(element) }));
const name = element => element.outerHTML.replace(/\\s+/g, " ").slice(0, 110);
"""

TOO_SMALL = f"""
([lowest, narrowest]) => {{
  {TARGETS}
  return targets().filter(one => one.height < lowest - 0.5 || one.width < narrowest - 0.5)
    .map(one => `${{Math.round(one.width)}} × ${{Math.round(one.height)}} px: ${{name(one.element)}}`);
}}
"""

#: Pairs of targets so close that a finger may press the wrong one. Parts of one field may be close together.
TOO_CLOSE = f"""
apart => {{
  {TARGETS}
  const found = [];
  const all = targets();
  all.forEach((one, place) => all.slice(place + 1).forEach(other => {{
    if (one.element.contains(other.element) || other.element.contains(one.element)) return;
    const across = Math.max(one.left, other.left) - Math.min(one.right, other.right);
    const along = Math.max(one.top, other.top) - Math.min(one.bottom, other.bottom);
    if (Math.max(across, along) < apart - 0.5) {{
      found.push(`${{Math.round(Math.max(across, along))}} px: ${{name(one.element)}} and ${{name(other.element)}}`);
    }}
  }}));
  return found;
}}
"""

#: In forced colours the border is the only visible shape of a button or a choice.
WITHOUT_BORDER = """
() => [...document.querySelectorAll(".btn, .choice, .form-control, .form-select, .choice-card")]
  .filter(element => element.checkVisibility() && element.getBoundingClientRect().left >= 0)
  .filter(element => {
    const style = getComputedStyle(element);
    const edge = ["Top", "Right", "Bottom", "Left"].every(
      side => parseFloat(style[`border${side}Width`]) >= 1 && style[`border${side}Style`] !== "none"
    );
    const behind = getComputedStyle(document.body).backgroundColor;
    return !edge || (style.borderTopColor === behind && style.backgroundColor === behind);
  })
  .map(element => element.outerHTML.slice(0, 120))
"""

#: Pages that exist in development only.
DEVELOPMENT_PAGES = {"development:personas", "development:gallery", "development:gallery_figures"}
#: Pages that patients use before they are signed in.
PAGES_BEFORE_SIGN_IN = {"sign_in:options", "sign_in:card", "sign_in:card_link", "preferences:display"}


@dataclass(frozen=True)
class Screen:
    """The screen on which a page is checked.

    `text_size` is a value of /display/, which the server writes to <html>.
    """

    width: int
    height: int
    is_phone: bool = False
    colours: Literal["light", "dark"] = "light"
    forced_colours: Literal["active", "none"] = "none"
    text_size: Literal["t1", "t3"] = "t1"


PHONE = Screen(390, 844, is_phone=True)
DARK_LAPTOP = Screen(1366, 900, colours="dark")
ZOOMED_LAPTOP = Screen(**ZOOMED)


#: The page is as wide as its screen, its fonts have loaded, and no transition is running.
IS_LAID_OUT = f"""
width => document.documentElement.clientWidth === width && ({FONTS_ARE_LOADED})() && ({ANIMATIONS_HAVE_ENDED})()
"""
SET_TEXT_SIZE = """
text_size => text_size === "t1"
  ? document.documentElement.removeAttribute("data-text")
  : document.documentElement.setAttribute("data-text", text_size)
"""


class Display:
    """Shows one page on several screens, as the browser's device toolbar does."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._session = page.context.new_cdp_session(page)

    def emulate(self, screen: Screen) -> None:
        """Use this screen for the pages that are opened next."""
        size = {
            "width": screen.width,
            "height": screen.height,
            "deviceScaleFactor": 1,
            "mobile": screen.is_phone,
        }
        self._session.send("Emulation.setDeviceMetricsOverride", size)
        self._session.send("Emulation.setTouchEmulationEnabled", {"enabled": screen.is_phone})
        self._page.emulate_media(color_scheme=screen.colours, forced_colors=screen.forced_colours)

    def show(self, screen: Screen) -> None:
        """Show the open page on this screen, and wait until its layout is complete."""
        self.emulate(screen)
        self._page.evaluate(SET_TEXT_SIZE, screen.text_size)
        self._page.wait_for_function(IS_LAID_OUT, arg=screen.width)


@dataclass(frozen=True)
class Check:
    """A function that finds faults on a page, with its screen and the pages that it applies to."""

    name: str
    screen: Screen
    find: Callable[[Page, PageRow], list[str]]
    is_about: Callable[[PageRow], bool] = lambda row: True


def heading_count_not_one(page: Page, row: PageRow) -> list[str]:
    headings = page.locator("h1").count()
    return [] if headings == 1 else [f"{headings} first headings"]


def axe_findings(page: Page, row: PageRow) -> list[str]:
    found = accessibility_findings(page)
    # The gallery shows each component twice, in both themes, so landmarks of the same name are expected.
    return [
        one for one in found if not (row.page == "development:gallery" and one.startswith("landmark-unique "))
    ]


def too_small(page: Page, row: PageRow) -> list[str]:
    area = "team" if row.page.startswith("account_") else row.area  # only the team has accounts
    return loaded(page).evaluate(TOO_SMALL, list(SMALLEST[area]))


def too_close(page: Page, row: PageRow) -> list[str]:
    page.evaluate(PLACE_BAR, "static")
    found = loaded(page).evaluate(TOO_CLOSE, LEAST_GAP)
    page.evaluate(PLACE_BAR, "")
    return found


@contextmanager
def as_high_as_the_page(page: Page, width: int | None = None) -> Iterator[None]:
    """Show the whole page at once, so that what is fixed at its edge covers nothing that can be scrolled away."""
    usual = page.viewport_size
    assert usual is not None
    size = {**usual, "width": width or usual["width"]}
    page.set_viewport_size(size)
    height = loaded(page).evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({**size, "height": max(height, usual["height"])})
    yield
    page.set_viewport_size(usual)


def target_findings(page: Page) -> list[str]:
    """Return the targets of a patient's page, as it is shown, that are too small or too close to the next."""
    small = [f"too small, {one}" for one in loaded(page).evaluate(TOO_SMALL, list(SMALLEST["patient"]))]
    return small + [f"too close, {pair}" for pair in loaded(page).evaluate(TOO_CLOSE, LEAST_GAP)]


def narrow_findings(page: Page) -> list[str]:
    """Return what is wrong with the targets and the width of a patient's page on a phone 320 pixels wide."""
    with as_high_as_the_page(page, ZOOMED["width"]):
        findings = target_findings(page)
        for text_size in ("t3", "t1"):
            page.evaluate(SET_TEXT_SIZE, text_size)
            if loaded(page).evaluate(SCROLLS_SIDEWAYS):
                findings.append(f"wider than the screen, letters {text_size}: {page.evaluate(TOO_WIDE)}")
    return findings


def without_border(page: Page, row: PageRow) -> list[str]:
    return loaded(page).evaluate(WITHOUT_BORDER)


def too_wide(page: Page, row: PageRow) -> list[str]:
    if loaded(page).evaluate(SCROLLS_SIDEWAYS):
        return [f"wider than the screen: {page.evaluate(TOO_WIDE)}"]
    return []


def not_marked_as_spanish(page: Page, row: PageRow) -> list[str]:
    language = page.locator("html").get_attribute("lang")
    return [] if language == "es" else [f"says that it is {language!r}, not Spanish"]


def english(page: Page, row: PageRow) -> list[str]:
    return [repr(text) for text in find_english_text(page)]


def is_pressed_by_people(row: PageRow) -> bool:
    return row.status == 200 and row.page not in DEVELOPMENT_PAGES


def is_pressed_by_patients(row: PageRow) -> bool:
    return row.status == 200 and (row.area == "patient" or row.page in PAGES_BEFORE_SIGN_IN)


def is_read_at_400_percent(row: PageRow) -> bool:
    return row.area in ("visitor", "patient")


def is_in_spanish(row: PageRow) -> bool:
    """Return True if the page is translated: visitors' and patients' pages are, the team's are in English only."""
    english_only = (
        row.page in DEVELOPMENT_PAGES or row.page.startswith("account_") or row.page == "staff:today"
    )
    return row.area in ("visitor", "patient") and not english_only


LARGEST = "with the largest letters"
#: Ordered by screen, since each change of the screen takes another layout.
IN_ENGLISH = (
    Check("one first heading", PHONE, heading_count_not_one),
    Check("axe on a phone in the light", PHONE, axe_findings),
    Check("big enough to press", PHONE, too_small, is_pressed_by_people),
    Check("apart from the next", PHONE, too_close, is_pressed_by_patients),
    Check(
        f"apart from the next {LARGEST}", replace(PHONE, text_size="t3"), too_close, is_pressed_by_patients
    ),
    Check("an edge in forced colours", replace(PHONE, forced_colours="active"), without_border),
    Check("axe on a laptop in the dark", DARK_LAPTOP, axe_findings),
    Check("no sideways scroll at 400 %", ZOOMED_LAPTOP, too_wide, is_read_at_400_percent),
    Check(
        f"no sideways scroll at 400 % {LARGEST}",
        replace(ZOOMED_LAPTOP, text_size="t3"),
        too_wide,
        is_read_at_400_percent,
    ),
)
#: Spanish words are longer, so a page that fits in English may not fit in Spanish.
IN_SPANISH = (
    Check("says that it is Spanish", ZOOMED_LAPTOP, not_marked_as_spanish, is_in_spanish),
    Check("no English left", ZOOMED_LAPTOP, english, is_in_spanish),
    Check("no sideways scroll at 400 % in Spanish", ZOOMED_LAPTOP, too_wide, is_in_spanish),
)


class Inspector:
    """Opens pages one after the other in one tab, and collects complaints, each with its page and its check."""

    def __init__(self, page: Page, browser_monitor: BrowserMonitor, checks: Iterable[Check]) -> None:
        self.page = page
        self.looked_at = 0
        self._browser_monitor = browser_monitor
        self._checks = tuple(checks)
        self._display = Display(page)
        self._first_seen: dict[tuple[str, str], str] = {}

    @property
    def complaints(self) -> list[str]:
        """Return the complaints.

        A fault on every page, such as one of the footer, is listed once, with its first page.
        """
        return [f"{where}: {check}: {finding}" for (check, finding), where in self._first_seen.items()]

    def inspect(self, row: PageRow, open_page: Callable[[], object]) -> None:
        """Open the page, and run every check that applies to it."""
        checks = [check for check in self._checks if check.is_about(row)]
        if not checks:
            return
        self.looked_at += 1
        if row.status >= 400:  # the browser reports the status of the page itself as an error
            self._browser_monitor.expect(f"status of {row.status}")
        try:
            self._display.emulate(checks[0].screen)
            open_page()
            open_all(loaded(self.page))
        except (AssertionError, Error) as error:
            self._add_complaints(row, "opens", [str(error)])
            return
        current_screen: Screen | None = None
        for check in checks:
            self._add_complaints(
                row, check.name, self._run(check, row, is_current_screen=check.screen == current_screen)
            )
            current_screen = check.screen

    def _run(self, check: Check, row: PageRow, *, is_current_screen: bool) -> list[str]:
        """Return the check's findings on the page in its current state; an error of the check is a finding."""
        try:
            if not is_current_screen:
                self._display.show(check.screen)
            if check.find is not axe_findings:
                return check.find(self.page, row)
            with self._browser_monitor.paused(
                self.page.context
            ):  # axe adds styles that the CSP blocks and reports
                return check.find(self.page, row)
        except Error as error:
            return [str(error)]

    def _add_complaints(self, row: PageRow, check: str, findings: list[str]) -> None:
        where = f"{row.who} at {row.page}{row.query}{' sent empty' if row.sent_empty else ''}"
        for finding in findings:
            self._first_seen.setdefault((check, finding), where)


def inspect_all(inspector: Inspector, rows: Iterable[PageRow], page_data: PageData, host: str) -> list[str]:
    """Inspect rows of the table, each signed in as the user of its row."""
    signed_in = ""
    for row in rows:
        if signed_in != row.who:
            page_data.sign_in(inspector.page, row.who, host)
            signed_in = row.who
        inspector.inspect(row, lambda row=row: visit(inspector.page, row, page_data))
    return inspector.complaints
