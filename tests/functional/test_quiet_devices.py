"""Devices with reduced motion and forced colours: pictures move only when asked, and a chosen answer is visible.

`test_every_page.py` checks the borders of all controls in forced colours.
"""

import re

import pytest
from playwright.sync_api import Page, Request, expect

from tests.functional.fixtures import PageData, make_page_data

pytestmark = pytest.mark.django_db(transaction=True)

MOVING = re.compile(r"/figures/.*-moving\.")

#: Users and their pages with a figure, which moves when asked in the library and in the plan, and at once in a session.
PAGES_WITH_A_FIGURE = [
    ("visitor", "library:exercise", ("slug",)),
    ("patient", "my:exercise", ("item_id",)),
    ("under_way", "my:session_step", ("session_id", "item_id")),
]


@pytest.fixture
def page_data() -> PageData:
    return make_page_data(states=())


@pytest.fixture
def figure_pages(page_data, live_server):
    """Return a function that signs in for each page with a figure in turn, and yields its URL."""

    def each(page: Page, pages=PAGES_WITH_A_FIGURE):
        for who, route, arguments in pages:
            page_data.sign_in(page, who, live_server.url)
            yield page_data.address(who, route, arguments)

    return each


def moving_pictures(page: Page) -> list[str]:
    """Return the list of URLs of moving pictures that the page requests; it grows while the page is used."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if MOVING.search(request.url):
            asked.append(request.url)

    page.on("request", note)
    return asked


def figure(page: Page):
    return page.locator("main .figure-frame img")


def test_a_figure_moves_only_when_asked_and_stops_at_one_tap(phone, figure_pages):
    asked = moving_pictures(phone)
    for address in figure_pages(phone, PAGES_WITH_A_FIGURE[:2]):
        phone.goto(address)
        expect(figure(phone)).to_have_attribute("src", re.compile("-strip"))
        assert asked == [], address

        with phone.expect_request(MOVING):
            phone.get_by_role("button", name="Show me the movement").tap()
        expect(figure(phone)).to_have_attribute("src", MOVING)
        phone.get_by_role("button", name="Stop the movement").tap()

        expect(figure(phone)).to_have_attribute("src", re.compile("-strip"))
        assert len(asked) == 1, address
        asked.clear()


def test_without_scripts_a_link_starts_the_movement_and_another_stops_it(
    phone_without_javascript, figure_pages
):
    page = phone_without_javascript
    for address in figure_pages(page, PAGES_WITH_A_FIGURE[:2]):
        page.goto(address)
        expect(figure(page)).to_have_attribute("src", re.compile("-strip"))
        page.get_by_role("link", name="Show me the movement").tap()
        expect(figure(page)).to_have_attribute("src", MOVING)
        page.get_by_role("link", name="Stop the movement").tap()
        expect(figure(page)).to_have_attribute("src", re.compile("-strip"))
        assert page.url.endswith(address)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_in_a_session_a_figure_moves_at_once_and_stops_at_one_tap(open_device, figure_pages, javascript):
    page = open_device("phone", java_script_enabled=javascript)
    for address in figure_pages(page, PAGES_WITH_A_FIGURE[2:]):
        page.goto(address)
        expect(figure(page)).to_have_attribute("src", MOVING)
        page.get_by_role("button" if javascript else "link", name="Stop the movement").tap()
        expect(figure(page)).to_have_attribute("src", re.compile("-strip"))


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_nothing_moves_or_offers_to_with_reduced_motion(open_device, figure_pages, javascript):
    page = open_device("phone", reduced_motion="reduce", java_script_enabled=javascript)
    asked = moving_pictures(page)
    for address in figure_pages(page):
        for query in ("", "?motion=1"):
            page.goto(address + query)
            expect(figure(page)).to_be_visible()
            assert "-strip" in figure(page).evaluate("image => image.currentSrc"), address + query
            expect(page.get_by_text(re.compile("the movement"))).to_be_hidden()
    assert asked == []


def test_a_chosen_answer_looks_different_in_forced_colours(open_device, page_data, live_server):
    page = open_device("phone", forced_colors="active")
    page_data.sign_in(page, "under_way", live_server.url)
    page.goto(page_data.address("under_way", "my:session_check_in", ("session_id",)))
    five = page.locator("#id_pain_after .choice").filter(has_text=re.compile("^5$"))
    look = "element => { const s = getComputedStyle(element); return s.backgroundColor + s.borderTopColor; }"
    before = five.evaluate(look)

    five.tap()

    expect(five.locator("input")).to_be_checked()
    phone_shows_it = "([element, before]) => (" + look + ")(element) !== before"
    page.wait_for_function(phone_shows_it, arg=[five.element_handle(), before])
