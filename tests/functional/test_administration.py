"""Pages of the administration can be read in light and dark.

An idle one warns, is covered, and goes on as it was after the password.
"""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.factories import PASSWORD, ClinicFactory, PatientFactory, administrator
from tests.functional.browser_monitor import accessibility_findings
from tests.functional.test_staff_idle import be_locked, be_warned, dialog, stay, unlock
from tests.functional.user_actions import sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def patient():
    return PatientFactory(full_name="Bruno Keller", clinic=ClinicFactory(name="Harbour Clinic"))


@pytest.fixture
def record(live_server, patient):
    """Return the address of the patient's record in the administration."""
    return live_server.url + reverse("admin:patients_patient_change", args=[patient.pk])


def name(page: Page):
    return page.locator("input[name=full_name]")


@pytest.mark.parametrize(("device", "scheme"), [("phone", "dark"), ("laptop", "light")])
def test_a_record_opened_by_emergency_access_is_covered_and_uncovered_as_it_was(
    open_device, live_server, patient, record, check_accessibility, screenshot, device, scheme
):
    page = open_device(device, color_scheme=scheme)
    page.clock.install()
    sign_in(page, administrator(patient.clinic), live_server.url)
    page.goto(record)
    name(page).fill("Bruno Kellermann")
    be_warned(page)
    check_accessibility(page)
    screenshot(page, f"administration warned {device} {scheme}")
    stay(page)
    be_locked(page)
    expect(name(page)).to_be_hidden()
    check_accessibility(page)
    unlock(page, "wrong")
    expect(page.get_by_text("This did not unlock it.")).to_be_visible()
    check_accessibility(page)
    screenshot(page, f"administration locked {device} {scheme}")
    unlock(page, PASSWORD)
    expect(dialog(page)).to_be_hidden()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile("/admin/patients/patient/$"))
    patient.refresh_from_db()
    assert patient.full_name == "Bruno Kellermann"


def test_typing_there_tells_the_server_that_somebody_is_there(open_device, live_server, patient, record):
    page = open_device("laptop")
    page.clock.install()
    sign_in(page, administrator(patient.clinic), live_server.url)
    page.goto(record)
    page.clock.fast_forward("05:00")
    with page.expect_response(re.compile("/accounts/alive/")) as answer:
        name(page).press("a")
    assert answer.value.ok
    page.clock.fast_forward("12:30")
    expect(dialog(page)).to_be_hidden()


@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        "/admin/emergency-access/",
        "/admin/patients/patient/",
        "/admin/clinic/auditevent/",
        "/admin/clinic/user/add/?_popup=1",
        "/admin/exercises/exercise/import/",
    ],
)
def test_each_kind_of_page_has_the_warning(client, patient, address):
    client.force_login(administrator(patient.clinic))
    assert client.get(address).content.decode().count('<dialog class="idle" id="idle"') == 1


@pytest.mark.parametrize(
    ("scheme", "chosen"), [("light", "auto"), ("dark", "auto"), ("light", "dark"), ("dark", "light")]
)
def test_every_text_can_be_read_in_light_and_dark(
    open_device, live_server, browser_monitor, patient, record, screenshot, scheme, chosen
):
    page = open_device("laptop", color_scheme=scheme)
    sign_in(page, administrator(patient.clinic), live_server.url)
    page.goto(f"{live_server.url}/admin/")
    page.evaluate("theme => localStorage.setItem('theme', theme)", chosen)
    found = {}

    def read():
        with browser_monitor.paused(page.context):
            for finding in accessibility_findings(page):
                if finding.startswith(("color-contrast", "target-size")):
                    found.setdefault(page.url, []).append(finding)

    for address in ("/admin/", "/admin/patients/patient/", "/admin/clinic/auditevent/"):
        page.goto(live_server.url + address)
        read()
    page.goto(f"{live_server.url}/admin/exercises/exercise/add/")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".errornote")).to_be_visible()
    read()
    page.goto(record)
    read()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    read()
    in_the_dark = (scheme if chosen == "auto" else chosen) == "dark"
    screenshot(page, f"administration {scheme} {chosen}")
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (background, found) == ("rgb(18, 18, 18)" if in_the_dark else "rgb(251, 250, 246)", {})
