"""A clinician is invited, chooses a password from the e-mail, works, is removed from the team, and loses access."""

import re

import pytest
from playwright.sync_api import Page, expect

from clinic.models import OutboxMessage, Role
from tests.factories import PASSWORD, ClinicFactory, ExerciseFactory, MembershipFactory, PatientFactory

pytestmark = pytest.mark.django_db(transaction=True)

NEW_PASSWORD = "seven small stones in a row"


@pytest.fixture(autouse=True)
def use_outbox_email_backend(settings):
    """Use the e-mail backend of production. Django's test runner would store e-mail in memory instead."""
    settings.EMAIL_BACKEND = "clinic.outbox.backends.OutboxBackend"


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label(re.compile("e-?mail", re.I)).fill(email)
    page.get_by_label(re.compile("^password", re.I)).fill(password)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("java_script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_removed_clinician_loses_access_at_the_next_click(open_device, check_accessibility, java_script):
    clinic = ClinicFactory(name="Harbour Clinic")
    for name, role in (("Miriam Goldberg", Role.CLINIC_ADMIN), ("Dana Reyes", Role.CLINICIAN)):
        MembershipFactory(
            clinic=clinic, role=role, user__name=name, user__email=f"{name[:4].lower()}@clinic.example"
        )
    PatientFactory(clinic=clinic, full_name="Rosa Delgado")

    office = open_device("laptop", java_script_enabled=java_script)
    sign_in(office, "miri@clinic.example", PASSWORD)
    office.get_by_role("link", name="Clinic", exact=True).click()
    office.get_by_role("link", name="Invite someone").click()
    office.get_by_label("Name").fill("Nia New")
    office.get_by_label("E-mail").fill("nia@clinic.example")
    office.get_by_text("Clinician", exact=True).click()
    office.get_by_role("button", name="Send the invitation").click()
    expect(office.get_by_role("status")).to_contain_text("on its way to nia@clinic.example")

    mail = OutboxMessage.objects.get(to="nia@clinic.example")
    assert "Harbour Clinic has put you on its team." in mail.body
    link = re.search(r"/accounts/password/reset/key/\S+", mail.body)
    assert link
    phone = open_device("phone", java_script_enabled=java_script)
    phone.goto(link.group())
    for field in phone.locator("main input[type=password]").all():
        field.fill(NEW_PASSWORD)
    check_accessibility(phone)
    phone.locator("main form button").first.click()
    sign_in(phone, "nia@clinic.example", NEW_PASSWORD)
    expect(phone).to_have_url(re.compile("/staff/$"))
    phone.goto("/staff/patients/")
    phone.get_by_role("link", name="Rosa Delgado").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Rosa Delgado")
    rosa = clinic.patients.get()
    rosa.clinician = clinic.memberships.get(user__name="Nia New").user
    rosa.save()

    office.get_by_role("link", name="Nia New").click()
    office.get_by_role("link", name="Take off the team").click()
    expect(office.get_by_text("Nia New is the clinician of 1 patient.")).to_be_visible()
    office.get_by_role("button", name="Take off the team").click()
    expect(office.locator("#error-summary")).to_contain_text("Choose who takes over")
    check_accessibility(office)
    office.get_by_label("Who takes over the patients").select_option(label="Dana Reyes (has 0 patients)")
    office.get_by_role("button", name="Take off the team").click()
    expect(office.get_by_role("status")).to_contain_text("Dana Reyes takes over 1 patient.")
    check_accessibility(office)

    phone.get_by_role("link", name="Patients", exact=True).click()
    expect(phone).to_have_url(re.compile("/accounts/login/"))
    phone.go_back()
    expect(phone.get_by_text("Rosa Delgado")).to_have_count(0)
    rosa.refresh_from_db()
    assert rosa.clinician
    assert rosa.clinician.name == "Dana Reyes"


def test_the_opening_hours_are_changed_by_keyboard_and_summarised(open_device, check_accessibility):
    MembershipFactory(role=Role.CLINIC_ADMIN, user__email="miri@clinic.example")
    page = open_device("laptop")
    sign_in(page, "miri@clinic.example", PASSWORD)
    page.goto("/staff/clinic/hours/")
    monday, tuesday = (page.get_by_role("group", name=day, exact=True) for day in ("Monday", "Tuesday"))
    expect(monday.get_by_label("From, Monday", exact=True)).to_be_hidden()
    monday.get_by_label("Open", exact=True).focus()
    page.keyboard.press("Space")
    monday.get_by_label("From, Monday", exact=True).fill("09:00")
    monday.get_by_label("to, Monday, first time").fill("08:00")
    tuesday.get_by_label("Same as Monday").check()
    page.get_by_role("button", name="Save").last.click()
    page.get_by_role("link", name="Monday: Closing comes after opening.").click()
    expect(page.get_by_label("to, Monday, first time")).to_be_focused()
    check_accessibility(page)
    page.get_by_label("to, Monday, first time").fill("17:00")
    page.get_by_role("button", name="Show in words").click()
    expect(page.get_by_role("status")).to_contain_text("Monday and Tuesday")
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_text("Saved. Patients and visitors see the new hours")).to_be_visible()


def test_a_routine_is_put_together_without_javascript(open_device, check_accessibility):
    for name in ("March in place", "Towel curl", "Calf raise"):
        ExerciseFactory(name=name)
    MembershipFactory(role=Role.CLINIC_ADMIN, user__email="miri@clinic.example")
    page = open_device("phone", java_script_enabled=False)
    sign_in(page, "miri@clinic.example", PASSWORD)
    page.goto("/staff/routines/new/")
    page.get_by_label("Name", exact=True).fill("Our start")
    page.get_by_label("What it is, in a sentence").fill("Five quiet minutes.")
    page.get_by_text("Everyone of the clinic").click()
    for name in ("Calf raise", "Towel curl", "March in place"):
        page.get_by_label("Add an exercise").select_option(label=name)
        page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Up March in place").click()
    page.get_by_role("button", name="Remove Calf raise").click()
    check_accessibility(page)
    page.get_by_role("button", name="Save").last.click()
    expect(page.get_by_role("status")).to_contain_text("Plans can start from “Our start”.")
    lines = page.locator(".routine-items-form strong")
    expect(lines).to_have_text(["March in place", "Towel curl"])
