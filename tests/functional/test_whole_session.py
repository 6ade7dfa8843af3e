"""A session from Start to the advice: by touch, by keyboard alone, without JavaScript, on the smallest screen."""

import re

import pytest
from playwright.sync_api import expect

from patients.models import ExerciseSession, Patient
from tests.functional.browser_monitor import loaded, settled
from tests.functional.fixtures import make_page_data
from tests.functional.patient_states import PRESCRIBED
from tests.functional.test_by_keyboard import tab_to
from tests.functional.user_actions import UserActions

pytestmark = pytest.mark.django_db(transaction=True)

SMALLEST = {"width": 320, "height": 256}


@pytest.fixture
def page_data():
    return make_page_data(states=())


def begin(page, page_data, host):
    page_data.sign_in(page, "patient", host)
    page.goto("/my/")


def get_finished_session(page_data):
    patient = Patient.objects.get(pk=page_data.things["patient"]["patient_id"])
    session = ExerciseSession.objects.filter(patient=patient).order_by("-started_at").first()
    assert session.is_finished
    return session


def go_through(page, check=lambda page: None):
    """Answer every page by pressing a button. Return the headings of the pages."""
    page.get_by_role("button", name="Start").click()
    met = []
    while True:
        heading = loaded(page).get_by_role("heading", level=1).inner_text()
        met.append(heading)
        check(page)
        address = page.url
        if heading == "How did it go?":
            break
        if heading == "How is your pain now?":
            page.get_by_role("button", name="3", exact=True).click()
        elif heading == "Check your feet first":
            page.get_by_label("None of these").check()
            page.get_by_role("button", name="Continue").click()
        elif heading == "How hard was it?":
            page.get_by_role("button", name="About right").click()
        else:
            page.get_by_role("button", name="Done", exact=True).click()
        page.wait_for_url(lambda url, before=address: url != before)
    settled(page).get_by_role("group", name=re.compile("How is your pain now?")).get_by_label(
        "2", exact=True
    ).check(force=True)
    page.get_by_label("None of these").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Well done")
    return met


def test_by_touch_with_and_without_javascript(page_data, any_phone, live_server, check_accessibility):
    begin(any_phone, page_data, live_server.url)
    met = go_through(any_phone, check=check_accessibility)
    assert met.count("Check your feet first") == 1
    assert met.count("How hard was it?") == len(PRESCRIBED)
    assert get_finished_session(page_data).entries.count() == len(PRESCRIBED)


def test_at_320_pixels_and_400_percent(page_data, open_device, live_server):
    page = open_device("phone", viewport=SMALLEST)

    def nothing_is_cut_off(page):
        assert loaded(page).evaluate("document.documentElement.scrollWidth") <= SMALLEST["width"]

    begin(page, page_data, live_server.url)
    go_through(page, check=nothing_is_cut_off)
    assert get_finished_session(page_data).entries.count() == len(PRESCRIBED)


def test_by_keyboard_alone_with_a_page_turner_and_the_space_bar(page_data, laptop, live_server):
    begin(laptop, page_data, live_server.url)
    tab_to(laptop, laptop.get_by_role("button", name="Start"))
    laptop.keyboard.press("Space")
    laptop.wait_for_url("**/ready/")
    _press_until_at(settled(laptop), laptop.locator("#id_none"))
    laptop.keyboard.press("Space")
    _press_until_at(laptop, laptop.get_by_role("button", name="Continue"))
    laptop.keyboard.press("Space")
    laptop.wait_for_url("**/pain/")
    settled(laptop).keyboard.press("Space")  # moves to the first answer without choosing it
    expect(laptop.get_by_role("button", name="0", exact=True)).to_be_focused()
    for _press in range(3):
        laptop.keyboard.press("PageDown")
    laptop.keyboard.press("Space")
    laptop.wait_for_url("**/exercises/**")
    while True:
        heading = settled(laptop).get_by_role("heading", level=1).inner_text()
        address = laptop.url
        if heading == "How did it go?":
            break
        if heading == "How hard was it?":
            laptop.keyboard.press("PageDown")  # moves to the first answer
            laptop.keyboard.press("Space")
            laptop.wait_for_url(lambda url, before=address: url != before)
            continue
        # Each press goes on; the one after the last set answers with done.
        while settled(laptop).url == address:
            laptop.keyboard.press("PageDown")
    # Nothing is chosen until Space is pressed on it; answered questions are skipped.
    for target in (laptop.locator("[name=pain_after][value='2']"), laptop.locator("#id_none")):
        _press_until_at(laptop, target)
        expect(target).not_to_be_checked()
        laptop.keyboard.press("Space")
        expect(target).to_be_checked()
    laptop.keyboard.press("PageDown")
    expect(laptop.get_by_role("button", name="Send")).to_be_focused()
    laptop.keyboard.press("Space")
    expect(laptop.get_by_role("heading", level=1)).to_have_text("Well done")
    assert get_finished_session(page_data).entries.filter(outcome="done").count() == len(PRESCRIBED)


def _press_until_at(page, target):
    """Press Page down until the target has the focus."""
    for _press in range(30):
        page.keyboard.press("PageDown")
        if target.evaluate("element => element === document.activeElement"):
            return


def test_the_check_in_takes_three_taps_when_all_is_well(page_data, any_phone, live_server):
    begin(any_phone, page_data, live_server.url)
    patient = Patient.objects.get(pk=page_data.things["patient"]["patient_id"])
    any_phone.get_by_role("button", name="Start").click()
    session = patient.sessions.open().get()
    any_phone.goto(f"/my/session/{session.pk}/check-in/")
    person = UserActions(any_phone)
    person.click(any_phone.get_by_label("2", exact=True))
    person.click(any_phone.get_by_label("None of these"))
    person.click(any_phone.get_by_role("button", name="Send"))
    expect(any_phone.get_by_role("heading", level=1)).to_have_text("Well done")
    assert person.clicks == 3


def test_a_new_sore_ends_the_day_at_once(page_data, any_phone, live_server, check_accessibility):
    begin(any_phone, page_data, live_server.url)
    any_phone.get_by_role("button", name="Start").click()
    any_phone.get_by_label("Sore, blister, cut or dark patch on a foot").check()
    any_phone.get_by_role("button", name="Continue").click()
    expect(any_phone.get_by_role("heading", level=1)).to_have_text("Rest the foot with the new sore")
    check_accessibility(any_phone)
    any_phone.get_by_label("No", exact=True).check()
    any_phone.get_by_role("button", name="Continue").click()
    expect(any_phone.get_by_label("No", exact=True)).to_have_count(0)  # the next page has the same heading
    expect(any_phone.get_by_role("heading", level=1)).to_have_text("Rest the foot with the new sore")
    check_accessibility(any_phone)
    any_phone.goto("/my/")
    expect(any_phone.get_by_role("heading", level=1)).to_have_text("Rest for today")
    expect(any_phone.get_by_text("From tomorrow: Nothing that loads the foot")).to_be_visible()
    expect(any_phone.get_by_role("button", name="Start")).to_have_count(0)
    check_accessibility(any_phone)
