"""A session from Start to the advice: by touch, by keyboard alone, without JavaScript, on the smallest screen."""

import re

import pytest
from playwright.sync_api import expect

from patients.models import ExerciseSession, Patient
from tests.functional.browser_monitor import loaded
from tests.functional.fixtures import PRESCRIBED, make_page_data
from tests.functional.test_by_keyboard import tab_to

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
            page.get_by_role("button", name="My feet are fine").click()
        elif heading == "How hard was it?":
            page.get_by_role("button", name="About right").click()
        else:
            page.get_by_role("button", name="Done", exact=True).click()
        page.wait_for_url(lambda url, before=address: url != before)
    for group, answer in (
        ("How is your pain now?", "2"),
        ("Did you fall?", "No"),
        ("dizzy", "No"),
        ("sore", "No"),
    ):
        page.get_by_role("group", name=re.compile(group)).get_by_label(answer, exact=True).check(force=True)
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
        assert page.evaluate("document.documentElement.scrollWidth") <= SMALLEST["width"]

    begin(page, page_data, live_server.url)
    go_through(page, check=nothing_is_cut_off)
    assert get_finished_session(page_data).entries.count() == len(PRESCRIBED)


def test_by_keyboard_alone_with_a_page_turner_and_the_space_bar(page_data, laptop, live_server):
    begin(laptop, page_data, live_server.url)
    tab_to(laptop, laptop.get_by_role("button", name="Start"))
    laptop.keyboard.press("Space")
    laptop.wait_for_url("**/pain/")
    laptop.keyboard.press("Space")  # moves to the first answer without choosing it
    expect(laptop.get_by_role("button", name="0", exact=True)).to_be_focused()
    for _press in range(3):
        laptop.keyboard.press("PageDown")
    laptop.keyboard.press("Space")
    laptop.wait_for_url("**/exercises/**")
    while True:
        heading = laptop.get_by_role("heading", level=1).inner_text()
        address = laptop.url
        if heading == "How did it go?":
            break
        if heading in ("How hard was it?", "Check your feet first"):
            laptop.keyboard.press("PageDown")  # moves to the first answer
            laptop.keyboard.press("Space")
            laptop.wait_for_url(lambda url, before=address: url != before)
            continue
        # A press too many would act on the next page: press until nothing is left to count, and once more.
        # "Get ready" is never the last phase, not even of a single set.
        is_next = laptop.locator("[data-start]").or_(laptop.locator("[data-what]", has_text="Get ready"))
        while any(each.is_visible() for each in is_next.all()):
            laptop.keyboard.press("PageDown")
        laptop.keyboard.press("PageDown")
        laptop.wait_for_url(lambda url, before=address: url != before)
    # Nothing is chosen until Space is pressed on it; answered questions are skipped.
    for name, answer in (
        ("pain_after", "2"),
        ("fell", "no"),
        ("faint_or_chest_pain", "no"),
        ("new_sore", "no"),
    ):
        target = laptop.locator(f"[name={name}][value='{answer}']")
        for _press in range(14):
            laptop.keyboard.press("PageDown")
            if target.evaluate("element => element === document.activeElement"):
                break
        expect(laptop.locator(f"[name={name}]:checked")).to_have_count(0)
        laptop.keyboard.press("Space")
        expect(target).to_be_checked()
    laptop.keyboard.press("PageDown")
    expect(laptop.get_by_role("button", name="Send")).to_be_focused()
    laptop.keyboard.press("Space")
    expect(laptop.get_by_role("heading", level=1)).to_have_text("Well done")
    assert get_finished_session(page_data).entries.filter(outcome="done").count() == len(PRESCRIBED)


def test_a_new_sore_leads_to_the_seated_plan(page_data, any_phone, live_server, check_accessibility):
    begin(any_phone, page_data, live_server.url)
    any_phone.get_by_role("button", name="Start").click()
    any_phone.get_by_role("button", name="3", exact=True).click()
    any_phone.get_by_role("button", name="Done", exact=True).click()
    any_phone.get_by_role("button", name="Easy").click()
    any_phone.get_by_role("button", name="I have a new sore").click()
    expect(any_phone.get_by_role("heading", level=1)).to_have_text("Rest the foot with the new sore")
    check_accessibility(any_phone)
    any_phone.get_by_role("link", name="Go on with sitting exercises").click()
    expect(any_phone.get_by_text("Sitting, to rest your feet.")).to_be_visible()
    check_accessibility(any_phone)
