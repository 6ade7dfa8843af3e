"""A new sore is told on the stop sheet, and a clinician says what it was: the flag stays, it has healed, or none."""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from exercises.models import Exercise
from patients.models import Alert, ExerciseHold, PatientFlag
from patients.sessions.selectors.today import get_today
from tests.factories import ClinicFactory, PatientFactory, clinician, published_plan
from tests.functional.browser_monitor import loaded
from tests.functional.fixtures import PageData
from tests.functional.page_checks import SCROLLS_SIDEWAYS, TOO_WIDE
from tests.functional.patient_states import WEEK
from tests.functional.user_actions import answer_follow_up
from tests.whole_catalogue import load_whole_catalogue

pytestmark = pytest.mark.django_db(transaction=True)

SEATED = "Seated knee straightening"
ALL = {SEATED, "Calf raise", "Towel toe curls", "Stationary cycling"}


@pytest.fixture
def page_data() -> PageData:
    """Create Margaret, whose plan has a seated exercise, and three that load a foot, two of them sitting."""
    load_whole_catalogue()
    clinic = ClinicFactory(name="Harbour Clinic")
    margaret = PatientFactory(clinic=clinic, full_name="Margaret Lee")
    slugs = ("seated-knee-extension", "calf-raise", "towel-toe-curls", "stationary-cycling")
    exercises = [Exercise.objects.get(slug=slug) for slug in slugs]
    begun = margaret.today(timezone.now()) - WEEK
    published_plan(margaret, exercises, start_date=begun, weekdays=list(range(7)))
    people = {"margaret": margaret.user, "dana": clinician(clinic)}
    return PageData(clinic, people=people, things={"everyone": {"patient_id": margaret.pk}})


def list_offered_tomorrow(patient):
    """Return the names of the plan's own exercises that are offered on the next day."""
    day = get_today(patient, timezone.now() + datetime.timedelta(days=1))
    return {exercise.name for exercise in day.exercises}


def check_that_it_fits_at_320_pixels(page):
    """Fail if the page scrolls sideways on a narrow phone; its size is as before afterwards."""
    before = page.viewport_size
    page.set_viewport_size({"width": 320, "height": 568})
    assert not loaded(page).evaluate(SCROLLS_SIDEWAYS), page.evaluate(TOO_WIDE)
    page.set_viewport_size(before)


@pytest.mark.parametrize(
    ("answer", "flags", "offered"),
    [
        ("Open sore: the flag stays", {"foot_sore"}, {SEATED}),
        ("Healed, and the shoes are there", {"past_ulcer"}, {SEATED}),
        ("Foot seen: no sore", set(), ALL),
    ],
)
def test_a_sore_told_on_the_stop_sheet_ends_only_with_an_answer(
    page_data, open_device, live_server, check_accessibility, answer, flags, offered
):
    phone = open_device("phone")
    page_data.sign_in(phone, "margaret", live_server.url)
    phone.goto("/my/stop/")
    sign = phone.locator("button[name=sign][value=new_sore]")
    phone.locator("details").filter(has=sign).locator("summary").click()
    sign.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Rest the foot with the new sore")
    answer_follow_up(phone, sore_bad="No")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Rest the foot with the new sore")
    check_accessibility(phone)
    patient = Alert.objects.get(kind="sore").patient
    assert list_offered_tomorrow(patient) == {SEATED}

    laptop = open_device("laptop")
    page_data.sign_in(laptop, "dana", live_server.url)
    laptop.goto("/staff/")
    check_that_it_fits_at_320_pixels(laptop)
    laptop.get_by_role("link", name=re.compile("^Settle: record what is known")).click()
    laptop.get_by_role("button", name="Settle").click()
    expect(laptop.locator("#error-summary")).to_contain_text("Choose what is known. Nothing was saved.")
    assert ExerciseHold.objects.for_a_person().get().kind == "feet"
    assert list_offered_tomorrow(patient) == {SEATED}
    laptop.get_by_label(re.compile(f"^{answer}")).check()
    in_a_week = patient.today(timezone.now()) + WEEK
    laptop.get_by_label("Exercises from").fill(in_a_week.isoformat())  # counts with "healed" only
    laptop.get_by_label("Who has seen the patient").fill("Dana Reyes, podiatry")
    laptop.get_by_role("button", name="Settle").click()
    expect(laptop.get_by_text("Settled: Margaret Lee.")).to_be_visible()
    check_accessibility(laptop)
    assert not ExerciseHold.objects.for_a_person().exists()
    assert set(PatientFlag.objects.live().values_list("flag", flat=True)) == flags
    assert list_offered_tomorrow(patient) == offered
    if "past_ulcer" in flags:
        later = get_today(patient, timezone.now() + WEEK + datetime.timedelta(days=1))
        assert {exercise.name for exercise in later.exercises} == ALL
