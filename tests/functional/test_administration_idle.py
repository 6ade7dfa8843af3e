"""An idle page of the administration warns, is covered, and goes on as it was after the password."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.factories import PASSWORD, ClinicFactory, PatientFactory, administrator
from tests.functional.test_staff_idle import dialog, let_the_server_see_nobody_for
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
    page.clock.fast_forward("13:05")
    expect(page.get_by_role("heading", name="Are you still there?")).to_be_visible()
    check_accessibility(page)
    screenshot(page, f"administration warned {device} {scheme}")
    page.get_by_role("button", name="I am here").click()
    expect(dialog(page)).to_be_hidden()

    let_the_server_see_nobody_for(16)
    page.clock.fast_forward("15:05")
    expect(page.get_by_role("heading", name="Locked")).to_be_visible()
    expect(page.get_by_label("Your password")).to_be_focused()
    expect(name(page)).to_be_hidden()
    check_accessibility(page)
    page.get_by_label("Your password").fill("wrong")
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_text("This did not unlock it.")).to_be_visible()
    check_accessibility(page)
    screenshot(page, f"administration locked {device} {scheme}")
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Unlock").click()
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
