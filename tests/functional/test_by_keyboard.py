"""By keyboard alone: every stop can be seen, and every journey can be finished."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from clinic.models import ConsultationRequest
from tests.functional.browser_monitor import arrived
from tests.functional.fixtures import make_page_data

pytestmark = pytest.mark.django_db(transaction=True)

#: A form sent in under three seconds looks like a machine's.
AS_LONG_AS_A_PERSON = 3_200
MOST_STOPS = 80

#: The focus shows on the element, on the tile around it, or on the layer that makes a card one target.
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
    """Press Tab until the target has the focus; on the way the focus must be seen at each stop."""
    arrived(page)  # before its styles are here, nothing shows
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue  # the browser's own buttons
        assert page.evaluate(FOCUS_SHOWS), page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
        if target.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"The keyboard never reached {target}.")


def test_a_visitor_asks_for_a_consultation(page_data, laptop):
    laptop.goto("/")
    tab_to(laptop, laptop.get_by_role("link", name="Ask for a consultation").first)
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
    laptop.wait_for_timeout(AS_LONG_AS_A_PERSON)
    tab_to(laptop, laptop.locator("main form").get_by_role("button").last)
    laptop.keyboard.press("Enter")

    expect(laptop.get_by_role("heading", level=1)).to_contain_text("Thank you")
    assert ConsultationRequest.objects.filter(name="Rosa Delgado").exists()


def test_what_is_wrong_with_a_form_is_announced_and_leads_to_the_field(page_data, laptop):
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
