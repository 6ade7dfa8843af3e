"""A fall is reported on the patient's phone; the clinician acknowledges the alert, calls, and pauses the plan.

Run with JavaScript and without.
"""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from clinic.models import Role
from exercises import catalogue
from exercises.catalogue.services.load import load_catalogue
from exercises.models import Exercise
from patients.models import Alert, PlanState
from tests.factories import AlertFactory, ClinicFactory, ExerciseSessionFactory, PatientFactory, clinician
from tests.factories import published_plan as publish
from tests.functional.browser_monitor import loaded
from tests.functional.fixtures import PageData
from tests.functional.patient_states import WEEK

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page_data() -> PageData:
    """Create Margaret, who has exercises today, and Walter, whose session hurt more than usual."""
    load_catalogue(
        exercises=catalogue.EXERCISES,
        routines=catalogue.ROUTINES,
        equipment=catalogue.EQUIPMENT,
        focus=catalogue.FOCUS,
    )
    clinic = ClinicFactory(name="Harbour Clinic", emergency_text="In an emergency call 911.")
    margaret = PatientFactory(clinic=clinic, full_name="Margaret Lee", phone="603 555 0142")
    walter = PatientFactory(clinic=clinic, full_name="Walter Jensen")
    exercises = [Exercise.objects.get(slug=slug) for slug in ("seated-knee-extension", "calf-raise")]
    begun = margaret.today(timezone.now()) - WEEK
    publish(margaret, exercises, start_date=begun, weekdays=list(range(7)))
    hurt = ExerciseSessionFactory(version=publish(walter, exercises, start_date=begun), pain_after=6)
    facts = {"seen": {"pain_after": 6, "usual": 4}, "rule": {"amount": 5, "margin": 1}}
    AlertFactory(session=hurt, kind="pain_above", level=1, raised_at=timezone.now(), facts=facts)
    people = {"margaret": margaret.user, "dana": clinician(clinic)}
    return PageData(clinic, people=people, things={"everyone": {"patient_id": margaret.pk}})


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def device(request, open_device):
    javascript = request.param == "with JavaScript"
    return lambda kind: open_device(kind, java_script_enabled=javascript)


def press(page: Page, name: str | re.Pattern) -> None:
    page.get_by_role("button", name=name).first.click()


def answer(page: Page, name: str, label: str) -> None:
    page.locator(f"#id_{name}").get_by_label(label, exact=True).check()


def test_a_fall_is_listed_first_acknowledged_and_the_plan_is_paused(
    page_data, device, live_server, check_accessibility
):
    # Margaret does her exercises and reports a fall.
    phone = device("phone")
    page_data.sign_in(phone, "margaret", live_server.url)
    phone.goto("/my/")
    press(phone, "Start")
    phone.get_by_role("button", name="3", exact=True).click()
    while not loaded(phone).get_by_role("button", name="Send").count():
        if phone.get_by_role("heading", name="Check your feet first").count():
            press(phone, "My feet are fine")
            continue
        phone.get_by_role("button", name="Done", exact=True).click()
        press(phone, "About right")
    for question, said in (
        ("pain_after", "3"),
        ("fell", "Yes"),
        ("faint_or_chest_pain", "No"),
        ("new_sore", "No"),
    ):
        answer(phone, question, said)
    press(phone, "Send")
    expect(phone.get_by_role("heading", level=1)).to_have_text("You had a fall. Stop for today")
    phone.goto("/my/")
    expect(phone.get_by_text("Your clinic will look at it and be in touch.")).to_be_visible()

    # The clinician's first page lists it before pain that is a little above the usual.
    laptop = device("laptop")
    page_data.sign_in(laptop, "dana", live_server.url)
    laptop.goto("/staff/")
    reports = laptop.locator("article.report")
    expect(reports).to_have_count(2)
    fall = reports.first
    expect(fall).to_contain_text("Margaret Lee: Fell")
    expect(fall).to_contain_text("“Yes, I fell.”")
    expect(fall).to_contain_text("Rule: a fall.")
    expect(fall).to_contain_text("Standing exercises rest until you settle this.")
    check_accessibility(laptop)

    # Each of these is one click.
    expect(fall.get_by_role("link", name=re.compile("^Call 603 555 0142"))).to_have_attribute(
        "href", "tel:603%20555%200142"
    )
    fall.get_by_role("button", name=re.compile("^Acknowledge")).click()
    expect(laptop.get_by_text("In your hands: Margaret Lee.")).to_be_visible()
    expect(fall).to_contain_text(f"{page_data.people['dana'].name} has it in hand since")
    fall.get_by_role("button", name=re.compile("^Pause the plan")).click()
    expect(laptop.get_by_text("Paused: Margaret Lee sees it now.")).to_be_visible()
    check_accessibility(laptop)

    # Margaret's next page explains the pause in calm words.
    phone.goto("/my/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your plan has a break")
    expect(phone.get_by_text("do not worry about your exercises")).to_be_visible()
    check_accessibility(phone)

    # The alert stays until somebody resolves it with a note of what was done.
    alert = Alert.objects.get(kind="fall")
    assert alert.is_waiting
    assert alert.patient.plans.get().state == PlanState.PAUSED
    fall.get_by_label(re.compile("What did you do")).fill("Called. Slipped on a rug, no harm.")
    fall.get_by_role("button", name=re.compile("^Settle")).click()
    expect(laptop.get_by_text("Settled: Margaret Lee.")).to_be_visible()
    expect(reports).to_have_count(1)
    laptop.get_by_role("link", name="All alerts").click()
    laptop.get_by_role("link", name="Settled", exact=True).click()
    expect(laptop.get_by_text("“Called. Slipped on a rug, no harm.”")).to_be_visible()
    check_accessibility(laptop)


def test_a_clinic_admin_changes_a_rule_and_takes_it_back(page_data, device, live_server, check_accessibility):
    page_data.people["admin"] = clinician(page_data.clinic, Role.CLINIC_ADMIN)
    page = device("phone")
    page_data.sign_in(page, "admin", live_server.url)
    page.goto("/staff/clinic/alert-rules/")
    pain = page.get_by_role("group", name="Strong pain after the session")
    expect(pain).to_contain_text("Default: Critical: pain 7 or more after a session.")
    check_accessibility(page)

    pain.get_by_label(re.compile("^Points of pain")).fill("77")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(pain).to_contain_text("Write a number from 1 to 10.")
    check_accessibility(page)

    pain.get_by_label(re.compile("^Points of pain")).fill("6")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("Saved. It holds from the next check-in on.")).to_be_visible()
    pain.get_by_role("button", name=re.compile("^Back to the default")).click()
    expect(pain.get_by_label(re.compile("^Points of pain"))).to_have_value("7")
    expect(pain).to_contain_text("As the default")
