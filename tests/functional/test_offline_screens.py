"""Each screen of the page stored on a phone, as in a session.

It has no axe findings in light or dark, its targets are big enough and far enough apart, and it does not scroll
sideways on the smallest phone.
"""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from exercises.models import Exercise
from tests.factories import PatientFactory, published_plan
from tests.functional.offline_steps import (
    NO_NETWORK,
    SAVED,
    SENT,
    answer_follow_up,
    begin,
    button,
    check_in,
    get_ready,
    press_done,
    sign_in,
    stop_here,
    store_offline_page,
    stored_data,
)
from tests.functional.page_checks import as_high_as_the_page, narrow_findings, target_findings
from tests.functional.pages import open_all
from tests.functional.patient_states import PRESCRIBED, WEEK
from tests.whole_catalogue import load_whole_catalogue

pytestmark = pytest.mark.django_db(transaction=True)

#: The player's text during a set.
WORK = re.compile("^of |Move|Hold")
#: A second tap within this time of a change of screen does nothing.
QUIET_MS = 600


class ScreenChecker:
    """Checks the current screen, and collects the findings."""

    def __init__(self, page: Page, check_accessibility) -> None:
        self.page, self.check_accessibility = page, check_accessibility
        self.findings: dict[str, str] = {}
        self.seen: list[str] = []

    def check(self, state: str) -> None:
        expect(self.page.locator("h1:visible")).to_have_count(1)
        open_all(self.page)
        with as_high_as_the_page(self.page):
            for finding in target_findings(self.page):
                self.findings.setdefault(finding, state)
        for finding in narrow_findings(self.page):
            self.findings.setdefault(finding, f"{state}, 320 px wide")
        for scheme in ("light", "dark"):
            # Reduced motion, since colours would still be in transition from one scheme to the other.
            self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            try:
                self.check_accessibility(self.page)
            except AssertionError as error:
                self.findings.setdefault(str(error), f"{state}, {scheme}")
        self.page.emulate_media(color_scheme="light", reduced_motion="no-preference")

    def report(self) -> None:
        assert not self.findings, "\n".join(f"{where}: {what}" for what, where in self.findings.items())


@pytest.fixture
def own_phone(phone, live_server, browser_monitor):
    """Return the patient's own phone.

    Its exercises are from the library: sitting, standing with two hands, on one leg.
    """
    browser_monitor.expect(*NO_NETWORK, "status of 422")
    load_whole_catalogue()
    patient = PatientFactory(full_name="Rosa Delgado")
    exercises = [Exercise.objects.get(slug=slug) for slug in PRESCRIBED]
    published_plan(patient, exercises, sets=2, start_date=patient.today(timezone.now()) - WEEK)
    sign_in(phone, patient, live_server.url)
    store_offline_page(phone)
    phone.clock.install()
    phone.context.route("**/my/sync/", lambda route: route.abort())
    phone.goto("/my/offline/")
    return phone


@pytest.fixture
def screen_checker(own_phone, check_accessibility):
    return ScreenChecker(own_phone, check_accessibility)


def heading(page: Page, name: str) -> None:
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()


def start_player(page: Page) -> None:
    """Continue the open session with the clock stopped: press Start, and skip "Get ready" by page-turner."""
    page.goto("/my/offline/")
    button(page, "Resume").tap()
    heading(page, "Seated knee straightening")
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
    page.clock.run_for(QUIET_MS)
    button(page, "Start").tap()
    expect(player_text(page)).to_have_text("Get ready")
    turn_page(page)
    expect(player_text(page)).to_have_text(WORK)


def turn_page(page: Page) -> None:
    """Press the key of a page-turner, once the screen takes it."""
    page.clock.run_for(QUIET_MS)
    page.keyboard.press("PageDown")


def player_text(page: Page):
    return page.locator("[data-what]:visible")


def go_to_next_rest(page: Page) -> None:
    turn_page(page)
    expect(player_text(page)).to_have_text("seconds of rest")


def count_to_the_end(page: Page) -> None:
    """Go through all sets, on both sides where needed, until "Done" is next."""
    player = page.locator("[data-player]:visible")
    sides = 2 if player.get_attribute("data-each-side") else 1
    for _bout in range(int(player.get_attribute("data-sets") or 1) * sides - 1):
        go_to_next_rest(page)
        turn_page(page)
        expect(player_text(page)).to_have_text(WORK)


