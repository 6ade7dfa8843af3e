"""At 400 % zoom a laptop is 320 CSS pixels wide and 256 high: nobody has to scroll sideways to read (WCAG 1.4.10)."""

import pytest

from tests.functional.browser_monitor import arrived
from tests.functional.fixtures import make_page_data
from tests.functional.pages import ROWS, visit

pytestmark = pytest.mark.django_db(transaction=True)

ZOOMED = {"width": 320, "height": 256}

#: What reaches beyond the right edge, from the outside in: for the report of a failure.
TOO_WIDE = """
() => [...document.querySelectorAll("body *")]
  .filter(element => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .slice(0, 4)
  .map(element => element.outerHTML.slice(0, 120))
"""
SCROLLS_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.mark.parametrize("size", ["t1", "t3"], ids=["normal letters", "largest letters"])
@pytest.mark.parametrize("area", ["visitor", "patient"])
def test_no_page_scrolls_sideways_at_400_percent(open_device, live_server, browser_monitor, area, size):
    """Not with the largest letters of /display/ either: 30 pixels on a screen of 320."""
    page_data = make_page_data()
    page = open_device("laptop", viewport=ZOOMED)
    browser_monitor.expect("status of 404", "status of 403")
    findings = []
    for row in (row for row in ROWS if row.area == area):
        page_data.sign_in(page, row.who, live_server.url)
        chosen = {"name": "display", "value": f"{size}.device.device.quiet", "url": live_server.url}
        page.context.add_cookies([chosen])
        visit(page, row, page_data)
        if page.evaluate(SCROLLS_SIDEWAYS):
            findings.append(f"{row}: {page.evaluate(TOO_WIDE)}")
    assert not findings, "\n".join(findings)


def test_a_page_that_is_too_wide_is_noticed(open_device, live_server):
    page = open_device("laptop", viewport=ZOOMED)
    page.goto("/safety/")
    assert not page.evaluate(SCROLLS_SIDEWAYS)
    page.evaluate("document.querySelector('h1').style.width = '400px'")
    assert page.evaluate(SCROLLS_SIDEWAYS)


def test_a_page_is_measured_in_our_own_letters_however_late_they_come(open_device, live_server):
    page = open_device("laptop", viewport=ZOOMED)
    asked = []

    def late(route):
        asked.append(route.request.url)
        page.wait_for_timeout(500)
        route.continue_()

    page.context.route("**/fonts/**", late)
    page.context.add_cookies([{"name": "display", "value": "t3.device.device.quiet", "url": live_server.url}])
    page.goto("/", wait_until="commit")
    arrived(page)
    assert asked
    assert page.evaluate("document.fonts.check('700 30px \"Atkinson Hyperlegible\"')")
    assert not page.evaluate(SCROLLS_SIDEWAYS)
