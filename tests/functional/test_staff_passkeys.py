"""A clinician sets up a passkey because a second step is required, and signs in with it and without a password."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.factories import PASSWORD, MembershipFactory
from tests.functional.user_actions import with_screen_lock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def in_production(settings, live_server):
    settings.SITE_URL = live_server.url
    settings.REQUIRE_SECOND_FACTOR = True


@pytest.fixture
def member():
    return MembershipFactory(user__email="clinician@example.org").user


def send_password(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label(re.compile("e-?mail", re.I)).fill("clinician@example.org")
    page.get_by_label(re.compile("^password", re.I)).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def heading(page: Page):
    return page.get_by_role("heading", level=1)


def set_up(page: Page) -> None:
    send_password(page)
    expect(page.get_by_role("heading", name="First set up a second step")).to_be_visible()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of the passkey").fill("Work laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(heading(page)).to_have_text("Recovery codes")


@pytest.mark.parametrize("device", ["phone", "laptop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_from_the_first_password_to_a_sign_in_without_one(
    open_device, member, check_accessibility, screenshot, device, scheme
):
    page = open_device(device, color_scheme=scheme)
    with_screen_lock(page)
    send_password(page)
    check_accessibility(page)
    screenshot(page, f"required {device} {scheme}")
    page.get_by_role("link", name="Add a passkey").click()
    expect(heading(page)).to_have_text("Add a passkey")
    check_accessibility(page)
    screenshot(page, f"add {device} {scheme}")
    page.get_by_label("Name of the passkey").fill("Work laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(heading(page)).to_have_text("Recovery codes")
    page.get_by_role("link", name="Back to two-step sign-in").click()
    expect(page.get_by_text("Work laptop").first).to_be_visible()
    check_accessibility(page)
    screenshot(page, f"list {device} {scheme}")
    page.get_by_role("link", name="Continue to my page").click()
    expect(page).to_have_url(re.compile("/staff/$"))

    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.goto("/accounts/login/")
    check_accessibility(page)
    screenshot(page, f"sign in {device} {scheme}")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("/staff/$"))


def test_after_a_password_the_passkey_is_the_second_step(
    open_device, member, check_accessibility, screenshot
):
    page = open_device("laptop")
    with_screen_lock(page)
    set_up(page)
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    send_password(page)
    expect(heading(page)).to_have_text("Second step")
    check_accessibility(page)
    screenshot(page, "second step")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("/staff/$"))


def test_a_passkey_is_removed_after_it_was_asked_for_again(open_device, member, check_accessibility):
    page = open_device("laptop")
    with_screen_lock(page)
    set_up(page)
    session = page.context.request
    assert session.get("/accounts/2fa/").ok
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(re.compile("/staff/$"))
    page.goto("/accounts/2fa/webauthn/reauthenticate/?next=/accounts/2fa/")
    expect(heading(page)).to_have_text("Is it still you?")
    check_accessibility(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(heading(page)).to_have_text("Two-step sign-in")
    page.get_by_role("link", name=re.compile("^Remove")).click()
    expect(heading(page)).to_have_text("Remove “Work laptop”?")
    check_accessibility(page)
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="First set up a second step")).to_be_visible()


def test_a_cancelled_prompt_is_explained_and_can_be_repeated(open_device, member):
    page = open_device("phone")
    with_screen_lock(page, agrees=False)
    send_password(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey was not used.")).to_be_visible()
    expect(page.get_by_role("button", name="Add a passkey")).to_be_visible()


def test_without_javascript_passkeys_are_not_offered_and_an_app_is(laptop_without_javascript, member):
    page = laptop_without_javascript
    page.goto("/accounts/login/")
    expect(page.get_by_text("Use a passkey")).to_be_hidden()
    send_password(page)
    page.get_by_role("link", name="Add a passkey").click()
    expect(page.get_by_text("Use an authenticator app instead.")).to_be_visible()
    expect(page.get_by_role("button", name="Add a passkey")).to_be_hidden()
