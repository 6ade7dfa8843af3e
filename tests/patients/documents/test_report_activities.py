"""The report sums up what the patient did beside the plan, in one line whatever was told."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from patients.activities.services import remove_activity, tell_activity
from patients.documents.report import doctor_report, report_html, report_page
from patients.models import Activity, ActivityKind
from tests.factories import MONDAY, PatientFactory
from tests.patients.documents.conftest import FRIDAY_NOON
from tests.pdf_reader import PdfDocument

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
HEADING = "Beside the plan, as the patient told it"


def told(patient, kind=ActivityKind.WALK, *, minutes=20, days_ago=0, words=""):
    """Store an activity of a day before the report; the service takes those of today and yesterday only."""
    activity = tell_activity(
        patient=patient,
        kind=kind,
        words=words,
        minutes=minutes,
        on_date=patient.today(FRIDAY_NOON),
        key=uuid.uuid4(),
        by=patient.user,
        now=FRIDAY_NOON,
    )
    Activity.objects.filter(pk=activity.pk).update(on_date=patient.today(FRIDAY_NOON) - days_ago * DAY)
    return activity


def html(patient, by):
    return report_html(doctor_report(patient, by=by, now=FRIDAY_NOON), remark="", paper="letter")


def test_each_kind_is_named_once_with_its_minutes(patient, version, dana):
    told(patient, minutes=20)
    told(patient, minutes=25, days_ago=2)
    told(patient, ActivityKind.WATER, minutes=40)
    page = html(patient, dana)
    assert HEADING in page
    assert "A walk: 2 times, 45 min together" in page
    assert "Swimming or pool: once, 40 min" in page


def test_without_an_activity_the_report_does_not_name_any(patient, version, dana):
    assert HEADING not in html(patient, dana)


def test_activities_removed_or_before_the_period_or_of_another_patient_are_left_out(patient, version, dana):
    remove_activity(activity=told(patient), by=patient.user, now=FRIDAY_NOON)
    told(patient, days_ago=(FRIDAY_NOON.date() - MONDAY).days + 200)
    told(PatientFactory(clinic=patient.clinic))
    assert HEADING not in html(patient, dana)


def test_many_activities_keep_the_report_on_one_page_and_within_ten_queries(patient, version, dana):
    for number in range(8):
        for kind in ActivityKind:
            told(patient, kind, days_ago=number % 5, words="Dancing" if kind == ActivityKind.OTHER else "")
            Activity.objects.update(told_at=FRIDAY_NOON - 7 * DAY, on_date=MONDAY)
    with CaptureQueriesContext(connection) as queries:
        report = doctor_report(patient, by=dana, now=FRIDAY_NOON)
    assert len(queries) <= 10
    assert sum(times for _label, times, _minutes in report.activity_totals) == 40
    pdf = PdfDocument(report_page(report, remark="", paper="letter").pdf())
    assert (pdf.pages, pdf.faults) == (1, [])
    assert "A walk: 8 times, 160 min together" in pdf.words
