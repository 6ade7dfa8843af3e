"""Text size, colours, motion and voice: chosen once, seen at once, and remembered by the device."""

import re

import pytest
from playwright.sync_api import Page, expect

from patients.models import Patient, Preferences
from patients.sign_in.services.cards import create_card
from tests.factories import clinician
from tests.functional.fixtures import PageData, make_page_data

pytestmark = pytest.mark.django_db(transaction=True)

LIGHT, DARK = "rgb(251, 250, 246)", "rgb(17, 25, 29)"


@pytest.fixture
def page_data() -> PageData:
    return make_page_data(states=["resting"])


def choose(page: Page, *labels: str) -> None:
    for label in labels:
        page.locator("label.choice").filter(has_text=re.compile(rf"^{label}\b")).tap()


def looks(page: Page, *, letters: int | None = None, paper: str = "") -> None:
    """By and by: what is tapped is answered a moment later, and a new page comes with its styles."""
    if letters:
        expect(page.locator("body")).to_have_css("font-size", f"{letters}px")
    if paper:
        expect(page.locator("body")).to_have_css("background-color", paper)


def has_chosen(page: Page, host: str, choice: str) -> None:
    """The device remembers a choice made earlier."""
    page.context.add_cookies([{"name": "display", "value": choice, "url": host}])


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_text("Saved. Your pages now look like this.")).to_be_visible()


def test_what_a_visitor_chooses_is_seen_before_and_after_saving_and_on_other_pages(
    any_phone, browser_monitor
):
    page = any_phone
    page.goto("/display/")
    looks(page, letters=20)
    choose(page, "Largest", "Dark")
    if page.context not in browser_monitor.without_javascript:
        looks(page, letters=30, paper=DARK)
    save(page)
    expect(page.get_by_label("Largest")).to_be_checked()
    for address in ("/display/", "/safety/", "/sign-in/"):
        page.goto(address)
        looks(page, letters=30, paper=DARK)


def test_the_choice_wins_over_the_device(open_device):
    page = open_device("phone", color_scheme="dark")
    page.goto("/display/")
    looks(page, paper=DARK)
    choose(page, "Light")
    looks(page, paper=LIGHT)
    save(page)
    page.goto("/safety/")
    looks(page, paper=LIGHT)
    page.goto("/display/")
    page.locator("#id_colours label.choice").filter(has_text="As on my phone").tap()
    save(page)
    looks(page, paper=DARK)


def test_what_was_touched_stays_under_the_finger_while_the_letters_grow(phone):
    phone.goto("/display/")
    calm = phone.locator("label.choice").filter(has_text="Calm")
    largest = phone.locator("label.choice").filter(has_text=re.compile("^Largest"))
    calm.scroll_into_view_if_needed()
    largest.scroll_into_view_if_needed()
    before = largest.bounding_box()["y"]
    largest.tap()
    looks(phone, letters=30)
    assert abs(largest.bounding_box()["y"] - before) < 20


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_pictures_stand_still_or_start_by_themselves_as_was_chosen(
    open_device, page_data, live_server, javascript
):
    page = open_device("phone", java_script_enabled=javascript)
    page_data.sign_in(page, "under_way", live_server.url)
    step = page_data.address("under_way", "my_session_step", ("session_id", "item_id"))
    picture = page.locator("main .figure-frame img")

    page.goto("/display/")
    choose(page, "Calm")
    save(page)
    for query in ("", "?motion=1"):
        page.goto(step + query)
        assert "-strip" in picture.evaluate("image => image.currentSrc")
        expect(page.get_by_text(re.compile("the movement"))).to_have_count(0)

    page.goto("/display/")
    choose(page, "Moving")
    save(page)
    page.goto(step)
    assert "-moving" in picture.evaluate("image => image.currentSrc")
    page.get_by_text("Stop the movement").tap()
    expect(picture).to_have_attribute("src", re.compile("-strip"))
    page.get_by_text("Show me the movement").tap()
    expect(picture).to_have_attribute("src", re.compile("-moving"))


def test_moving_pictures_that_were_chosen_win_over_a_calm_device(open_device, page_data, live_server):
    page = open_device("phone", reduced_motion="reduce")
    page_data.sign_in(page, "patient", live_server.url)
    page.goto("/display/")
    choose(page, "Moving")
    save(page)
    page.goto(page_data.address("patient", "my_exercise", ("item_id",)))
    picture = page.locator("main .figure-frame img")
    assert "-moving" in picture.evaluate("image => image.currentSrc")
    page.get_by_role("button", name="Stop the movement").tap()
    expect(picture).to_have_attribute("src", re.compile("-strip"))


