"""An idle page of the team warns, is covered, and goes on as it was after the password; also without scripts.

After ten hours it goes on after a sign-in.
"""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from clinic.accounts.idle import SEEN_AT, SESSION_LIMIT, SIGNED_IN_AT
from clinic.models import ConsultationRequest, Role, User
from tests.factories import PASSWORD, ClinicFactory, ConsultationRequestFactory, clinician
from tests.functional.user_actions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def request_page():
    """Return the address of a consultation request, and the member of the front desk who answers it."""
    clinic = ClinicFactory(name="Harbour Clinic")
    asked = ConsultationRequestFactory(clinic=clinic)
    return f"/staff/requests/{asked.pk}/", clinician(clinic, Role.FRONT_DESK, name="Luis Ortiz")


def let_the_server_see_nobody_for(minutes: int) -> None:
    """Move the last request of every session back."""
    _move_back(SEEN_AT, minutes * 60)


def let_the_day_end() -> None:
    """Move the sign-in of every session back by the longest time of a session."""
    _move_back(SIGNED_IN_AT, int(SESSION_LIMIT.total_seconds()))


def _move_back(name: str, seconds: int) -> None:
    for row in Session.objects.all():
        data = row.get_decoded()
        if name in data:
            data[name] -= seconds
            row.session_data = Session.objects.encode(data)
            row.save()


def type_name_and_password(page: Page, user: User) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Staff sign-in")
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def save_note(page: Page) -> None:
    note(page).locator("xpath=ancestor::form").locator("button").first.click()


def note(page: Page):
    return page.locator("textarea[name=note]").first


def dialog(page: Page):
    return page.locator("#idle")


def be_warned(page: Page) -> None:
    """Do nothing until two minutes before the lock."""
    page.clock.fast_forward("13:05")
    expect(page.get_by_role("heading", name="Are you still there?")).to_be_visible()


def stay(page: Page) -> None:
    page.get_by_role("button", name="I am here").click()
    expect(dialog(page)).to_be_hidden()


def be_locked(page: Page) -> None:
    """Do nothing until the page is covered and the server has locked the session."""
    let_the_server_see_nobody_for(16)
    page.clock.fast_forward("15:05")
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    expect(page.get_by_label("Your password")).to_be_focused()


def unlock(page: Page, password: str) -> None:
    page.get_by_label("Your password").fill(password)
    page.get_by_role("button", name="Unlock").click()


@pytest.mark.parametrize(("device", "scheme"), [("phone", "light"), ("laptop", "dark")])
def test_it_warns_then_covers_the_page_and_uncovers_it_as_it_was(
    open_device, live_server, request_page, check_accessibility, screenshot, device, scheme
):
    address, luis = request_page
    page = open_device(device, color_scheme=scheme)
    page.clock.install()
    sign_in(page, luis, live_server.url)
    page.goto(address)
    note(page).fill("Called, she rings back")
    be_warned(page)
    check_accessibility(page)
    screenshot(page, f"warned {device} {scheme}")
    stay(page)
    be_locked(page)
    expect(page.get_by_text("This did not unlock it.")).to_be_hidden()
    expect(note(page)).to_be_hidden()
    check_accessibility(page)
    screenshot(page, f"locked {device} {scheme}")
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_visible()
    unlock(page, "wrong")
    expect(page.get_by_text("This did not unlock it.")).to_be_visible()
    unlock(page, PASSWORD)
    expect(dialog(page)).to_be_hidden()
    assert note(page).input_value() == "Called, she rings back"
    page.goto("/staff/requests/")
    expect(page).to_have_url(re.compile("/staff/requests/$"))


def test_a_key_tells_the_server_that_somebody_is_there(open_device, live_server, request_page):
    address, luis = request_page
    page = open_device("laptop")
    page.clock.install()
    sign_in(page, luis, live_server.url)
    page.goto(address)
    sent = []
    page.on("request", lambda request: sent.append(request.url) if "/alive/" in request.url else None)
    page.clock.fast_forward("05:00")
    assert not sent
    with page.expect_response(re.compile("/accounts/alive/")):
        note(page).press("a")
    note(page).press("b")
    page.clock.fast_forward("00:30")
    note(page).press("c")
    assert len(sent) == 1
    page.clock.fast_forward("12:00")
    expect(dialog(page)).to_be_hidden()


def test_another_window_in_use_keeps_this_one_open(open_device, live_server, request_page):
    address, luis = request_page
    page = open_device("laptop")
    page.clock.install()
    sign_in(page, luis, live_server.url)
    page.goto(address)
    page.clock.fast_forward("10:00")
    other = page.context.new_page()
    other.goto("/staff/requests/")
    page.clock.fast_forward("10:00")
    expect(dialog(page)).to_be_hidden()


def test_a_colleague_who_signs_in_at_the_same_browser_neither_sees_nor_opens_the_page(
    open_device, live_server, request_page
):
    address, luis = request_page
    colleague = clinician(luis.membership.clinic, Role.FRONT_DESK, email="desk@clinic.example")
    page = open_device("laptop")
    sign_in(page, luis, live_server.url)
    page.goto(address)
    note(page).fill("Only for my eyes")
    other = page.context.new_page()
    sign_in(other, colleague, live_server.url)

    other.goto("/staff/requests/")

    expect(dialog(page)).to_contain_text(ENDED)
    expect(page.locator("main")).to_be_hidden()


