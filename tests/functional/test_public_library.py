"""The public library, on a phone, with and without JavaScript, and in all colour schemes."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.functional.browser_monitor import loaded
from tests.whole_catalogue import load_whole_catalogue

pytestmark = pytest.mark.django_db(transaction=True)

PUBLIC_PAGES = [
    "/",
    "/exercises/",
    "/exercises/?position=seated&equipment=chair&q=ankel",
    "/exercises/?q=xylophone",
    "/exercises/one-leg-stand/",
    "/routines/",
    "/routines/first-steps-seated/",
    "/safety/",
    "/ui/figures/",
]
MODES = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "400 % zoom": {"viewport": {"width": 320, "height": 640}},
    "forced colours": {"forced_colors": "active"},
}


@pytest.fixture(autouse=True)
def _catalogue():
    load_whole_catalogue()


def picture(page: Page):
    return page.locator(".figure-frame img")


@pytest.mark.parametrize("mode", MODES)
def test_every_public_page_is_accessible_and_fits_the_screen(open_device, check_accessibility, mode):
    page = open_device("phone", **MODES[mode])
    for path in PUBLIC_PAGES:
        page.goto(path)
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
        assert loaded(page).evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        ), path
        check_accessibility(page)


def test_a_visitor_narrows_the_catalogue_and_does_the_exercise(any_phone, check_accessibility):
    page = any_phone
    page.goto("/")
    page.get_by_role("link", name="See balance and strength exercises").click()
    page.get_by_text("More filters").click()
    page.get_by_role("link", name=re.compile("^Sitting")).click()
    expect(page.get_by_role("link", name=re.compile("Take away: Sitting"))).to_be_visible()
    expect(page.get_by_role("link", name="Seated knee straightening")).to_be_visible()
    expect(page.get_by_role("link", name="Calf raise")).to_have_count(0)
    page.get_by_role("link", name=re.compile("Take away: Sitting")).click()

    page.get_by_label("Search").fill("calf rase")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Calf raise").click()

    expect(page.get_by_role("heading", name="Calf raise", level=1)).to_be_visible()
    expect(page.get_by_text("10–15 times.")).to_be_visible()
    expect(picture(page)).to_have_attribute("src", re.compile("-strip"))
    page.get_by_text("Show me the movement").click()
    expect(picture(page)).to_have_attribute("src", re.compile("-moving"))
    check_accessibility(page)
    page.get_by_text("Stop the movement").click()
    expect(picture(page)).to_have_attribute("src", re.compile("-strip"))


def test_nothing_moves_with_reduced_motion(open_device):
    page = open_device("phone", reduced_motion="reduce")

    page.goto("/exercises/calf-raise/?motion=1")

    expect(page.get_by_text("Stop the movement")).to_be_hidden()
    assert "-strip" in picture(page).evaluate("image => image.currentSrc")


def test_reading_aloud_is_offered_only_where_the_browser_has_a_voice(open_device):
    silent, speaking = open_device("phone"), open_device("phone")
    silent.add_init_script("speechSynthesis.getVoices = () => []")
    speaking.add_init_script(
        """
        window.said = [];
        speechSynthesis.getVoices = () => [{ name: "A voice" }];
        speechSynthesis.speak = words => {
          window.said.push(words.text);
          if (!words.text.includes("Lift both heels")) words.onend();
        };
        """
    )

    for page in (silent, speaking):
        page.goto("/exercises/calf-raise/")
    expect(silent.get_by_role("button", name="Read it to me")).to_have_count(0)
    speaking.get_by_role("button", name="Read it to me").click()

    expect(speaking.get_by_role("button", name="Stop reading")).to_be_visible()
    said = speaking.evaluate("window.said")
    assert said[0] == "Calf raise"
    assert "10–15 times. 2–3 days a week." in said
    assert any("Lift both heels" in text for text in said)
    speaking.get_by_role("button", name="Stop reading").click()
    expect(speaking.get_by_role("button", name="Read it to me")).to_be_visible()


def test_the_keyboard_reaches_the_movement_and_shows_where_it_is(laptop):
    laptop.goto("/exercises/calf-raise/")
    button = laptop.get_by_role("button", name="Show me the movement")

    for _press in range(20):
        laptop.keyboard.press("Tab")
        if button.evaluate("element => element === document.activeElement"):
            break
    expect(button).to_be_focused()
    assert button.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    laptop.keyboard.press("Enter")
    expect(picture(laptop)).to_have_attribute("src", re.compile("-moving"))


def test_structured_data_is_there_and_no_policy_forbids_it(phone):
    phone.goto("/exercises/calf-raise/")

    data = phone.locator('script[type="application/ld+json"]')
    assert '"@type": "HowTo"' in (data.first.text_content() or "")
