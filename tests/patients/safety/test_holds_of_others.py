"""Holds, days, flags and reports of another patient are not in a patient's record, and keep nothing away."""

import datetime

import pytest
from django.urls import reverse

from patients.models import Flag, Reason, ReportPlace, SafetyReport, SessionEntry, SkippedDay
from patients.safety.selectors.known_holds import DAYS_READ, get_safety_record, get_taken_days_of
from tests.factories import (
    MONDAY,
    NOON,
    ExerciseHoldFactory,
    ExerciseSessionFactory,
    PatientFactory,
    PatientFlagFactory,
    published_plan,
)
from tests.patients.hold_steps import list_live_holds
from tests.patients.session_steps import text

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def neighbour(clinic):
    return PatientFactory(clinic=clinic)


@pytest.fixture
def told(neighbour):
    """Return `told(day, sign=True)`, which stores a report of the neighbour on that day."""
    return lambda day, **answers: SafetyReport.objects.create(
        patient=neighbour, place=ReportPlace.STOP, on_date=day, by=neighbour.user, answers=answers
    )


@pytest.fixture
def did(neighbour):
    """Return `did(day, …)`, which stores a session of the neighbour with one exercise done."""
    version = published_plan(neighbour)

    def done(day, **answers):
        session = ExerciseSessionFactory(version=version, on_date=day, **answers)
        SessionEntry.objects.create(
            session=session, item=version.items.first(), outcome="done", effort="easy"
        )

    return done


def test_a_hold_of_another_patient_is_not_in_the_record(patient, neighbour):
    ExerciseHoldFactory(patient=neighbour, kind="all", question="chest")
    record = get_safety_record(patient, NOON)
    assert (record.holds, record.live) == ([], [])
    assert get_safety_record(neighbour, NOON).live
    assert get_taken_days_of(patient, NOON, []).whole == set()


def test_a_hold_of_another_patient_is_not_among_the_live_ones(patient, neighbour):
    theirs = ExerciseHoldFactory(patient=neighbour, kind="all", question="chest")
    assert list_live_holds(patient, NOON) == []
    assert list_live_holds(neighbour, NOON) == [theirs]


def test_a_day_on_which_another_patient_was_ill_is_not_in_the_record(patient, neighbour):
    SkippedDay.objects.create(patient=neighbour, on_date=MONDAY, reason=Reason.UNWELL, by=neighbour.user)
    assert get_safety_record(patient, NOON).ill_days == []
    assert get_safety_record(neighbour, NOON).ill_days == [MONDAY]


def test_a_later_flag_of_another_patient_is_not_in_the_record(patient, neighbour):
    for each in (patient, neighbour):
        published_plan(each)
    PatientFlagFactory(patient=neighbour, flag=Flag.CANNOT_STAND, set_at=NOON + DAY)
    assert get_safety_record(patient, NOON + DAY).later_flags == ()
    assert len(get_safety_record(neighbour, NOON + DAY).later_flags) == 1


@pytest.mark.parametrize("ago", [1, DAYS_READ + 1])
def test_a_session_of_another_patient_is_not_in_the_record(patient, neighbour, did, ago):
    did(MONDAY - ago * DAY)
    assert get_safety_record(patient, NOON).session_days == []
    assert get_safety_record(neighbour, NOON).session_days == [MONDAY - ago * DAY]


def test_a_near_fall_that_another_patient_told_in_a_session_is_not_in_the_record(patient, neighbour, did):
    did(MONDAY, near_fall=True)
    assert get_safety_record(patient, NOON).near_fall_days == []
    assert get_safety_record(neighbour, NOON).near_fall_days == [MONDAY]


def test_a_near_fall_that_another_patient_told_in_a_report_is_not_in_the_record(patient, neighbour, told):
    told(MONDAY, near_fall=True)
    assert get_safety_record(patient, NOON).near_fall_days == []
    assert get_safety_record(neighbour, NOON).near_fall_days == [MONDAY]


def test_a_hold_of_another_patient_takes_no_exercise_from_those_on_the_page_of_a_report(
    phone, patient, version, neighbour
):
    report = SafetyReport.objects.create(
        patient=patient,
        place=ReportPlace.NOT_TODAY,
        reason=Reason.AFRAID,
        on_date=MONDAY,
        by=patient.user,
        answers={"more_support": False, "someone_there": True},
    )

    def offered():
        return "Sitting exercises to do instead" in text(phone.get(reverse("my:report", args=[report.pk])))

    ExerciseHoldFactory(patient=neighbour, kind="all", question="chest")
    assert offered()
    ExerciseHoldFactory(patient=patient, kind="all", question="chest")
    assert not offered()
