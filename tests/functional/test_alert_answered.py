"""A fall is told on the phone; the clinician acknowledges it, calls, pauses the plan, and says what is known.

Run with JavaScript and without.
"""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from clinic.models import Role
from exercises.models import Exercise
from patients.models import Alert, ExerciseHold, HoldOutcome, PlanState
from tests.factories import AlertFactory, ClinicFactory, ExerciseSessionFactory, PatientFactory, clinician
from tests.factories import published_plan as publish
from tests.functional.browser_monitor import loaded
from tests.functional.fixtures import PageData
from tests.functional.patient_states import WEEK
from tests.functional.user_actions import answer_follow_up, get_ready
from tests.whole_catalogue import load_whole_catalogue

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page_data() -> PageData:
    """Create Margaret, who has exercises today, and Walter, whose session hurt more than usual."""
    load_whole_catalogue()
    clinic = ClinicFactory(name="Harbour Clinic", emergency_text="In an emergency call 911.")
    margaret = PatientFactory(clinic=clinic, full_name="Margaret Lee", phone="603 555 0142")
    walter = PatientFactory(clinic=clinic, full_name="Walter Jensen")
    exercises = [Exercise.objects.get(slug=slug) for slug in ("seated-knee-extension", "calf-raise")]
    begun = margaret.today(timezone.now()) - WEEK
    publish(margaret, exercises, start_date=begun, weekdays=list(range(7)))
    hurt = ExerciseSessionFactory(version=publish(walter, exercises, start_date=begun), pain_after=6)
    facts = {"seen": {"pain_after": 6, "usual": 4}, "rule": {"margin": 2}}
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
    get_ready(phone)
    phone.get_by_role("button", name="3", exact=True).click()
    phone.wait_for_url(lambda url: not url.endswith("/pain/"))
    while not loaded(phone).get_by_role("button", name="Send").count():
        phone.get_by_role("button", name="Done", exact=True).click()
        expect(phone.get_by_role("heading", level=1)).to_have_text("How hard was it?")
        effort = phone.url
        press(phone, "About right")
        phone.wait_for_url(lambda url, before=effort: url != before)
    answer(phone, "pain_after", "3")
    phone.get_by_label("I fell", exact=True).check()
    press(phone, "Send")
    expect(phone.get_by_role("heading", level=1)).to_have_text("You had a fall. Stop for today")
    answer_follow_up(phone, fell_head="No", fell_stands="Yes")
    expect(phone.get_by_role("heading", level=1)).to_have_text("You had a fall. Stop for today")
    phone.goto("/my/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Rest for today")
    expect(phone.get_by_role("button", name="Start")).to_have_count(0)
    expect(phone.get_by_role("heading", name="From tomorrow: Sitting exercises only")).to_be_visible()
    expect(phone.get_by_text("It stays so until the clinic says otherwise.")).to_be_visible()
    expect(phone.get_by_role("link", name="Call your clinic: 555-0100")).to_be_visible()
    check_accessibility(phone)

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
    expect(fall).to_contain_text(
        re.compile(r"On hold: standing exercises\s+Until someone records what is known\.")
    )
    expect(fall).not_to_contain_text("Not answered")
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

    # The alert stays until somebody says what is known: neither the pause nor a note ends it or its hold.
    alert = Alert.objects.get(kind="fall")
    assert alert.is_waiting
    assert alert.patient.plans.get().state == PlanState.PAUSED
    expect(fall.get_by_role("button", name=re.compile("^Settle"))).to_have_count(0)
    fall.get_by_role("link", name=re.compile("^Settle: record what is known")).click()
    expect(laptop.get_by_role("heading", level=1)).to_have_text("Settle: Fell")
    expect(laptop.get_by_role("radio", checked=True)).to_have_count(0)
    laptop.get_by_label("Note").fill("Called. Slipped on a rug, no harm.")
    press(laptop, "Settle")
    expect(laptop.locator("#error-summary")).to_contain_text("Choose what is known. Nothing was saved.")
    expect(laptop.locator("#error-summary")).to_contain_text("Write who has seen the patient.")
    check_accessibility(laptop)
    hold = ExerciseHold.objects.for_a_person().get()
    assert (hold.kind, hold.is_ended) == ("standing", False)
    laptop.get_by_label(re.compile("^Spoken with the patient: at risk of falling, the flag stays")).check()
    laptop.get_by_label("Who has seen the patient").fill("Dana Reyes, physiotherapist")
    press(laptop, "Settle")
    expect(laptop.get_by_text("Settled: Margaret Lee.")).to_be_visible()
    hold.refresh_from_db()
    assert (hold.outcome, hold.seen_by) == (HoldOutcome.FLAG_KEPT, "Dana Reyes, physiotherapist")
    assert hold.is_ended
    assert set(alert.patient.flags.live().values_list("flag", flat=True)) == {"fell"}
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

    # Pain alone is never critical, and its limit is each patient's own.
    limit = page.get_by_role("group", name="Strong pain", exact=True)
    expect(limit).to_contain_text(
        "Default: High: pain at the patient’s limit after a session, and above the usual."
    )
    expect(limit.get_by_label(re.compile("^Level")).locator("option")).to_have_text(["High", "Low"])
    expect(limit.get_by_label(re.compile("^Points"))).to_have_count(0)

    pain = page.get_by_role("group", name="More pain than usual", exact=True)
    expect(pain).to_contain_text("Default: Low: pain 2 or more above the usual after a session.")
    check_accessibility(page)

    pain.get_by_label(re.compile("^Points above the usual")).fill("77")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(pain).to_contain_text("Write a number from 1 to 10.")
    check_accessibility(page)

    pain.get_by_label(re.compile("^Points above the usual")).fill("3")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("Saved. It holds from the next check-in on.")).to_be_visible()
    pain.get_by_role("button", name=re.compile("^Back to the default")).click()
    expect(pain.get_by_label(re.compile("^Points above the usual"))).to_have_value("2")
    expect(pain).to_contain_text("As the default")
