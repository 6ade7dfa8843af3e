"""The page of a shared device hides itself once its session has ended; what somebody has filled in stays."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.functional.offline_steps import (
    answer_questions,
    begin,
    button,
    heading,
    patient_with_plan,
    sign_in,
)

pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = 60_000


@pytest.fixture
def patient(db):
    return patient_with_plan()


@pytest.fixture
def shared(phone, patient, live_server):
    phone.clock.install()
    sign_in(phone, patient, live_server.url, own_phone=False)
    phone.goto("/my/")
    return phone


def test_it_is_hidden_after_ten_minutes(shared, screenshot, check_accessibility):
    shared.clock.run_for(9 * MINUTE)
    expect(heading(shared, "This page is hidden")).to_be_hidden()

    shared.clock.run_for(MINUTE + 1000)

    expect(shared.get_by_role("heading", name="This page is hidden")).to_be_focused()
    expect(shared.locator("main")).to_be_hidden()
    expect(button(shared, "Show what I filled in")).to_be_hidden()
    expect(shared.get_by_role("link", name="Call 911 now")).to_be_visible()
    expect(shared.get_by_role("link", name="Call your clinic")).to_be_visible()
    screenshot(shared, "hidden")
    check_accessibility(shared)
    shared.get_by_role("link", name="Go to my page").click()
    expect(shared.locator("main")).to_be_visible()


def test_what_was_filled_in_can_be_shown_again_and_sent(shared):
    begin(shared, pain="4")
    shared.get_by_role("link", name="Stop here and say how it went").tap()
    answer_questions(shared, "fell")
    shared.clock.run_for(11 * MINUTE)
    expect(shared.locator("main")).to_be_hidden()

    button(shared, "Show what I filled in").tap()

    expect(heading(shared, "This page is hidden")).to_be_hidden()
    expect(shared.locator("header").first).to_be_hidden()  # whoever presses it sees the form alone
    button(shared, "Send").tap()
    expect(heading(shared, "You had a fall. Stop for today")).to_be_visible()


def test_a_page_of_somebodys_own_phone_is_not(phone, patient, live_server):
    phone.clock.install()
    sign_in(phone, patient, live_server.url, own_phone=True)
    phone.goto("/my/")
    phone.clock.run_for(60 * MINUTE)
    expect(phone.locator("main")).to_be_visible()
    expect(phone.locator("#hidden-page")).to_have_count(0)
