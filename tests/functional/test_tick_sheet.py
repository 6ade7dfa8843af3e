"""A week entered from a paper log in well under a minute, counted in clicks."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from clinic.weeks import start_of_week
from patients.models import Alert, AlertKind, ExerciseSession, Source
from tests.factories import ClinicFactory, ExerciseFactory, PatientFactory, published_plan
from tests.factories import clinician as member
from tests.functional.user_actions import UserActions, sign_in

pytestmark = pytest.mark.django_db(transaction=True)
#: Clicks: open the log, last week, four days, save.
FEW_CLICKS = 7
DAY = datetime.timedelta(days=1)


@pytest.fixture
def dana():
    return member(ClinicFactory(name="Harbour Clinic"))


@pytest.fixture
def patient(dana):
    """Create a patient with five daily exercises since three weeks ago."""
    patient = PatientFactory(clinic=dana.membership.clinic, full_name="Margaret Lee")
    exercises = [ExerciseFactory(name=f"Exercise {letter}") for letter in "ABCDE"]
    published_plan(patient, exercises, start_date=patient.today(timezone.now()) - 21 * DAY)
    return patient


@pytest.fixture
def monday(patient):
    """Return the Monday of last week, which started on the Sunday before it."""
    return start_of_week(patient.today(timezone.now())) - 6 * DAY


@pytest.fixture
def sheet(patient, monday):
    """Return the URL of last week's paper log."""
    return f"{reverse('staff:paper_log', args=[patient.pk])}?week={monday}"


def test_a_week_of_five_exercises_on_four_days_takes_seven_clicks(
    dana, patient, monday, laptop, live_server, check_accessibility
):
    sign_in(laptop, dana, live_server.url)
    laptop.goto(reverse("staff:patient", args=[patient.pk]))
    user_actions = UserActions(laptop)

    user_actions.click(laptop.get_by_role("link", name="Enter a paper log"))
    user_actions.click(laptop.get_by_role("link", name=re.compile("← Week of")))
    for day in ("Monday", "Tuesday", "Thursday", "Saturday"):
        user_actions.click(laptop.get_by_role("checkbox", name=f"All of {day}"))
    expect(laptop.get_by_role("checkbox", name="Exercise C, Thursday")).to_be_checked()
    expect(laptop.get_by_role("checkbox", name="Exercise C, Friday")).not_to_be_checked()
    check_accessibility(laptop)
    user_actions.click(laptop.get_by_role("button", name="Save the week"))

    expect(laptop.get_by_text("Saved: 4 days.")).to_be_visible()
    assert (user_actions.clicks, user_actions.keys) <= (FEW_CLICKS, 0)
    sessions = ExerciseSession.objects.filter(patient=patient, source=Source.PAPER)
    assert sorted(session.on_date - monday for session in sessions) == [
        0 * DAY,
        DAY,
        3 * DAY,
        5 * DAY,
    ]
    assert {session.entries.count() for session in sessions} == {5}


def test_one_box_can_be_taken_out_of_a_whole_day(dana, patient, sheet, laptop, live_server):
    sign_in(laptop, dana, live_server.url)
    laptop.goto(sheet)

    laptop.get_by_role("checkbox", name="All of Monday").check()
    laptop.get_by_role("checkbox", name="Exercise B, Monday").uncheck()
    laptop.get_by_role("textbox", name="Pain after, Monday").fill("4")
    laptop.get_by_role("checkbox", name="Fell, Monday").check()
    laptop.get_by_role("button", name="Save the week").click()

    expect(laptop.get_by_text("Saved: 1 day.")).to_be_visible()
    session = ExerciseSession.objects.get(patient=patient)
    assert {entry.item.content["name"][-1] for entry in session.entries.all()} == set("ACDE")
    assert session.pain_after == 4
    assert Alert.objects.get(session=session).kind == AlertKind.FALL


@pytest.mark.parametrize("device", ["phone", "laptop"])
def test_it_works_without_scripts(dana, patient, sheet, open_device, live_server, device):
    page = open_device(device, java_script_enabled=False)
    sign_in(page, dana, live_server.url)
    page.goto(sheet)

    page.get_by_role("checkbox", name="All of Monday").check()
    page.get_by_role("button", name="Save the week").click()

    expect(page.get_by_text("Saved: 1 day.")).to_be_visible()
    assert ExerciseSession.objects.get(patient=patient).entries.count() == 5