def test_each_question_of_a_session_is_accessible(own_phone, screen_checker, screenshot):
    heading(own_phone, "Your exercises for today")
    screen_checker.check("start")
    button(own_phone, "Start").tap()
    heading(own_phone, "Check your feet first")
    screen_checker.check("signs before")
    button(own_phone, "Continue").tap()
    expect(own_phone.get_by_role("alert")).to_be_visible()
    screen_checker.check("signs before, sent empty")
    get_ready(own_phone)
    heading(own_phone, "How is your pain now?")
    screen_checker.check("pain")
    button(own_phone, "8").tap()
    heading(own_phone, "Seated knee straightening")
    screen_checker.check("step, after strong pain")
    button(own_phone, "Start").tap()
    expect(player_text(own_phone)).to_have_text("Get ready")
    screen_checker.check("counting")
    start_player(own_phone)
    go_to_next_rest(own_phone)
    own_phone.clock.resume()
    screen_checker.check("rest")
    screenshot(own_phone, "rest")
    start_player(own_phone)
    count_to_the_end(own_phone)
    own_phone.clock.resume()
    press_done(own_phone)
    heading(own_phone, "How hard was it?")
    own_phone.clock.resume()
    screen_checker.check("effort")
    button(own_phone, "Too hard").tap()
    heading(own_phone, "Calf raise")
    screen_checker.check("standing step")
    own_phone.goto("/my/offline/")
    heading(own_phone, "Your session is still open")
    screen_checker.check("still open")
    button(own_phone, "Resume").tap()
    button(own_phone, "Too hard").tap()
    heading(own_phone, "Too much today?")
    screen_checker.check("too much")
    own_phone.locator("[data-way=shorter]:visible").tap()
    heading(own_phone, "Calf raise")
    screen_checker.check("less of it")
    button(own_phone, "Skip").tap()
    heading(own_phone, "OK. May we ask why?")
    screen_checker.check("why")
    button(own_phone, "My foot").tap()
    heading(own_phone, "Look at both feet now")
    screen_checker.check("reason")
    answer_follow_up(own_phone, new_sore="no", hot_foot="no")
    heading(own_phone, "Thank you for telling us")
    screen_checker.check("a word after it")
    button(own_phone, "Continue with the exercises that are left").tap()
    button(own_phone, "Stop: tell us what is wrong").tap()
    heading(own_phone, "Stop. Sit down if you can.")
    screen_checker.check("stop sheet")
    button(own_phone, "Dizzy").tap()
    heading(own_phone, "What to do now")
    screen_checker.check("follow-up")
    answer_follow_up(own_phone, dizzy_passed="yes")
    screen_checker.check("advice of a report")
    button(own_phone, "Back to today").tap()
    button(own_phone, "Stop here and say how it went").tap()
    heading(own_phone, "How did it go?")
    screen_checker.check("check-in")
    button(own_phone, "Send").tap()
    expect(own_phone.get_by_role("alert")).to_be_visible()
    screen_checker.check("check-in sent empty")
    screen_checker.report()


def again(page: Page, pain: str) -> None:
    """Another session, straight to its check-in."""
    button(page, "Back to today").tap()
    button(page, "Do your exercises again").tap()
    get_ready(page, title="Before you start")
    button(page, pain).tap()
    stop_here(page, after="Seated knee straightening")
    heading(page, "How did it go?")


def test_each_level_of_advice_and_each_sending_state_is_accessible(own_phone, screen_checker):
    begin(own_phone)
    stop_here(own_phone, after="Seated knee straightening")
    check_in(own_phone)
    heading(own_phone, "Well done")
    expect(own_phone.get_by_text(SAVED)).to_be_visible()
    screen_checker.check("well, saved on this phone")
    again(own_phone, "1")
    check_in(own_phone, pain="5")
    heading(own_phone, "What to do now")
    expect(own_phone.get_by_role("heading", name="Your pain is up. Rest for now")).to_be_visible()
    answer_follow_up(own_phone, new_pain="no")
    screen_checker.check("care")
    button(own_phone, "Back to today").tap()
    heading(own_phone, "Well done. You are done for today")
    screen_checker.check("done, two saved")
    button(own_phone, "Do your exercises again").tap()
    get_ready(own_phone, title="Before you start")
    button(own_phone, "1").tap()
    press_done(own_phone)
    expect(own_phone.get_by_role("heading", name="How hard was it?")).to_be_visible()
    button(own_phone, "Too hard").tap()
    stop_here(own_phone, after="Calf raise")
    check_in(own_phone, "chest", "fell", "new_sore", pain="9")
    screen_checker.check("danger, with follow-ups")
    answer_follow_up(own_phone, new_pain="no", fell_head="no", fell_stands="yes", sore_bad="no")
    expect(button(own_phone, "Back to today")).to_be_visible()
    screen_checker.check("danger, saved on this phone")

    own_phone.context.unroute("**/my/sync/")
    own_phone.evaluate("dispatchEvent(new Event('online'))")

    expect(own_phone.get_by_text(SENT)).to_be_visible()
    screen_checker.check("danger, sent")
    button(own_phone, "Back to today").tap()
    heading(own_phone, "Rest for today")
    expect(own_phone.get_by_role("heading", name="What you will do")).to_be_hidden()
    screen_checker.check("rest for today, all sent")
    assert stored_data(own_phone)["states"] == ["sent"] * 3
    screen_checker.report()


def test_the_screen_of_a_refused_session_is_accessible(own_phone, screen_checker):
    own_phone.context.unroute("**/my/sync/")

    def refuse(route):
        if route.request.method == "POST":
            route.fulfill(status=422, json={}, headers={"X-Refused": "yes"})
        else:
            route.continue_()

    own_phone.context.route("**/my/sync/", refuse)
    begin(own_phone)
    stop_here(own_phone, after="Seated knee straightening")
    check_in(own_phone)
    expect(own_phone.get_by_text("Your answers could not be sent.", exact=False)).to_be_visible()
    screen_checker.check("refused")
    button(own_phone, "Back to today").tap()
    heading(own_phone, "Well done. You are done for today")
    screen_checker.check("done, refused")
    screen_checker.report()


def test_a_screen_that_scrolls_sideways_on_the_smallest_phone_only_is_found(own_phone):
    heading(own_phone, "Your exercises for today")
    assert narrow_findings(own_phone) == []
    own_phone.evaluate("document.querySelector('h1:not([hidden])').style.minWidth = '340px'")
    found = narrow_findings(own_phone)
    assert [one.split(":")[0] for one in found] == [
        f"wider than the screen, letters {n}" for n in ("t3", "t1")
    ]
