"""The way back in, and the question whether to trust a browser, on every page of them, accessible."""

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from playwright.sync_api import Page, expect

from clinic.models import Clinic, OutboxMessage, Role
from tests.factories import PASSWORD, ClinicFactory, clinician
from tests.functional.user_actions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def in_production(settings, live_server):
    settings.SITE_URL = live_server.url
    settings.REQUIRE_SECOND_FACTOR = True
    settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"


@pytest.fixture
def clinic():
    return ClinicFactory(name="Harbour Clinic")


def member(clinic: Clinic, name: str, role: Role = Role.CLINIC_ADMIN):
    user = clinician(clinic, role, name=name, email=f"{name.lower()}@example.org")
    user.app_secret = generate_totp_secret()
    TOTP.activate(user, user.app_secret)
    return user


def heading(page: Page):
    return page.get_by_role("heading", level=1)


@pytest.mark.parametrize(("device", "scheme"), [("phone", "light"), ("laptop", "dark")])
def test_two_admins_help_a_clinician_back_in(
    open_device, live_server, clinic, check_accessibility, screenshot, device, scheme
):
    member(clinic, "Amara", Role.CLINICIAN)
    first, second = (open_device(device, color_scheme=scheme) for _ in range(2))
    sign_in(first, member(clinic, "Miriam"), live_server.url)
    sign_in(second, member(clinic, "Kenji"), live_server.url)
    first.goto("/staff/clinic/team/")
    first.get_by_role("link", name="Help them back in").click()
    check_accessibility(first)
    first.get_by_label("E-mail of the person").fill("amara@example.org")
    first.get_by_label(re.compile("What happened")).fill("Her phone was stolen; she sits beside me.")
    first.get_by_role("button", name="Open it").click()
    expect(first.get_by_text("Now a second person has to confirm it.")).to_be_visible()
    check_accessibility(first)
    screenshot(first, f"opened {device} {scheme}")
    second.goto("/accounts/recoveries/")
    check_accessibility(second)
    screenshot(second, f"to confirm {device} {scheme}")
    second.get_by_role("button", name="I know that it is them: confirm").click()
    expect(second.get_by_text("Confirmed. Amara gets a link by e-mail.")).to_be_visible()

    found = re.search(
        r"^(http\S+/accounts/recover/\S+)$", OutboxMessage.objects.latest("pk").body, re.MULTILINE
    )
    assert found is not None
    hers = open_device(device, color_scheme=scheme)
    hers.goto(found[1])
    expect(heading(hers)).to_have_text("Your way back in")
    check_accessibility(hers)
    screenshot(hers, f"link {device} {scheme}")
    hers.get_by_label(re.compile("^password", re.I)).fill(PASSWORD)
    hers.get_by_role("button", name="Remove it and continue").click()
    expect(hers.get_by_role("heading", name="First set up a second step")).to_be_visible()

    again = open_device(device, color_scheme=scheme)
    again.goto("/")
    response = again.request.get(found[1])
    assert response.status == 404


def test_a_clinic_that_allows_it_asks_whether_to_trust(open_device, clinic, check_accessibility, screenshot):
    Clinic.objects.update(trusts_browsers=True)
    user = member(clinic, "Amara", Role.CLINICIAN)
    page = open_device("phone")
    page.goto("/accounts/login/")
    page.get_by_label(re.compile("e-?mail", re.I)).fill("amara@example.org")
    page.get_by_label(re.compile("^password", re.I)).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    code = format_hotp_value(hotp_value(user.app_secret, int(time.time()) // 30))
    page.get_by_label(re.compile("code", re.I)).fill(code)
    page.get_by_role("button", name="Sign in").click()
    expect(heading(page)).to_have_text("Trust this browser?")
    check_accessibility(page)
    screenshot(page, "trust")
    page.get_by_role("button", name="No, ask me each time").click()
    expect(page).to_have_url(re.compile("/staff/$"))
