"""Use by keyboard alone: the focus is always visible, and every task can be finished."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from clinic.models import ConsultationRequest
from tests.functional.browser_monitor import settled
from tests.functional.fixtures import make_page_data

pytestmark = pytest.mark.django_db(transaction=True)

#: The form refuses what is sent within three seconds, as bots do.
FORM_FILLING_TIME_MS = 3_200
MAX_TAB_STOPS = 80

#: The focus ring is on the element, on the tile around it, or on the layer that makes a card one target.
FOCUS_SHOWS = """
() => {
  const here = document.activeElement;
  const shown = style => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const tile = here.closest(".choice, .form-check");
  return shown(getComputedStyle(here)) || shown(getComputedStyle(here, "::after"))
    || (tile !== null && shown(getComputedStyle(tile)));
}
"""


@pytest.fixture
def page_data():
    return make_page_data(states=())


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus, and check at each stop that the focus is visible."""
    settled(page)  # without its styles the page has no focus ring
    for _stop in range(MAX_TAB_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue  # the browser's own buttons
        assert page.evaluate(FOCUS_SHOWS), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"The keyboard never reached {target}.")


def test_a_visitor_asks_for_a_consultation(page_data, laptop):
    laptop.goto("/")
    tab_to(laptop, laptop.get_by_role("link", name="Request a consultation").first)
    laptop.keyboard.press("Enter")
    expect(laptop).to_have_url(re.compile("/consultation/$"))
    tab_to(laptop, laptop.get_by_label("Your name"))
    laptop.keyboard.type("Rosa Delgado")
    tab_to(laptop, laptop.get_by_label("Phone"))
    laptop.keyboard.type("603 555 0142")
    tab_to(laptop, laptop.get_by_label("Numbness"))
    laptop.keyboard.press("Space")
    tab_to(laptop, laptop.get_by_label(re.compile("You may keep my answers")))
    laptop.keyboard.press("Space")
    laptop.wait_for_timeout(FORM_FILLING_TIME_MS)
    tab_to(laptop, laptop.locator("main form").get_by_role("button").last)
    laptop.keyboard.press("Enter")

    expect(laptop.get_by_role("heading", level=1)).to_contain_text("Thank you")
    assert ConsultationRequest.objects.filter(name="Rosa Delgado").exists()


def test_form_errors_are_announced_and_link_to_their_fields(page_data, laptop):
    laptop.goto("/consultation/")
    laptop.locator("main form").first.evaluate("form => { form.noValidate = true; }")
    tab_to(laptop, laptop.locator("main form").get_by_role("button").last)
    laptop.keyboard.press("Enter")

    summary = laptop.locator("#error-summary")
    expect(summary).to_have_attribute("role", "alert")
    expect(laptop).to_have_title(re.compile("^Please check"))
    tab_to(laptop, summary.get_by_role("link", name=re.compile("^Your name")))
    laptop.keyboard.press("Enter")
    expect(laptop.get_by_label("Your name")).to_be_focused()
