"""A clinician adds the second step to her sign-in, and uses it. Every page is accessible."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import Page, expect

from tests.factories import PASSWORD, MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)


def totp_code(secret: str) -> str:
    """Return the code of an authenticator app; wait for the next one when this one is about to expire."""
    if (left := 30 - time.time() % 30) < 5:
        time.sleep(left)
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def reauthenticate(page: Page) -> None:
    """Enter the password if the page asks for it again."""
    if "reauthenticate" in page.url:
        page.get_by_label(re.compile("^password", re.I)).fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()


def test_a_clinician_sets_up_and_uses_the_second_step(open_device, check_accessibility):
    MembershipFactory(user__email="clinician@example.org")
    page = open_device("laptop", color_scheme="dark")
    sign_in(page)
    page.goto("/accounts/2fa/totp/activate/")
    check_accessibility(page)
    reauthenticate(page)
    check_accessibility(page)
    secret = page.locator("#authenticator_secret").inner_text()
    page.get_by_label(re.compile("code", re.I)).fill("000000")
    page.get_by_role("button", name="Switch it on").click()
    check_accessibility(page)
    page.get_by_label(re.compile("code", re.I)).fill(totp_code(secret))
    page.get_by_role("button", name="Switch it on").click()
    check_accessibility(page)
    for path in ("/accounts/2fa/", "/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/generate/"):
        page.goto(path)
        check_accessibility(page)
    page.goto("/accounts/2fa/recovery-codes/")
    recovery_code = page.locator(".codes code").first.inner_text()
    page.goto("/accounts/2fa/totp/deactivate/")
    check_accessibility(page)

    phone = open_device("phone")
    sign_in(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Second step")
    check_accessibility(phone)
    phone.get_by_label(re.compile("code", re.I)).fill(recovery_code)
    phone.get_by_role("button", name="Sign in").click()
    expect(phone).to_have_url(re.compile("/staff/$"))


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label(re.compile("e-?mail", re.I)).fill("clinician@example.org")
    page.get_by_label(re.compile("^password", re.I)).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
