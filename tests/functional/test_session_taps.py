"""Taps and keys in the session player: a second one does nothing, and each key does what it says."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from exercises.doses import SECONDS_PER_REPETITION
from tests.factories import PatientFactory, published_plan
from tests.functional.browser_monitor import loaded, place_of
from tests.functional.player_steps import LEAD_IN, QUIET_MS, key, open_step, panel, press, what
from tests.functional.user_actions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def step_page(phone, live_server):
    open_step(phone, live_server.url, sets=1)
    return phone


def double_tap(page, x, y, way):
    if way == "touch":
        page.touchscreen.tap(x, y)
        page.touchscreen.tap(x, y)
    elif way == "mouse":
        page.mouse.dblclick(x, y)
    else:
        page.keyboard.press(way)
        page.keyboard.press(way)


@pytest.mark.parametrize("way", ["touch", "mouse", " ", "PageDown"])
def test_a_double_tap_on_start_starts_the_count_and_nothing_else(phone, live_server, way):
    session = open_step(phone, live_server.url, sets=None, reps_min=1, reps_max=None)
    place = place_of(panel(phone))
    double_tap(phone, place["x"] + 60, place["y"] + 60, way)
    expect(what(phone)).to_have_text("Get ready")
    expect(phone.locator("[data-do-word]")).to_have_text("Pause")
    assert not session.entries.exists()
    phone.clock.run_for(QUIET_MS)
    panel(phone).click()
    expect(phone.locator("[data-do-word]")).to_have_text("Resume")


@pytest.mark.parametrize("way", ["touch", "mouse", " "])
def test_a_tap_that_reaches_the_next_page_too_early_does_nothing(phone, live_server, way):
    """Its clock stands still, so that the press comes at the moment in which the page is shown."""
    session = open_step(phone, live_server.url, sets=2)
    phone.reload()
    for name in ("Done", "Skip"):
        place = place_of(phone.get_by_role("button", name=name, exact=True))
        double_tap(phone, place["x"] + 20, place["y"] + 20, way)
    place = place_of(panel(phone))
    double_tap(phone, place["x"] + 60, place["y"] + 60, way)
    expect(phone.locator("[data-do-word]")).to_have_text("Start")
    assert not session.entries.exists()
    phone.clock.run_for(QUIET_MS)
    press(phone, "Start")
    expect(what(phone)).to_have_text("Get ready")


def test_a_tap_as_the_panel_turns_into_a_rest_does_not_end_the_rest(phone, live_server):
    open_step(phone, live_server.url, sets=3, reps_min=1, reps_max=None)
    press(phone, "Start")
    phone.clock.run_for((LEAD_IN + SECONDS_PER_REPETITION) * 1000 - QUIET_MS + 150)
    expect(what(phone)).to_have_text("seconds of rest")
    panel(phone).click()
    expect(what(phone)).to_have_text("seconds of rest")


def test_a_double_tap_on_the_start_of_a_session_opens_it_and_answers_nothing(phone, live_server):
    patient, now = PatientFactory(), timezone.now()
    published_plan(patient, start_date=patient.today(now))
    sign_in(phone, patient.user, live_server.url)
    phone.clock.install(time=now)
    phone.goto("/my/")
    loaded(phone).clock.pause_at(now + datetime.timedelta(minutes=1))
    start = phone.get_by_role("button", name="Start")
    place = place_of(start)
    start.click()
    expect(phone.get_by_role("heading", name="Check your feet first")).to_be_visible()
    for answer in phone.locator("[data-answer] button, main button").all():
        box = place_of(answer)
        phone.mouse.click(box["x"] + 10, box["y"] + 10)
    phone.mouse.click(place["x"] + 30, place["y"] + 30)
    expect(phone.get_by_role("heading", name="Check your feet first")).to_be_visible()
    assert patient.sessions.get().feet_checked_at is None


def test_back_leads_to_the_screen_before_and_while_it_counts_to_the_start(step_page):
    press(step_page, "Start")
    key(step_page, "PageDown")
    back = step_page.locator("[data-back]")
    back.click()
    expect(what(step_page)).to_have_text("Get ready")
    step_page.clock.run_for(QUIET_MS)
    back.click()
    expect(step_page.locator("[data-do-word]")).to_have_text("Start")
    step_page.clock.run_for(QUIET_MS)
    address = step_page.url
    back.click()
    step_page.wait_for_url(lambda url: url != address)


@pytest.mark.parametrize("name", ["PageDown", "ArrowRight", "Enter", " "])
def test_page_turners_and_the_space_bar_go_on(step_page, name):
    step_page.keyboard.press(name)
    expect(what(step_page)).to_have_text("Get ready")


@pytest.mark.parametrize("sets", [1, 3])
def test_space_alone_carries_the_counting_from_start_to_done(phone, live_server, sets):
    """Space goes through sets and rests up to "Done"; the question after it is not answered by further presses."""
    session = open_step(phone, live_server.url, sets=sets)
    expect(phone.locator("[data-player]")).to_have_attribute("data-sets", str(sets))
    key(phone, " ")
    expect(what(phone)).to_have_text("Get ready")
    for number in range(sets):
        if number:
            key(phone, " ")
            expect(what(phone)).to_have_text("seconds of rest")
        key(phone, " ")
        expect(what(phone)).to_have_text(re.compile("^of "))
    assert phone.evaluate("scrollY") == 0
    assert not session.entries.exists()
    key(phone, " ")

    expect(phone.get_by_role("heading", name="How hard was it?")).to_be_visible()
    assert session.entries.get().outcome == "done"
    loaded(phone).clock.run_for(QUIET_MS)
    phone.keyboard.press(" ")
    expect(phone.get_by_role("button", name="Easy")).to_be_focused()
    assert session.entries.get().effort == ""


def test_space_that_is_held_down_counts_once_and_never_scrolls(step_page):
    step_page.locator("[data-more]").evaluate("link => link.focus({ preventScroll: true })")
    step_page.keyboard.down(" ")
    step_page.clock.run_for(QUIET_MS)
    step_page.keyboard.down(" ")  # as a key that is held repeats itself
    step_page.clock.run_for(QUIET_MS)
    step_page.keyboard.up(" ")
    expect(what(step_page)).to_have_text("Get ready")
    assert step_page.evaluate("scrollY") == 0


def test_enter_that_is_held_down_on_the_panel_presses_it_once(step_page):
    panel(step_page).focus()
    step_page.keyboard.down("Enter")
    step_page.clock.run_for(QUIET_MS)
    step_page.keyboard.down("Enter")
    step_page.keyboard.up("Enter")
    expect(step_page.locator("[data-do-word]")).to_have_text("Pause")


@pytest.mark.parametrize("name", ["PageUp", "ArrowLeft"])
def test_page_up_and_the_left_arrow_go_back(step_page, name):
    key(step_page, "PageDown")
    expect(what(step_page)).to_have_text("Get ready")
    key(step_page, name)
    expect(step_page.locator("[data-do-word]")).to_have_text("Start")
