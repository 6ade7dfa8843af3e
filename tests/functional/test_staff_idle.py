"""An idle page of the team warns, is covered, and goes on as it was after the password; also without scripts."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from clinic.accounts.idle import SEEN_AT
from clinic.models import ConsultationRequest, Role
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
    for row in Session.objects.all():
        data = row.get_decoded()
        if SEEN_AT in data:
            data[SEEN_AT] -= minutes * 60
            row.session_data = Session.objects.encode(data)
            row.save()


def note(page: Page):
    return page.locator("textarea[name=note]").first


def dialog(page: Page):
    return page.locator("#idle")


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
    page.clock.fast_forward("13:05")
    expect(page.get_by_role("heading", name="Are you still there?")).to_be_visible()
    check_accessibility(page)
    screenshot(page, f"warned {device} {scheme}")
    page.get_by_role("button", name="I am here").click()
    expect(dialog(page)).to_be_hidden()

    let_the_server_see_nobody_for(16)
    page.clock.fast_forward("15:05")
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    expect(page.get_by_label("Your password")).to_be_focused()
    expect(page.get_by_text("This did not unlock it.")).to_be_hidden()
    expect(note(page)).to_be_hidden()
    check_accessibility(page)
    screenshot(page, f"locked {device} {scheme}")
    page.keyboard.press("Escape")
    expect(dialog(page)).to_be_visible()
    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_text("This did not unlock it.")).to_be_visible()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Unlock").click()
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


def test_without_javascript_what_was_typed_is_sent_after_the_password(
    laptop_without_javascript, live_server, request_page, check_accessibility, screenshot
):
    address, luis = request_page
    page = laptop_without_javascript
    sign_in(page, luis, live_server.url)
    page.goto(address)
    note(page).fill("Called, she rings back")
    let_the_server_see_nobody_for(16)
    note(page).locator("xpath=ancestor::form").locator("button").first.click()
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
    note(laptop).locator("xpath=ancestor::form").locator("button").first.click()
    expect(laptop.get_by_role("heading", level=1)).to_have_text("Locked")
    laptop.get_by_label(re.compile("^password", re.I)).fill(PASSWORD)
    laptop.get_by_role("button", name="Unlock").click()
    expect(laptop.get_by_text("Called, she rings back").first).to_be_visible()
