"""Where things are on the patient's pages, measured in the browser at the sizes of real phones."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from exercises.models import Position
from patients.models import Patient
from tests.factories import (
    ExerciseFactory,
    ExerciseHoldFactory,
    ExerciseSessionFactory,
    MessageFactory,
    clinician,
    published_plan,
)
from tests.factories_of_patients import HelperFactory, ReminderFactory, SignInEventFactory
from tests.factories_of_screenings import asked_screening
from tests.functional.browser_monitor import loaded, place_of
from tests.functional.fixtures import PageData
from tests.functional.page_checks import SCROLLS_SIDEWAYS, SET_TEXT_SIZE, TOO_WIDE, ZOOMED

pytestmark = pytest.mark.django_db(transaction=True)

DAY = datetime.timedelta(days=1)
SIZES = [(390, 844), (390, 664), (360, 640), (320, 568)]
#: Lowest place of the lower edge of Start, and greatest height of the header, in pixels.
START_ENDS_BY, HEADER_IS_AT_MOST = 420, 64
PAGES = ("/my/", "/my/plan/", "/my/progress/", "/my/messages/", "/my/settings/", "/my/stop/")
STARTS = ".hero form[action$='/session/start/'] .btn"

#: The focused element, if the bar at the lower edge covers a part of it. Of a text area, the first line counts, where
#: the cursor is.
WHAT_IS_COVERED = """
() => {
  const focused = document.activeElement, bar = document.querySelector(".bottom-nav, .stop-calls");
  if (!bar || bar.contains(focused) || focused === document.body) return "";
  const box = focused.getBoundingClientRect(), edge = bar.getBoundingClientRect();
  const bottom = focused.tagName === "TEXTAREA" ? box.top + 48 : box.bottom;
  const isCovered = bottom > edge.top + 1 && box.top < edge.bottom;
  return isCovered ? focused.outerHTML.slice(0, 120) : "";
}
"""


@pytest.fixture
def patient(patient: Patient) -> Patient:
    """Return a patient for whom everything is new today that the page can tell."""
    now = timezone.now()
    exercises = [
        ExerciseFactory(name="Seated marching", position=Position.SEATED, demands=[]),
        ExerciseFactory(name="Calf raise", position=Position.STANDING),
    ]
    first = patient.plans.get().versions.get()
    published_plan(
        plan=first.plan,
        number=2,
        exercises=exercises,
        start_date=patient.today(now),
        note="Keep a hand on the counter.",
    )
    MessageFactory(patient=patient, is_from_patient=False, text="How did the walk go?")
    asked_screening(patient)
    ReminderFactory(patient=patient)
    SignInEventFactory(patient=patient, at=now - datetime.timedelta(minutes=5))
    ExerciseHoldFactory(
        patient=patient,
        kind="standing",
        question="fell",
        on_date=patient.today(now) - DAY,
        begun_at=now - DAY,
    )
    return patient


def add_return_notes(patient: Patient) -> None:
    """Let a foot sore heal and a near fall follow: two notes, the first one long."""
    now = timezone.now()
    ExerciseHoldFactory(
        patient=patient,
        kind="feet",
        question="new_sore",
        on_date=patient.today(now) - 2 * DAY,
        begun_at=now - 2 * DAY,
        ended_at=now - DAY,
        ended_by=clinician(patient.clinic),
        outcome="healed",
        seen_by="Dr. Kim",
    )
    version = patient.plans.get().versions.order_by("-number")[0]
    yesterday = patient.today(now) - DAY
    ExerciseSessionFactory(
        version=version,
        on_date=yesterday,
        started_at=now - DAY,
        finished_at=now - DAY,
        answers={"near_fall": True},
    )


def add_long_gap(patient: Patient) -> None:
    """Let the last session be nine days ago, so that the page welcomes the patient back."""
    at = timezone.now() - 9 * DAY
    version = patient.plans.get().versions.get(number=1)
    ExerciseSessionFactory(version=version, on_date=patient.today(at), started_at=at, finished_at=at)


def sign_in(page: Page, patient: Patient, user, host: str) -> Page:
    data = PageData(patient.clinic, people={"who": user})
    data.sign_in(page, "who", host)
    return page


def bottom_of(page: Page, selector: str) -> float:
    box = place_of(page.locator(selector))
    return box["y"] + box["height"]


def show_all_notices_of_the_phone(page: Page) -> None:
    """Show what a phone tells of answers that were not sent, as its script does."""
    page.evaluate(
        "for (const one of document.querySelectorAll('[data-queue], [data-parked]')) one.hidden = false"
    )


def assert_layout(page: Page, width: int, height: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    show_all_notices_of_the_phone(loaded(page))
    where = f"at {width} × {height}"
    assert bottom_of(page, STARTS) <= START_ENDS_BY, where
    assert bottom_of(page, ".site-header") <= HEADER_IS_AT_MOST, where
    bar = place_of(page.locator(".bottom-nav"))
    assert bar["y"] + bar["height"] == pytest.approx(height, abs=1), where
    assert bar["height"] <= 72, where
    assert not loaded(page).evaluate(SCROLLS_SIDEWAYS), where


@pytest.mark.parametrize("who", ["patient", "helper"])
@pytest.mark.parametrize("locale", ["en-US", "es-US"])
@pytest.mark.parametrize("more", [None, add_return_notes, add_long_gap], ids=["new", "notes", "back"])
def test_start_is_in_the_upper_part_of_the_screen_whatever_is_new(
    open_device, live_server, patient, who, locale, more
):
    if more:
        more(patient)
    user = patient.user if who == "patient" else HelperFactory(patient=patient).user
    page = sign_in(open_device("phone", locale=locale), patient, user, live_server.url)
    page.goto("/my/")
    assert page.locator(".notice-rows > .notice-row").count() == (5 if who == "patient" else 3)
    for width, height in SIZES:
        assert_layout(page, width, height)


def test_a_notice_opens_in_place_without_javascript(phone_without_javascript, live_server, patient):
    page = sign_in(phone_without_javascript, patient, patient.user, live_server.url)
    page.goto("/my/")
    before = bottom_of(page, STARTS)
    row = page.locator("details.notice-row", has_text="Your plan has changed")
    words = row.get_by_text("More repetitions")
    expect(words).to_be_hidden()
    assert place_of(row.locator("summary"))["height"] >= 56
    row.locator("summary").tap()
    expect(words).to_be_visible()
    assert bottom_of(page, STARTS) == before
    row.get_by_role("button", name="OK, got it").tap()
    expect(page.locator("details.notice-row", has_text="Your plan has changed")).to_have_count(0)


def test_the_notes_before_a_session_stand_above_start_and_open_in_place(phone, live_server, patient):
    add_return_notes(patient)
    page = sign_in(phone, patient, patient.user, live_server.url)
    page.goto("/my/")
    notes = page.locator(".first-notes")
    closed = place_of(notes)
    assert closed["y"] + closed["height"] < bottom_of(page, STARTS)
    notes.locator("summary").tap()
    expect(notes).to_contain_text("Do no more, and call the clinic.")
    assert place_of(notes)["height"] > closed["height"] + 20


@pytest.mark.parametrize("address", PAGES)
def test_the_header_is_low_on_every_page(phone, live_server, patient, address):
    page = sign_in(phone, patient, patient.user, live_server.url)
    page.goto(address)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert bottom_of(page, ".site-header") <= HEADER_IS_AT_MOST, f"at {width} × {height}"


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("size", [(1366, 900), (320, 568), (320, 256)], ids=str)
def test_the_bar_at_the_lower_edge_never_covers_what_has_the_focus(
    open_device, live_server, patient, address, size
):
    width, height = size
    # Without smooth scrolling, so that the page has arrived when the key is up.
    page = open_device("laptop", viewport={"width": width, "height": height}, reduced_motion="reduce")
    sign_in(page, patient, patient.user, live_server.url).goto(address)
    count = loaded(page).locator("a[href], button, summary, input:not([type=hidden]), textarea").count()
    seen = set()
    for _press in range(count):
        page.keyboard.press("Tab")
        assert page.evaluate(WHAT_IS_COVERED) == ""
        seen.add(page.evaluate("document.activeElement.outerHTML"))
    assert len(seen) > 8


def test_at_400_percent_the_bar_is_at_the_end_of_the_page(open_device, live_server, patient):
    page = sign_in(open_device("laptop", viewport=ZOOMED), patient, patient.user, live_server.url)
    page.goto("/my/")
    assert place_of(page.locator(".bottom-nav"))["y"] > ZOOMED["height"]
    page.goto("/my/stop/")
    calls = place_of(page.locator(".stop-calls"))
    assert calls["y"] + calls["height"] <= ZOOMED["height"], "both calls are in the first view"


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("locale", ["en-US", "es-US"])
def test_no_page_scrolls_sideways_with_large_letters(open_device, live_server, patient, address, locale):
    add_return_notes(patient)
    page = sign_in(open_device("phone", locale=locale), patient, patient.user, live_server.url)
    page.goto(address)
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 664})
        for text_size in ("t3", "t1"):
            page.evaluate(SET_TEXT_SIZE, text_size)
            scrolls = loaded(page).evaluate(SCROLLS_SIDEWAYS)
            assert not scrolls, f"{width} pixels, letters {text_size}: {page.evaluate(TOO_WIDE)}"


def test_the_stop_sheet_shows_its_first_signs_above_the_calls_on_a_small_phone(phone, live_server, patient):
    page = sign_in(phone, patient, patient.user, live_server.url)
    page.goto("/my/stop/")
    page.set_viewport_size({"width": 320, "height": 568})
    calls = place_of(page.locator(".stop-calls"))
    assert calls["y"] + calls["height"] == pytest.approx(568, abs=1)
    assert calls["height"] <= 100, "both calls stand in one row"
    assert calls["y"] - bottom_of(page, "#tier-1 .tier-head") >= 120
    expect(page.locator("#tier-1 details")).to_have_attribute("open", "")


def test_the_progress_page_says_in_its_first_view_how_the_week_goes(phone, live_server, patient):
    add_return_notes(patient)
    page = sign_in(phone, patient, patient.user, live_server.url)
    page.goto("/my/progress/")
    page.set_viewport_size({"width": 390, "height": 664})
    bar = place_of(page.locator(".bottom-nav"))
    sentence = page.locator("main p").first
    expect(sentence).to_contain_text("this week.")
    assert bottom_of(page, ".week-days") < bar["y"]