#: A voice that says each piece at once, unless it is held.
A_VOICE = """
window.said = [];
window.held = false;
speechSynthesis.getVoices = () => [{ name: "A voice", lang: "en-GB" }];
speechSynthesis.speak = words => {
  window.said.push(words.text);
  if (!window.held) words.onend();
};
speechSynthesis.cancel = () => undefined;
"""
READ_TO = [
    ("patient", "my_today", ()),
    ("patient", "my_progress", ()),
    ("patient", "my_messages", ()),
    ("patient", "my_exercise", ("item_id",)),
    ("under_way", "my_session_step", ("session_id", "item_id")),
    ("under_way", "my_session_check_in", ("session_id",)),
    ("resting", "my_session_advice", ("session_id",)),
]


def test_every_page_of_the_patient_is_read_from_its_heading_on_when_that_was_chosen(
    open_device, page_data, live_server
):
    page = open_device("phone")
    page.add_init_script(A_VOICE)
    for who, route, arguments in READ_TO:
        page_data.sign_in(page, who, live_server.url)
        has_chosen(page, live_server.url, "t1.device.device.read")
        page.goto(page_data.address(who, route, arguments))
        page.get_by_role("button", name="Read this page").tap()
        page.wait_for_function("window.said.length > 0")
        said = page.evaluate("window.said")
        heading = " ".join(page.locator("h1").inner_text().split())
        assert heading in said, route
        pressed = {" ".join(words.split()) for words in page.locator("main .btn").all_inner_texts()}
        assert not pressed & set(said), route
        hidden = page.locator("main details:not([open]) .details-body p").all_text_contents()
        assert not {" ".join(words.split()) for words in hidden} & set(said), route


def test_reading_pauses_goes_on_where_it_was_and_stops(open_device, page_data, live_server):
    page = open_device("phone")
    page.add_init_script(A_VOICE)
    page_data.sign_in(page, "patient", live_server.url)
    has_chosen(page, live_server.url, "t1.device.device.read")
    page.goto("/my/progress/")
    page.evaluate("window.held = true")
    page.get_by_role("button", name="Read this page").tap()
    page.get_by_role("button", name="Pause").tap()
    page.get_by_role("button", name="Go on reading").tap()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    first, again = page.evaluate("window.said")
    assert first == again
    page.get_by_role("button", name="Stop reading").tap()
    expect(page.get_by_role("button", name="Read this page")).to_be_focused()
    expect(page.get_by_role("button", name="Stop reading")).to_be_hidden()


@pytest.mark.parametrize("voices", ["[]", '[{ name: "Une voix", lang: "fr-FR" }]'], ids=["none", "French"])
def test_without_a_voice_for_the_page_there_is_no_button(open_device, page_data, live_server, voices):
    page = open_device("phone")
    page.add_init_script(f"speechSynthesis.getVoices = () => {voices}")
    page_data.sign_in(page, "patient", live_server.url)
    has_chosen(page, live_server.url, "t1.device.device.read")
    page.goto("/my/progress/")
    expect(page.locator("h1")).to_be_visible()
    expect(page.get_by_role("button", name="Read this page")).to_have_count(0)


def test_a_patients_choice_comes_along_to_the_next_device_they_sign_in_on(
    open_device, page_data, live_server
):
    first, second = open_device("phone"), open_device("phone")
    page_data.sign_in(first, "patient", live_server.url)
    first.goto("/display/")
    choose(first, "Large", "Black on white")
    save(first)
    assert Preferences.objects.get().text == "t2"

    rosa = Patient.objects.get(user=Preferences.objects.get().user)
    _card, code = create_card(patient=rosa, by=clinician(rosa.clinic))
    second.goto(f"/card/{code}/")
    born = rosa.date_of_birth
    for label, number in (("Day", born.day), ("Month", born.month), ("Year", born.year)):
        second.get_by_label(label, exact=True).fill(str(number))
    second.get_by_text("Yes, it is mine").tap()
    second.get_by_role("button", name="Sign in").tap()
    expect(second).to_have_url(re.compile("/my/$"))
    looks(second, letters=24)
    expect(second.locator("html")).to_have_attribute("data-contrast", "strong")
