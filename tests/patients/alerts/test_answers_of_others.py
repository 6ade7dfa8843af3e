"""A patient's alerts never count what other patients of the clinic tell."""

import datetime
import uuid

import pytest

from patients.alerts.selectors.history import list_told_after, list_told_before
from patients.models import Alert, ReportPlace, SkippedDay
from patients.sessions.services.reports import save_report
from tests.factories import MONDAY, NOON, ExerciseSessionFactory, PatientFactory, published_plan
from tests.patients.session_steps import finish, open_session

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def of_another(clinic):
    """A plan of another patient of the clinic."""
    return published_plan(PatientFactory(clinic=clinic))


@pytest.fixture
def kinds(patient):
    """Return a function that gives the kinds of the patient's alerts."""
    return lambda: sorted(Alert.objects.filter(patient=patient).values_list("kind", flat=True))


def tell(patient, day, arrives=None):
    """Tell a near fall of this day, which arrives on a later one if `arrives` is given."""
    return save_report(
        patient=patient,
        place=ReportPlace.STOP,
        answers={"near_fall": True},
        by=patient.user,
        now=NOON + (day if arrives is None else arrives) * DAY,
        reported_at=None if arrives is None else NOON + day * DAY,
        client_key=uuid.uuid4(),
    )


def session_on(version, day, **fields):
    at = NOON + day * DAY
    return open_session(version, on_date=MONDAY + day * DAY, started_at=at, **fields)


def test_a_report_of_another_patient_before_it_makes_no_second_near_fall(patient, of_another, kinds):
    tell(of_another.plan.patient, 1)
    tell(patient, 3)
    assert kinds() == ["near_fall"]


def test_a_session_of_another_patient_before_it_makes_no_second_near_fall(patient, of_another, kinds):
    finish(session_on(of_another, 1), at=NOON + DAY, near_fall=True)
    tell(patient, 3)
    assert kinds() == ["near_fall"]


def test_a_late_report_completes_nothing_with_a_later_report_of_another_patient(patient, of_another, kinds):
    tell(of_another.plan.patient, 3)
    tell(patient, 1, arrives=5)
    assert kinds() == ["near_fall"]
    assert not Alert.objects.filter(kind="near_fall_again").exists()


def test_a_late_report_completes_nothing_with_a_later_session_of_another_patient(patient, of_another, kinds):
    finish(session_on(of_another, 3), at=NOON + 3 * DAY, near_fall=True)
    tell(patient, 1, arrives=5)
    assert kinds() == ["near_fall"]
    assert not Alert.objects.filter(kind="near_fall_again").exists()


def test_the_first_pain_of_another_patient_is_not_what_a_patient_is_used_to(version, of_another, kinds):
    for day in range(3):
        ExerciseSessionFactory(
            version=of_another,
            on_date=MONDAY + day * DAY,
            started_at=NOON + day * DAY,
            pain_before=2,
            pain_after=2,
        )
    finish(session_on(version, 3, pain_before=6), at=NOON + 3 * DAY, pain_after=6)
    assert kinds() == [], "nothing is known of the usual pain yet"


def test_days_that_another_patient_skipped_are_not_in_a_patients_past(patient, of_another):
    another = of_another.plan.patient
    for day in (1, 3):
        SkippedDay.objects.create(
            patient=another, on_date=MONDAY + day * DAY, reason="pain", at=NOON + day * DAY, by=another.user
        )
    report = tell(patient, 2)
    assert list_told_before(report) == []
    tell(patient, 4)
    assert [told.day for told in list_told_after(report)] == [MONDAY + 4 * DAY]
