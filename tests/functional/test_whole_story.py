"""The whole course of a patient: request, registration, plan, session, report, changed plan.

Run with JavaScript and without.
"""

import re

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import Page, expect

from clinic.models import Role
from patients.models import Alert, ExerciseHold, HoldOutcome, Patient, PlanVersion
from tests.factories import PASSWORD, ClinicFactory, MembershipFactory
from tests.functional.browser_monitor import loaded
from tests.functional.user_actions import answer_follow_up, get_ready

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

#: The form refuses what is sent within three seconds, as bots do.
FORM_FILLING_TIME_MS = 3_200
NOT_SCREENED = "Seated exercises only, until the screening at her visit on Monday."


def press(page: Page, name: str | re.Pattern, **options) -> None:
    page.get_by_role("button", name=name, **options).first.click()


def follow(page: Page, name: str | re.Pattern, **options) -> None:
    page.get_by_role("link", name=name, **options).first.click()


def sign_in_staff(page: Page, email: str) -> None:
    page.goto("/sign-in/")
    follow(page, re.compile("I work at a clinic"))
    page.get_by_label(re.compile("e-?mail", re.I)).fill(email)
    page.get_by_label(re.compile("^password", re.I)).fill(PASSWORD)
    press(page, "Sign in")
    expect(page).to_have_url(re.compile("/staff/$"))


@pytest.fixture
def clinic(db):
    call_command("load_catalogue", verbosity=0)
    clinic = ClinicFactory(name="Harbour Clinic", phone="603 555 0100")
    MembershipFactory(clinic=clinic, role=Role.FRONT_DESK, user__email="desk@example.org")
    MembershipFactory(clinic=clinic, role=Role.CLINICIAN, user__email="clinician@example.org")
    return clinic


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def device(request, open_device):
    """Return a function that opens a device for one more person, all with JavaScript or all without."""
    javascript = request.param == "with JavaScript"
    return lambda kind: open_device(kind, java_script_enabled=javascript)