def test_without_javascript_what_was_typed_is_sent_after_the_password(
    laptop_without_javascript, live_server, request_page, check_accessibility, screenshot
):
    address, luis = request_page
    page = laptop_without_javascript
    sign_in(page, luis, live_server.url)
    page.goto(address)
    note(page).fill("Called, she rings back")
    let_the_server_see_nobody_for(16)
    save_note(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Locked")
    check_accessibility(page)
    screenshot(page, "locked page")
    page.get_by_label(re.compile("^password", re.I)).fill(PASSWORD)
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What you typed was kept")
    check_accessibility(page)
    page.get_by_role("button", name="Send it").click()
    expect(page).to_have_url(re.compile("/staff/requests/"))
    expect(page.get_by_text("Called, she rings back").first).to_be_visible()
    assert ConsultationRequest.objects.get().events.filter(note="Called, she rings back").exists()


def test_with_javascript_a_form_sent_to_a_locked_session_goes_on_by_itself(laptop, live_server, request_page):
    address, luis = request_page
    sign_in(laptop, luis, live_server.url)
    laptop.goto(address)
    note(laptop).fill("Called, she rings back")
    let_the_server_see_nobody_for(16)
    save_note(laptop)
    expect(laptop.get_by_role("heading", level=1)).to_have_text("Locked")
    laptop.get_by_label(re.compile("^password", re.I)).fill(PASSWORD)
    laptop.get_by_role("button", name="Unlock").click()
    expect(laptop.get_by_text("Called, she rings back").first).to_be_visible()


ENDED = "Your sign-in has ended"


@pytest.mark.parametrize(("device", "scheme"), [("phone", "dark"), ("laptop", "light")])
def test_after_ten_hours_it_asks_to_sign_in_in_another_tab_and_goes_on(
    open_device, live_server, request_page, check_accessibility, screenshot, device, scheme
):
    address, luis = request_page
    page = open_device(device, color_scheme=scheme)
    page.clock.install()
    sign_in(page, luis, live_server.url)
    page.goto(address)
    note(page).fill("Called, she rings back")
    let_the_day_end()
    page.clock.fast_forward("02:00")
    note(page).press("End")
    expect(page.get_by_role("heading", name=ENDED)).to_be_visible()
    expect(page.get_by_role("heading", name="Locked")).to_be_hidden()
    check_accessibility(page)
    screenshot(page, f"ended {device} {scheme}")
    page.get_by_role("button", name="I have signed in").click()
    expect(page.get_by_role("heading", name=ENDED)).to_be_visible()
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    type_name_and_password(opened.value, luis)
    opened.value.wait_for_url(re.compile("/staff/"))
    expect(dialog(page)).to_be_hidden()
    assert note(page).input_value() == "Called, she rings back"
    save_note(page)
    expect(page.get_by_text("Called, she rings back").first).to_be_visible()
    assert ConsultationRequest.objects.get().events.filter(note="Called, she rings back").exists()


def test_a_covered_page_stays_covered_until_its_own_person_has_signed_in(
    open_device, live_server, request_page, check_accessibility, screenshot
):
    address, luis = request_page
    page = open_device("laptop")
    page.clock.install()
    sign_in(page, luis, live_server.url)
    page.goto(address)
    note(page).fill("Called, she rings back")
    let_the_day_end()
    page.clock.fast_forward("15:05")
    page.get_by_label("Your password").fill("whatever")
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("heading", name=ENDED)).to_be_visible()
    expect(note(page)).to_be_hidden()
    check_accessibility(page)
    screenshot(page, "ended while covered")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Sign in in a new tab").click()
    other = clinician(luis.membership.clinic, email="other@clinic.example")
    type_name_and_password(opened.value, other)
    opened.value.wait_for_url(re.compile("/staff/"))
    with page.expect_response(re.compile("/accounts/unlock/")):
        page.get_by_role("button", name="I have signed in").click()
    expect(page.get_by_role("heading", name=ENDED)).to_be_visible()
    expect(note(page)).to_be_hidden()
    opened.value.get_by_role("link", name="Sign out").click()
    opened.value.get_by_role("button", name="Sign out").click()
    opened.value.goto("/accounts/login/")
    type_name_and_password(opened.value, luis)
    opened.value.wait_for_url(re.compile("/staff/"))
    expect(dialog(page)).to_be_hidden()
    assert note(page).input_value() == "Called, she rings back"


def test_a_form_sent_after_ten_hours_goes_on_after_the_sign_in(laptop, live_server, request_page):
    """The press on the button is a sign of life as well, which the server answers first."""
    address, luis = request_page
    laptop.clock.install()
    sign_in(laptop, luis, live_server.url)
    laptop.goto(address)
    note(laptop).fill("Called, she rings back")
    let_the_day_end()
    laptop.clock.fast_forward("02:00")
    save_note(laptop)
    type_name_and_password(laptop, luis)
    expect(laptop.get_by_text("Called, she rings back").first).to_be_visible()
    assert ConsultationRequest.objects.get().events.filter(note="Called, she rings back").exists()


def test_without_javascript_a_form_sent_after_ten_hours_goes_on_after_the_sign_in(
    laptop_without_javascript, live_server, request_page
):
    address, luis = request_page
    page = laptop_without_javascript
    sign_in(page, luis, live_server.url)
    page.goto(address)
    note(page).fill("Called, she rings back")
    let_the_day_end()
    save_note(page)
    type_name_and_password(page, luis)
    expect(page.get_by_role("heading", level=1)).to_have_text("What you typed was kept")
    page.get_by_role("button", name="Send it").click()
    expect(page.get_by_text("Called, she rings back").first).to_be_visible()
