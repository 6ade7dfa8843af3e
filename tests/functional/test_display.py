"""Choice of text size, colours, motion and reading aloud: applied at once and remembered by the device."""

import re

import pytest
from playwright.sync_api import Page, expect

from patients.models import Patient, Preferences
from patients.sign_in.services.cards import create_card
from tests.factories import clinician
from tests.functional.browser_monitor import place_of
from tests.functional.fixtures import PageData, make_page_data

pytestmark = pytest.mark.django_db(transaction=True)

LIGHT, DARK = "rgb(251, 250, 246)", "rgb(17, 25, 29)"


@pytest.fixture
def page_data() -> PageData:
    return make_page_data(states=["resting"])


def choose(page: Page, *labels: str) -> None:
    for label in labels:
        page.locator("label.choice").filter(has_text=re.compile(rf"^{label}\b")).tap()


def expect_look(page: Page, *, text_size: int | None = None, background: str = "") -> None:
    """Wait until the page has this look: a tap is answered a moment later, and a new page loads its styles."""
    if text_size:
        expect(page.locator("body")).to_have_css("font-size", f"{text_size}px")
    if background:
        expect(page.locator("body")).to_have_css("background-color", background)


def set_display_cookie(page: Page, host: str, choice: str) -> None:
    """Give the device a choice made earlier."""
    page.context.add_cookies([{"name": "display", "value": choice, "url": host}])


def save(page: Page) -> None:
    page.get_by_role("button", name="Save").tap()
    expect(page.get_by_text("Saved. Your pages now look like this.")).to_be_visible()


def test_a_visitors_choice_applies_before_and_after_saving_and_on_other_pages(any_phone, browser_monitor):
    page = any_phone
    page.goto("/display/")
    expect_look(page, text_size=20)
    choose(page, "Largest", "Dark")
    if page.context not in browser_monitor.without_javascript:
        expect_look(page, text_size=30, background=DARK)
    save(page)
    expect(page.get_by_label("Largest")).to_be_checked()
    for address in ("/display/", "/safety/", "/sign-in/"):
        page.goto(address)
        expect_look(page, text_size=30, background=DARK)


def test_the_choice_overrides_the_device_setting(open_device):
    page = open_device("phone", color_scheme="dark")
    page.goto("/display/")
    expect_look(page, background=DARK)
    choose(page, "Light")
    expect_look(page, background=LIGHT)
    save(page)
    page.goto("/safety/")
    expect_look(page, background=LIGHT)
    page.goto("/display/")
    page.locator("#id_colours label.choice").filter(has_text="As on my phone").tap()
    save(page)
    expect_look(page, background=DARK)


def test_a_tapped_choice_keeps_its_position_when_the_text_grows(phone):
    phone.goto("/display/")
    calm = phone.locator("label.choice").filter(has_text="Calm")
    largest = phone.locator("label.choice").filter(has_text=re.compile("^Largest"))
    calm.scroll_into_view_if_needed()
    largest.scroll_into_view_if_needed()
    before = place_of(largest)["y"]
    largest.tap()
    expect_look(phone, text_size=30)
    assert abs(place_of(largest)["y"] - before) < 20


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_pictures_stay_still_or_start_by_themselves_as_chosen(
    open_device, page_data, live_server, javascript
):
    page = open_device("phone", java_script_enabled=javascript)
    page_data.sign_in(page, "under_way", live_server.url)
    step = page_data.address("under_way", "my:session_step", ("session_id", "item_id"))
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


def test_chosen_moving_pictures_override_reduced_motion(open_device, page_data, live_server):
    page = open_device("phone", reduced_motion="reduce")
    page_data.sign_in(page, "patient", live_server.url)
    page.goto("/display/")
    choose(page, "Moving")
    save(page)
    page.goto(page_data.address("patient", "my:exercise", ("item_id",)))
    picture = page.locator("main .figure-frame img")
    assert "-moving" in picture.evaluate("image => image.currentSrc")
    page.get_by_role("button", name="Stop the movement").tap()
    expect(picture).to_have_attribute("src", re.compile("-strip"))


#: A stub of a voice that finishes each text at once, unless `held` is set.
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
    ("patient", "my:today", ()),
    ("patient", "my:progress", ()),
    ("patient", "my:messages", ()),
    ("patient", "my:exercise", ("item_id",)),
    ("under_way", "my:session_step", ("session_id", "item_id")),
    ("under_way", "my:session_check_in", ("session_id",)),
    ("resting", "my:session_advice", ("session_id",)),
]


@pytest.mark.parametrize(
    "older", ["", "delete Element.prototype.checkVisibility;"], ids=["new", "Safari before 17.4"]
)
def test_every_patient_page_is_read_aloud_from_its_heading_when_chosen(
    open_device, page_data, live_server, older
):
    page = open_device("phone")
    page.add_init_script(A_VOICE + older)
    for who, route, arguments in READ_TO:
        page_data.sign_in(page, who, live_server.url)
        set_display_cookie(page, live_server.url, "t1.device.device.read")
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


def test_reading_pauses_resumes_and_stops(open_device, page_data, live_server):
    page = open_device("phone")
    page.add_init_script(A_VOICE)
    page_data.sign_in(page, "patient", live_server.url)
    set_display_cookie(page, live_server.url, "t1.device.device.read")
    page.goto("/my/progress/")
    page.evaluate("window.held = true")
    page.get_by_role("button", name="Read this page").tap()
    page.get_by_role("button", name="Pause").tap()
    page.get_by_role("button", name="Continue reading").tap()
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
    set_display_cookie(page, live_server.url, "t1.device.device.read")
    page.goto("/my/progress/")
    expect(page.locator("h1")).to_be_visible()
    expect(page.get_by_role("button", name="Read this page")).to_have_count(0)


def test_a_patients_choice_applies_on_the_next_device_after_sign_in(open_device, page_data, live_server):
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
    second.get_by_role("button", name="Yes, this is right").tap()
    expect(second).to_have_url(re.compile("/my/$"))
    expect_look(second, text_size=24)
    expect(second.locator("html")).to_have_attribute("data-contrast", "strong")
