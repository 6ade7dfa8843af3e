"""Number of clicks and keys to assign a plan, by mouse and by keyboard alone: it takes under a minute."""

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from exercises.models import Exercise
from patients.models import Patient, Plan, PlanItem, PlanState
from tests.factories import ClinicFactory, PatientFactory, clinician
from tests.functional.user_actions import UserActions, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

#: The search for each of five exercises, and the first result.
FIVE = {
    "calf": "Calf raise",
    "marc": "March in place",
    "mini": "Mini squat",
    "hams": "Seated hamstring stretch",
    "walk": "Brisk walk",
}


@pytest.fixture
def patient(db) -> Patient:
    call_command("load_catalogue", verbosity=0)
    return PatientFactory(clinic=ClinicFactory(), full_name="Rosa Delgado")


@pytest.fixture
def user_actions(patient, laptop, live_server) -> UserActions:
    """Open the patient detail page as a clinician."""
    sign_in(laptop, clinician(patient.clinic), live_server.url)
    laptop.goto(f"/staff/patients/{patient.pk}/")
    return UserActions(laptop)


def start_empty(page: Page) -> None:
    page.get_by_role("link", name="Start a plan").click()
    page.get_by_role("button", name="Start an empty plan").click()
    expect(page.locator("form.is-enhanced")).to_be_visible()


def status_message(page: Page):
    return page.locator("#draft-told")


def saved_doses() -> dict[str, str]:
    items = PlanItem.objects.select_related("exercise").in_order()
    return {item.exercise.name: item.dose.session_sentence() for item in items}


def test_from_a_routine_to_published_takes_four_clicks(patient, user_actions):
    page = user_actions.page

    user_actions.click(page.get_by_role("link", name="Start a plan"))
    user_actions.click(page.get_by_role("button", name=re.compile("Start from this.*First steps: seated")))
    user_actions.click(page.get_by_role("button", name=re.compile("^Publish")))
    user_actions.click(page.get_by_role("button", name="Publish now"))

    expect(page.get_by_text("Published. The patient sees it now.")).to_be_visible()
    assert Plan.objects.get(patient=patient).state == PlanState.ACTIVE
    assert (user_actions.clicks, user_actions.keys) == (4, 0)


def test_from_nothing_to_five_exercises_with_two_doses_changed_by_mouse(user_actions):
    page = user_actions.page
    start_empty(page)

    for words, name in FIVE.items():
        user_actions.click(page.get_by_label("Search the library"))
        page.get_by_label("Search the library").select_text()
        user_actions.type(words)
        row = page.locator("[data-exercise]").filter(has_text=name).first
        expect(page).to_have_url(re.compile(rf"[?&]q={words}(&|$)"))  # results of the whole search
        expect(page.locator("[data-exercise]").first).to_contain_text(name)
        user_actions.click(row.get_by_role("button", name=re.compile("^Add")))
        expect(status_message(page)).to_contain_text(f"Added: {name}.")
    for name in ("Calf raise", "Mini squat"):
        item = page.locator(".item").filter(has=page.get_by_role("heading", name=name, exact=True))
        user_actions.click(item.locator("summary").first)
        user_actions.type("12")
        user_actions.press("Tab", "Delete")
    expect(page.locator("#draft-status")).to_have_text(re.compile("^Saved"))
    expect(page.locator(".item-summary").filter(has_text="12 times")).to_have_count(2)

    assert list(saved_doses()) == list(FIVE.values())
    assert [words for words in saved_doses().values() if "12 times" in words]
    assert saved_doses()["Calf raise"] == "12 times."
    assert (user_actions.clicks, user_actions.keys) == (12, 28)


def test_from_nothing_to_five_exercises_with_two_doses_changed_by_keyboard_alone(user_actions):
    page = user_actions.page
    start_empty(page)
    clicks_before = user_actions.clicks

    user_actions.press("/")
    for words, name in FIVE.items():
        changes_dose = name in ("Calf raise", "Mini squat")
        user_actions.type(words)
        user_actions.press("Control+Enter" if changes_dose else "Enter")
        expect(status_message(page)).to_contain_text(f"Added: {name}.")
        if changes_dose:
            user_actions.type("12")
            user_actions.press("Tab", "Delete", "Escape")
        expect(page.get_by_label("Search the library")).to_be_focused()
    expect(page.locator(".item-summary").filter(has_text="12 times")).to_have_count(2)
    expect(page.locator("#draft-status")).to_have_text(re.compile("^Saved"))

    assert list(saved_doses()) == list(FIVE.values())
    assert saved_doses()["Calf raise"] == "12 times."
    assert user_actions.clicks == clicks_before == 0
    assert user_actions.keys == 36


def test_a_library_of_300_exercises_needs_no_more_actions(patient, user_actions):
    calf = Exercise.objects.get(slug="calf-raise")
    Exercise.objects.bulk_create(
        Exercise(
            slug=f"more-{number}",
            name=f"More {number}",
            category=calf.category,
            position=calf.position,
            support=calf.support,
            summary="Lift.",
            reps_min=8,
        )
        for number in range(300)
    )
    page = user_actions.page
    start_empty(page)
    expect(page.locator("[data-exercise]")).to_have_count(Exercise.objects.count())

    user_actions.press("/")
    user_actions.type("mini")
    user_actions.press("Enter")

    expect(status_message(page)).to_contain_text("Added: Mini squat.")
    assert user_actions.keys == 6
