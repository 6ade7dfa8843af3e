"""A foot sore is recorded while a plan is built.

Unsafe exercises are replaced by safe ones, and the patient sees a plan that takes it into account.
"""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from exercises.models import Exercise
from patients.models import Flag, Patient, PlanVersion, SafetyOverride
from tests.factories import PatientFlagFactory, published_plan
from tests.functional.fixtures import PageData, make_page_data
from tests.functional.patient_states import PRESCRIBED, WEEK

pytestmark = pytest.mark.django_db(transaction=True)

SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
LOOKS = pytest.mark.parametrize(
    ("device", "scheme"), [("phone", "light"), ("laptop", "dark")], ids=["phone, light", "laptop, dark"]
)


@pytest.fixture
def page_data() -> PageData:
    return make_page_data(states=["without_plan"])


def draft_address(page_data: PageData) -> str:
    return reverse("staff:plan_draft", args=[page_data.things["patient"]["plan_id"]])


@SCRIPTS
def test_a_sore_is_noted_while_building_and_the_easier_exercise_is_published(
    page_data, open_device, check_accessibility, live_server, javascript
):
    laptop = open_device("laptop", java_script_enabled=javascript)
    page_data.sign_in(laptop, "clinician", live_server.url)
    laptop.goto(draft_address(page_data))
    expect(laptop.get_by_text("Not safe:")).to_have_count(0)

    laptop.get_by_role("button", name="Change flags").click()
    laptop.get_by_label("Open foot sore").check()
    laptop.get_by_role("button", name="Save and continue building").click()

    items = laptop.locator(".items")
    items.get_by_text("Not safe:").wait_for()
    check_accessibility(laptop)
    laptop.get_by_role("button", name="Publish …").click()
    laptop.get_by_text("Calf raise: No weight or pressure on an open ulcer.").first.wait_for()
    laptop.get_by_role("link", name="Change the draft").click()
    laptop.get_by_role("button", name="Use Seated ankle pump instead of Calf raise").click()
    items.get_by_role("heading", name="Seated ankle pump").wait_for()
    expect(items.get_by_text("Not safe:")).to_have_count(0)
    items.get_by_role("button", name="I have seen this").click()
    items.get_by_text("Seen by").wait_for()
    laptop.get_by_role("button", name="Publish …").click()
    laptop.get_by_role("button", name="Publish now").click()
    laptop.get_by_text("Published. The patient sees it now.").wait_for()

    phone = open_device("phone")
    page_data.sign_in(phone, "patient", live_server.url)
    phone.goto(reverse("my:plan"))
    expect(phone.locator(".exercise-list strong")).to_have_text(["Seated ankle pump"])


@SCRIPTS
def test_a_block_is_kept_with_a_reason_and_a_warning_with_one_click(
    page_data, open_device, live_server, javascript
):
    plan = PlanVersion.objects.get(pk=page_data.things["patient"]["version_id"]).plan
    draft = plan.versions.drafts().get()
    draft.items.update(exercise=Exercise.objects.get(slug="one-leg-stand"))
    for flag in (Flag.FOOT_SORE, Flag.FELL):
        PatientFlagFactory(patient=plan.patient, flag=flag)
    laptop = open_device("laptop", java_script_enabled=javascript)
    page_data.sign_in(laptop, "clinician", live_server.url)
    laptop.goto(draft_address(page_data))

    laptop.get_by_label("Or write why it is safe").fill("The sore has closed, says the foot clinic.")
    laptop.get_by_role("button", name="Keep it").click()
    laptop.get_by_text("“The sore has closed, says the foot clinic.”").wait_for()
    laptop.get_by_role("button", name="I have seen this").click()
    laptop.get_by_text("Seen by").wait_for()
    laptop.get_by_role("button", name="Publish …").click()
    laptop.get_by_role("button", name="Publish now").click()
    laptop.get_by_text("Published. The patient sees it now.").wait_for()

    assert {row.flag for row in SafetyOverride.objects.select_related("patient_flag")} == {
        "foot_sore",
        "fell",
    }


@LOOKS
def test_the_builder_with_flags_is_accessible(
    page_data, open_device, check_accessibility, live_server, device, scheme
):
    plan = PlanVersion.objects.get(pk=page_data.things["patient"]["version_id"]).plan
    for flag in Flag:
        PatientFlagFactory(patient=plan.patient, flag=flag)
    page = open_device(device, color_scheme=scheme)
    page_data.sign_in(page, "clinician", live_server.url)

    for address in (
        draft_address(page_data),
        reverse("staff:plan_publish", args=[plan.pk]),
        reverse("staff:patient_flags", args=[plan.patient_id]),
        reverse("staff:patient", args=[plan.patient_id]),
    ):
        page.goto(address)
        expect(page.get_by_text(re.compile("Open foot sore|open ulcer")).first).to_be_attached()
        check_accessibility(page)


@LOOKS
def test_the_patients_pages_name_left_out_exercises_and_precautions(
    page_data, open_device, check_accessibility, live_server, device, scheme
):
    patient = Patient.objects.get(pk=page_data.things["without_plan"]["patient_id"])
    exercises = [Exercise.objects.get(slug=slug) for slug in (*PRESCRIBED, "chair-march")]
    published_plan(patient, exercises, start_date=patient.today(timezone.now()) - WEEK)
    for flag in (Flag.FOOT_SORE, Flag.GLUCOSE_LOWERING):
        PatientFlagFactory(patient=patient, flag=flag)
    page = open_device(device, color_scheme=scheme)
    page_data.sign_in(page, "without_plan", live_server.url)

    page.goto(reverse("my:plan"))
    page.get_by_text("Your plan is shorter for now").wait_for()
    page.get_by_text("Not now: Calf raise").wait_for()
    page.get_by_role("heading", name="Gentler exercises to look at").wait_for()
    check_accessibility(page)
    page.goto(reverse("my:today"))
    check_accessibility(page)
    page.get_by_role("button", name="Start").click()
    page.get_by_text("Check your feet first").wait_for()
    check_accessibility(page)
