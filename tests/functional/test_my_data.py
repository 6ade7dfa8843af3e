"""A patient downloads their data, reads the page in it, asks to delete it, and the clinic admin does so."""

import zipfile
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from clinic.models import User
from patients.models import Patient
from tests.factories import ClinicFactory, clinician
from tests.functional.browser_monitor import loaded
from tests.functional.page_checks import SCROLLS_SIDEWAYS
from tests.patients.data_rights.whole_patient import make_whole_patient

pytestmark = pytest.mark.django_db(transaction=True)

NARROWEST = {"width": 320, "height": 568}


@pytest.fixture(autouse=True)
def erased_list(settings, tmp_path):
    settings.ERASED_LIST = str(tmp_path / "erased.txt")
    return tmp_path / "erased.txt"


@pytest.fixture
def rosa(db) -> Patient:
    return make_whole_patient(ClinicFactory(name="Harbour Clinic"), "Rosa")


def sign_in(page: Page, user: User, host: str) -> None:
    client = Client()
    client.force_login(user)
    session = client.cookies["sessionid"]
    page.context.add_cookies([{"name": session.key, "value": session.value, "url": host}])


def type_date_of_birth(page: Page, year: str = "1950") -> None:
    for label, value in (("Day", "12"), ("Month", "4"), ("Year", year)):
        page.get_by_label(label, exact=True).fill(value)


def download(page: Page, folder: Path) -> Path:
    """Download the record from "Your data", and return the page of it."""
    page.goto("/my/settings/")
    page.get_by_role("link", name="Your data").click()
    type_date_of_birth(page)
    with page.expect_download() as started:
        page.get_by_role("button", name="Download my data").click()
    started.value.save_as(folder / "record.zip")
    with zipfile.ZipFile(folder / "record.zip") as archive:
        archive.extractall(folder)
    return folder / "record.html"


@pytest.mark.parametrize(
    "viewport", [NARROWEST, {"width": 390, "height": 844}, {"width": 1366, "height": 900}]
)
def test_the_downloaded_page_can_be_read_on_any_screen(
    open_device, live_server, browser_monitor, rosa, tmp_path, check_accessibility, screenshot, viewport
):
    browser_monitor.expect("record.html")  # a file, and not of this site
    page = open_device("laptop", viewport=viewport)
    sign_in(page, rosa.user, live_server.url)
    record = download(page, tmp_path)
    page.goto(record.as_uri())

    expect(page.get_by_role("heading", level=1, name="Your data")).to_be_visible()
    assert not loaded(page).evaluate(SCROLLS_SIDEWAYS)
    check_accessibility(page)
    screenshot(page, f"record-{viewport['width']}")


def test_a_patient_asks_and_the_clinic_admin_deletes_without_javascript(
    open_device, live_server, rosa, erased_list
):
    phone = open_device("phone", java_script_enabled=False)
    sign_in(phone, rosa.user, live_server.url)
    phone.goto("/my/data/")
    phone.get_by_role("link", name="Ask to delete my data").tap()
    type_date_of_birth(phone)
    phone.get_by_role("button", name="Ask to delete my data").tap()
    expect(phone.get_by_text("Your clinic will answer within 30 days.")).to_be_visible()

    laptop = open_device("laptop", java_script_enabled=False)
    sign_in(laptop, clinician(rosa.clinic, "clinic_admin"), live_server.url)
    laptop.goto("/staff/")
    laptop.get_by_role("link", name="1 patient asks to have their data deleted").click()
    laptop.get_by_role("link", name="Rosa Person asked").click()
    laptop.get_by_label("The record is kept in the clinic’s own medical record").check()
    laptop.get_by_label("Type the patient’s full name").fill("Rosa Person")
    laptop.get_by_role("button", name="Delete everything about this patient").click()
    expect(laptop.get_by_text("A former patient")).to_be_visible()

    assert not Patient.objects.filter(pk=rosa.pk).exists()
    assert str(rosa.pk) in erased_list.read_text()
    phone.goto("/my/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("How do you sign in?")