def test_from_a_visitor_asking_to_a_patient_seeing_what_changed(clinic, device, check_accessibility):
    # A visitor asks for a consultation, on a phone.
    phone = device("phone")
    phone.goto("/")
    check_accessibility(phone)
    follow(phone, "Request a consultation")
    phone.get_by_label("Your name").fill("Rosa Delgado")
    phone.get_by_label("Phone").fill("603 555 0142")
    phone.get_by_label("Numbness").check()
    phone.get_by_label(re.compile("You may keep my answers")).check()
    phone.wait_for_timeout(FORM_FILLING_TIME_MS)
    check_accessibility(phone)
    press(phone, re.compile("Send|Ask"))
    expect(phone.get_by_role("heading", level=1)).to_contain_text("Thank you")
    check_accessibility(phone)

    # The front desk registers her from the request: only the date of birth is typed.
    desk = device("laptop")
    sign_in_staff(desk, "desk@example.org")
    follow(desk, "Requests")
    check_accessibility(desk)
    follow(desk, re.compile("Rosa Delgado"))
    check_accessibility(desk)
    follow(desk, "Make this person a patient")
    expect(desk.get_by_label("Full name")).to_have_value("Rosa Delgado")
    desk.get_by_label(re.compile("Date of birth")).fill("1956-04-12")
    press(desk, "Register")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Rosa Delgado")
    patient = Patient.objects.get(full_name="Rosa Delgado")
    assert patient.phone == "603 555 0142"

    # The front desk prints a card.
    follow(desk, "Sign-in card")
    press(desk, "Make the card")
    check_accessibility(desk)
    code = desk.locator(".card-code").inner_text()
    assert re.fullmatch(r"\w{4}\W\w{4}\W\w{4}", code)

    # The clinician assigns a routine and changes one dose.
    clinician = device("laptop")
    sign_in_staff(clinician, "clinician@example.org")
    follow(clinician, "Patients")
    follow(clinician, re.compile("Rosa Delgado"))
    check_accessibility(clinician)
    follow(clinician, "Start a plan")
    check_accessibility(clinician)
    press(clinician, re.compile(r"Start from this.*First steps: seated"))
    expect(clinician).to_have_url(re.compile("/draft/"))
    check_accessibility(clinician)
    change_repetitions(clinician, "Seated knee straightening", "7")
    clinician.locator("#draft-schedule > summary").click()
    for day in clinician.locator("input[name=weekdays]").all():
        day.check()  # the session is done today, on any day of the week
    press(clinician, re.compile("publish", re.I))
    expect(clinician).to_have_url(re.compile("/publish/$"))
    expect(clinician.get_by_text("7 times").first).to_be_visible()
    check_accessibility(clinician)
    # Nobody has screened her yet: the reason for a start without it is kept with the version.
    expect(clinician.get_by_text("A plan needs a finished screening.")).to_be_visible()
    clinician.get_by_label("Or write why the plan starts without it").fill(NOT_SCREENED)
    press(clinician, "Publish now")
    expect(clinician.get_by_text("Active").first).to_be_visible()
    assert PlanVersion.objects.get().screening_reason == NOT_SCREENED

    # The patient signs in with the printed code, typed with spaces and in lower case.
    phone.goto("/sign-in/")
    follow(phone, re.compile("I am a patient"))
    check_accessibility(phone)
    phone.get_by_label("Code on your card").fill(code.lower().replace("-", " "))
    phone.get_by_label("Day").fill("12")
    phone.get_by_label("Month").fill("4")
    phone.get_by_label("Year").fill("1956")
    phone.get_by_label(re.compile("^Yes")).first.check()
    press(phone, "Sign in")
    press(phone, "Yes, this is right")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your exercises for today")
    check_accessibility(phone)

    # She does the session, one exercise at a time.
    press(phone, "Start")
    check_accessibility(phone)
    get_ready(phone)
    check_accessibility(phone)
    press(phone, "4", exact=True)
    for _step in range(10):
        if loaded(phone).get_by_role("button", name="Send").count():
            break
        check_accessibility(phone)
        press(phone, "Done", exact=True)
        press(phone, "About right")
    else:
        pytest.fail("The session never came to its check-in.")

    # She reports dizziness, and gets the advice at once. It does not pass: that is an emergency.
    check_accessibility(phone)
    answer(phone, "pain_after", "5")
    phone.get_by_label("Dizzy", exact=True).check()
    press(phone, "Send")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sit down until it passes")
    check_accessibility(phone)
    answer_follow_up(phone, dizzy_passed="No")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Call 911 now")
    expect(phone.get_by_text("Dizziness that does not pass: call for help now")).to_be_visible()
    expect(phone.get_by_text(clinic.emergency_text).first).to_be_visible()
    check_accessibility(phone)
    assert Alert.objects.filter(patient=patient, kind="faint", settled_at=None).count() == 1

    # The clinician sees the alert first, resolves it with what is known now, and publishes version 2.
    follow(clinician, "Today")
    report = clinician.locator("article.report").first
    expect(report.get_by_role("heading")).to_contain_text("Rosa Delgado: Fainted")
    expect(report).to_contain_text("“No, it was not gone after 5 minutes.”")
    expect(report).to_contain_text("Rule: a faint, or dizziness that does not pass.")
    check_accessibility(clinician)
    expect(report.get_by_role("button", name=re.compile("^Settle"))).to_have_count(0)
    report.get_by_role("link", name=re.compile("^Settle: record what is known")).click()
    check_accessibility(clinician)
    today = patient.today(timezone.now())
    clinician.get_by_label(re.compile("^A doctor has cleared the patient")).check()
    clinician.get_by_label("Exercises from").fill(today.isoformat())
    clinician.get_by_label("Who has seen the patient").fill("Dr. Kim")
    clinician.get_by_label("Note").fill("Called her. She stood up too fast.")
    press(clinician, "Settle")
    expect(clinician.get_by_text("Nobody needs you right now")).to_be_visible()
    hold = ExerciseHold.objects.get(kind="all")
    assert (hold.outcome, hold.start_on, hold.is_ended) == (HoldOutcome.CLEARED, today, True)
    assert not ExerciseHold.objects.for_a_person().exists()
    assert not Alert.objects.waiting().exists()
    follow(clinician, "Patients")
    follow(clinician, re.compile("Rosa Delgado"))
    check_accessibility(clinician)
    press(clinician, re.compile("Change the plan"))
    change_repetitions(clinician, "Seated knee straightening", "5")
    press(clinician, re.compile("publish", re.I))
    clinician.get_by_label("Tell the patient in a sentence").fill(
        "Fewer repetitions, because you felt dizzy."
    )
    check_accessibility(clinician)
    expect(clinician.get_by_text("A plan needs a finished screening.")).to_be_visible()
    clinician.get_by_label("Or write why the plan starts without it").fill(NOT_SCREENED)
    press(clinician, "Publish now")
    expect(clinician.get_by_text("Published. The patient sees it now.")).to_be_visible()

    # The patient sees what changed, once.
    phone.goto("/my/")
    phone.get_by_text("Your plan has changed").tap()
    expect(phone.get_by_text("Fewer repetitions, because you felt dizzy.")).to_be_visible()
    check_accessibility(phone)
    press(phone, "OK, got it")
    expect(phone.get_by_text("Fewer repetitions, because you felt dizzy.")).to_have_count(0)
    follow(phone, "Progress")
    expect(phone.get_by_text("1 session").first).to_be_visible()
    check_accessibility(phone)


def change_repetitions(page: Page, exercise: str, number: str) -> None:
    """Set the repetitions of one exercise to exactly `number` in the plan builder."""
    item = loaded(page).get_by_role("listitem")
    item = item.filter(has=page.get_by_role("heading", name=exercise, exact=True))
    repetitions = item.locator("input[name$=reps_min]")
    if not repetitions.is_visible():  # the page restores open panels
        item.locator("summary").first.click()
    repetitions.fill(number)
    item.locator("input[name$=reps_max]").fill("")


def answer(page: Page, name: str, label: str) -> None:
    page.locator(f"#id_{name}").get_by_label(label, exact=True).check()
