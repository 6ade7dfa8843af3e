"""Every page of the team takes the same number of queries for 3 rows and for 60, and at most ten."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clinic.models import User
from clinic.sealed_text import seal
from patients.models import (
    Alert,
    ExerciseSession,
    Patient,
    Plan,
    PlanItem,
    PlanState,
    PlanVersion,
    Screening,
    SessionEntry,
)
from tests.factories import MONDAY, NOON, ExerciseFactory, PlanVersionFactory, clinician, published_plan

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
MOST = 10


def fill(clinic, patients, dana):
    """Create `patients` patients with an active plan, a session, an alert and a sent screening each."""
    users = User.objects.bulk_create(User(name=f"Pat {number}") for number in range(patients))
    people = Patient.objects.bulk_create(
        Patient(
            clinic=clinic,
            user=user,
            full_name=f"Pat {number:03}",
            date_of_birth=MONDAY.replace(year=1950),
            clinician=dana,
            registered_at=NOON - DAY,
        )
        for number, user in enumerate(users)
    )
    exercise = ExerciseFactory()
    plans = Plan.objects.bulk_create(Plan(patient=each, state=PlanState.ACTIVE) for each in people)
    versions = PlanVersion.objects.bulk_create(
        PlanVersion(
            plan=plan,
            number=1,
            start_date=MONDAY - 20 * DAY,
            weeks=4,
            published_at=NOON - 20 * DAY,
            published_by=dana,
        )
        for plan in plans
    )
    items = PlanItem.objects.bulk_create(
        PlanItem(
            version=each,
            exercise=exercise,
            order=1,
            support="none",
            reps_min=5,
            content={"name": "Calf raise"},
        )
        for each in versions
    )
    sessions = ExerciseSession.objects.bulk_create(
        ExerciseSession(
            patient=each.plan.patient,
            version=each,
            on_date=MONDAY - 16 * DAY,
            started_at=NOON,
            finished_at=NOON,
            pain_before=3,
            pain_after=4,
            answers={"fell": True, "faint_or_chest_pain": False, "new_sore": False},
        )
        for each in versions
    )
    SessionEntry.objects.bulk_create(
        SessionEntry(session=session, item=item, outcome="done")
        for session, item in zip(sessions, items, strict=True)
    )
    Alert.objects.bulk_create(
        Alert(clinic=clinic, patient=session.patient, session=session, kind="fall", raised_at=NOON)
        for session in sessions
    )
    times = dict.fromkeys(("invited_at", "begun_at", "sent_at"), NOON)
    by_dana = dict.fromkeys(("invited_by", "begun_by", "edited_by"), dana)
    Screening.objects.bulk_create(
        Screening(patient=each, clinic=clinic, **times, **by_dana) for each in people
    )


def fill_one(patient, times):
    """Give a patient `times` versions, items, sessions and alerts."""
    exercises = ExerciseFactory.create_batch(min(times, 20))
    version = published_plan(patient, exercises, start_date=MONDAY - 100 * DAY, weeks=40)
    for number in range(2, min(times, 20) + 1):
        version = published_plan(plan=version.plan, exercises=exercises[:number], number=number, weeks=40)
    sessions = ExerciseSession.objects.bulk_create(
        ExerciseSession(
            patient=patient,
            version=version,
            on_date=MONDAY - (number % 90) * DAY,
            started_at=NOON,
            finished_at=NOON,
            pain_before=3,
            pain_after=4,
            answers={"fell": True, "faint_or_chest_pain": False, "new_sore": False},
        )
        for number in range(times)
    )
    Alert.objects.bulk_create(
        Alert(clinic=patient.clinic, patient=patient, session=session, kind="fall", raised_at=NOON)
        for session in sessions
    )
    return version


def queries(client, url):
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.fixture
def budget():
    """Return `budget(client, url, fill)`, which counts the queries of the page with 3 and with 60 rows."""

    def measure(client, url, fill):
        fill(3)
        few = queries(client, url)
        fill(60)
        return few, queries(client, url)

    return measure


@pytest.mark.parametrize("role", ["clinician", "front_desk"])
@pytest.mark.parametrize(
    "url",
    [
        "/staff/",
        "/staff/?whose=mine",
        "/staff/patients/",
        "/staff/patients/?found={pat}&plan=active&whose=mine",
    ],
)
def test_the_lists_cost_the_same_for_any_number_of_patients(url, role, clinic, signed_in, budget):
    user = clinician(clinic, role=role)
    url = url.format(pat=seal("pat"))
    few, many = budget(signed_in(user), url, lambda number: fill(clinic, number, user))

    assert few == many
    assert many <= MOST


def test_the_patient_detail_page_costs_the_same_for_any_history(clinic, patient, dana, signed_in):
    client, url = signed_in(dana), reverse("staff:patient", args=[patient.pk])
    fill_one(patient, 3)
    client.get(url)  # Django asks SQLite once a connection if it knows JSON
    few = queries(client, url)
    Plan.objects.update(state=PlanState.FINISHED)
    fill_one(patient, 60)

    assert queries(client, url) == few
    assert few <= MOST


@pytest.mark.parametrize("name", ["staff:plan_draft", "staff:plan_preview", "staff:plan_publish"])
def test_the_builders_pages_cost_the_same_for_any_plan_and_any_library(name, draft, dana, signed_in):
    client, url = signed_in(dana), reverse(name, args=[draft.plan_id])
    few = queries(client, url)
    for order, exercise in enumerate(ExerciseFactory.create_batch(20), start=3):
        PlanItem.objects.create(version=draft, exercise=exercise, order=order, support="none", reps_min=5)
    ExerciseFactory.create_batch(60)

    assert queries(client, url) == few
    assert few <= MOST


def test_publishing_a_later_version_stays_within_the_budget(patient, dana, signed_in):
    version = published_plan(patient)
    draft = PlanVersionFactory(plan=version.plan, number=2)
    PlanItem.objects.create(version=draft, exercise=ExerciseFactory(), order=1, support="none", reps_min=5)

    assert queries(signed_in(dana), reverse("staff:plan_publish", args=[version.plan_id])) <= MOST


def test_the_start_page_costs_the_same_for_any_number_of_plans(patient, dana, routine, signed_in):
    client, url = signed_in(dana), reverse("staff:plan_start", args=[patient.pk])
    fill_one(patient, 3)
    Plan.objects.update(state=PlanState.FINISHED)
    few = queries(client, url)
    for _plan in range(5):
        fill_one(patient, 3)
        Plan.objects.update(state=PlanState.FINISHED)

    assert queries(client, url) == few
    assert few <= MOST


@pytest.mark.parametrize("name", ["staff:patient_edit", "staff:patient_card"])
def test_the_other_pages_about_a_patient_stay_within_the_budget(name, patient, dana, signed_in):
    assert queries(signed_in(dana), reverse(name, args=[patient.pk])) <= MOST


def test_the_page_of_an_earlier_version_stays_within_the_budget(patient, dana, signed_in):
    version = fill_one(patient, 5)

    assert (
        queries(signed_in(dana), reverse("staff:plan_version", args=[version.plan_id, version.number]))
        <= MOST
    )
