"""A screening by the patient on their own phone, and the clinician who finishes it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from patients.models import Patient, PatientFlag, Screening
from patients.screening.questions import BY_ID
from tests.factories import PatientFactory, clinician
from tests.factories_of_screenings import asked_screening, screening_answers
from tests.functional.browser_monitor import place_of
from tests.functional.fixtures import make_page_data
from tests.functional.user_actions import UserActions, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

SIZES = pytest.mark.parametrize("width", [390, 320])
#: Answers of a patient with diabetes and a fall, who is not sure about one thing.
GIVEN = {
    "s_diabetes": "yes",
    "s_numb": "unsure",
    "s_fell": "yes",
    "s_fell_count": 2,
    "s_hot": "yes",
}
WORDS = {"yes": "Yes", "no": "No", "unsure": "Not sure"}
COUNTS = {1: "Once", 2: "Twice", 3: "3 times or more"}


def words_of(question_id, answer):
    return COUNTS[answer] if question_id == "s_fell_count" else WORDS.get(answer, str(answer))


@pytest.fixture
def patient():
    return PatientFactory(full_name="Bruno Keller", phone="555-0199", screened=False)


@SIZES
def test_a_screening_by_the_patient(patient, open_device, check_accessibility, live_server, width):
    """It is asked for, resumed, gives its advice about a hot foot on the way, and is sent in 40 taps at most."""
    dana = clinician(patient.clinic)
    laptop = open_device("laptop")
    sign_in(laptop, dana, live_server.url)
    laptop.goto(reverse("staff:screening", args=[patient.pk]))
    laptop.get_by_role("button", name="Ask the patient to fill it in").click()
    laptop.get_by_text("Bruno was asked to fill this in").wait_for()

    phone = open_device("phone", viewport={"width": width, "height": 664}, java_script_enabled=False)
    sign_in(phone, patient.user, live_server.url)
    phone.goto(reverse("my:today"))
    check_accessibility(phone)
    phone.get_by_role("link", name="Answer the questions").click()
    taps = UserActions(phone)
    taps.click(phone.get_by_role("link", name="Start"))
    check_accessibility(phone)

    answers = screening_answers(**GIVEN)
    for name in ("s_saddle", "s_sore"):
        answer(phone, taps, name, answers[name])
    phone.get_by_role("link", name="Leave for now").click()
    phone.get_by_role("link", name="Continue the questions").click()
    answer(phone, taps, "s_hot", "yes")

    expect(phone.get_by_role("heading", level=1)).to_have_text("Stay off that foot")
    expect(phone.get_by_role("link", name="Emergency number: 911")).to_have_attribute("href", "tel:911")
    expect(phone.locator("main").get_by_role("link", name="Call your clinic")).to_be_visible()
    check_accessibility(phone)
    flag = PatientFlag.objects.get(patient=patient)
    assert (flag.flag, flag.origin, flag.is_unsettled) == ("charcot_active", "screening", True)
    assert patient.alerts.get().kind == "hot_foot"
    taps.click(phone.get_by_role("link", name="Then continue the questions"))

    for name in list(BY_ID):
        if name in answers and name not in ("s_saddle", "s_sore", "s_hot"):
            answer(phone, taps, name, answers[name])
    check_accessibility(phone)
    taps.click(phone.get_by_role("button", name="Send to your clinic"))
    expect(phone.get_by_role("heading", level=1)).to_have_text("Sent. Thank you")
    assert taps.clicks <= 40 + 1  # the advice about the foot takes one more
    assert Screening.objects.get().answers == answers
    sent = PatientFlag.objects.live().filter(patient=patient, is_unsettled=True).order_by("flag")
    assert [row.flag for row in sent] == ["charcot_active", "fell", "numb_feet"]

    laptop.goto(reverse("staff:today"))
    check_accessibility(laptop)
    laptop.get_by_role("region", name="Screenings to finish").get_by_role("link", name="Bruno Keller").click()
    laptop.get_by_text("sent by the patient").wait_for()
    expect(laptop.get_by_text("is set, to confirm")).to_have_count(3)
    check_accessibility(laptop)
    laptop.get_by_role("button", name="Finish screening").first.click()
    laptop.get_by_text("The screening is finished.").wait_for()
    check_accessibility(laptop)
    laptop.get_by_role("button", name="Confirm Loss of feeling in the feet").click()
    expect(laptop.get_by_role("button", name="Confirm Loss of feeling in the feet")).to_have_count(0)
    live = PatientFlag.objects.live().filter(patient=patient).order_by("flag")
    assert [(row.flag, row.is_unsettled) for row in live] == [
        ("charcot_active", True),
        ("fell", False),
        ("numb_feet", False),
    ]


def answer(phone, taps, question_id, given):
    heading = phone.get_by_role("heading", level=1)
    expect(heading).to_have_text(str(BY_ID[question_id].text))
    taps.click(phone.get_by_role("button", name=words_of(question_id, given), exact=True))
    expect(heading).not_to_have_text(str(BY_ID[question_id].text))


def test_a_second_tap_does_not_answer_the_next_question(patient, phone, live_server):
    asked_screening(patient)
    sign_in(phone, patient.user, live_server.url)
    phone.goto(reverse("my:screening_question"))
    phone.locator("html[data-ready]").wait_for()

    phone.get_by_role("button", name="No", exact=True).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(str(BY_ID["s_sore"].text))
    phone.evaluate("document.querySelector('button[value=no]').click()")
    phone.locator("html[data-ready]").wait_for()

    expect(phone.get_by_role("heading", level=1)).to_have_text(str(BY_ID["s_sore"].text))
    assert Screening.objects.get().answers == {"s_saddle": "no"}


@SIZES
def test_the_answers_fit_on_the_screen(patient, open_device, live_server, width):
    asked_screening(patient)
    phone = open_device("phone", viewport={"width": width, "height": 568}, java_script_enabled=False)
    sign_in(phone, patient.user, live_server.url)
    phone.goto(reverse("my:screening_question"))

    for name in ("Yes", "No", "Not sure"):
        box = place_of(phone.get_by_role("button", name=name, exact=True))
        assert box["height"] >= 56
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["y"] + box["height"] <= 568


def test_staff_fill_it_in_without_javascript_and_follow_ups_open_with_a_yes(
    open_device, check_accessibility, live_server
):
    page_data = make_page_data(states=["without_plan"])
    patient = Patient.objects.get(pk=page_data.things["without_plan"]["patient_id"])
    laptop = open_device("laptop", java_script_enabled=False)
    page_data.sign_in(laptop, "clinician", live_server.url)
    patient.screenings.update(finished_at=None, finished_by=None)
    laptop.goto(reverse("staff:screening", args=[patient.pk]))
    falls = laptop.get_by_label("How often did you fall?")
    expect(falls).to_be_hidden()

    laptop.locator("#q-s_fell").get_by_label("Yes", exact=True).check()
    expect(falls).to_be_visible()
    falls.fill("2")
    laptop.locator("#q-s_numb").get_by_label("Not sure", exact=True).check()
    expect(laptop.locator("#q-s_numb")).to_contain_text("Not sure counts as yes")
    laptop.get_by_role("button", name="Save").first.click()

    laptop.get_by_text("Saved.").wait_for()
    expect(laptop.get_by_text("if confirmed: numb")).to_be_visible()
    check_accessibility(laptop)
    laptop.get_by_role("button", name="Finish screening").first.click()
    laptop.locator("#error-summary").wait_for()
    check_accessibility(laptop)
    assert patient.screenings.get().answers == {"s_fell": "yes", "s_fell_count": 2, "s_numb": "unsure"}


def test_a_text_that_is_missing_is_asked_for_again(
    patient, phone_without_javascript, check_accessibility, live_server
):
    asked_screening(patient, answers={**screening_answers(), "s_told_not": "yes"})
    phone = phone_without_javascript
    sign_in(phone, patient.user, live_server.url)
    phone.goto(reverse("my:screening_question"))

    phone.get_by_role("button", name="Next").click()

    expect(phone.get_by_role("alert")).to_have_text("Please answer this question.")
    check_accessibility(phone)
