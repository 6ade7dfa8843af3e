"""The report for the referring doctor: complete, with counts of what it leaves out, and always one page."""

import datetime
import re

import pytest
from django.urls import reverse

from clinic.models import AuditEvent
from clinic.rate_limits import PRINTING
from patients.documents.forms.printing import MAX_REMARK_LENGTH
from patients.documents.report import PRINT_SIZES, doctor_report, report_html, report_page
from patients.models import Alert, ExerciseSession, Flag, Outcome, SessionEntry, Source
from tests.factories import (
    MONDAY,
    AlertFactory,
    ExerciseFactory,
    ExerciseSessionFactory,
    PatientFactory,
    PatientFlagFactory,
    published_plan,
)
from tests.patients.documents.conftest import FRIDAY_NOON
from tests.pdf_reader import PdfDocument

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)
LONG = "Standing on one leg beside the kitchen counter with slow turns of the head to both sides"


@pytest.fixture
def url(patient):
    return reverse("staff:patient_report", args=[patient.pk])


def report_of(patient, by):
    return doctor_report(patient, by=by, now=FRIDAY_NOON)


def html(patient, by, remark=""):
    return report_html(report_of(patient, by), remark=remark, paper="letter")


def done(version, day, *, before=5, after=3, **more):
    return ExerciseSessionFactory(version=version, on_date=day, pain_before=before, pain_after=after, **more)


def test_the_report_is_one_accessible_page_with_all_sections(patient, version, dana):
    patient.referring_doctor = "Dr. Ada Novak"
    patient.save()
    PatientFlagFactory(patient=patient, flag=Flag.NUMB_FEET)
    session = done(version, MONDAY)
    SessionEntry.objects.create(
        session=session, item=version.items.first(), outcome=Outcome.DONE, effort="too_hard"
    )

    pdf = PdfDocument(report_page(report_of(patient, dana), remark="Doing well.", paper="letter").pdf())

    assert pdf.faults == []
    assert pdf.pages == 1
    for words in (
        "Dr. Ada Novak",
        "Margaret Lee",
        "born April 12, 1950",
        "March 2, 2026 to March 13, 2026",
        "Loss of feeling in the feet",
        "Doing well.",
        "Calf raise: 10 times",
        "1 of 5 planned days: 20 %",
        "After the session: 3",
        "Too hard: 1",
        "None was reported.",
        "Strength, balance, nerve function and medicines were not measured here.",
        "Dana Reyes, Harbour Clinic",
    ):
        assert words in pdf.words, words
    assert any("20 percent" in alt for alt in pdf.pictures)


def test_sessions_of_another_patient_of_the_clinic_are_not_in_the_report(patient, version, dana):
    own = done(version, MONDAY)
    of_another = published_plan(PatientFactory(clinic=patient.clinic))
    session = done(of_another, MONDAY + 2 * DAY, before=9, after=9)
    SessionEntry.objects.create(
        session=session, item=of_another.items.first(), outcome=Outcome.DONE, effort="too_hard"
    )

    report = report_of(patient, dana)

    assert report.sessions == [own]
    assert (report.done, report.rated_exercises, report.pain_at_last.after) == (1, 0, 3)


def test_it_stays_one_page_with_20_exercises_30_events_and_a_long_remark(patient, dana):
    patient.full_name = " ".join(["Maximiliana"] * 9)
    patient.referring_doctor = " ".join(["Doctor"] * 16)
    patient.save()
    clinic = patient.clinic
    clinic.address = "\n".join(["A long street, on the second floor"] * 5)
    clinic.save()
    batch = [ExerciseFactory(name=f"{number} {LONG}"[:80]) for number in range(20)]
    version = published_plan(patient, batch, start_date=MONDAY - 84 * DAY, weeks=26)
    for number in range(30):
        session = done(version, MONDAY - number * DAY, before=6, after=8)
        AlertFactory(
            session=session,
            kind="fall",
            settled_at=FRIDAY_NOON,
            settled_by=dana,
            note="Called at once. " * 25,
        )
    for flag in Flag.values:
        PatientFlagFactory(patient=patient, flag=flag)

    page = report_page(report_of(patient, dana), remark="Well done. " * (MAX_REMARK_LENGTH // 11), paper="a4")

    assert page.number_of_pages == 1
    pdf = PdfDocument(page.pdf())
    assert pdf.faults == []
    assert len(re.findall(r"and \d+ more", pdf.words)) == 2
    assert pdf.sizes["Settled"] >= min(PRINT_SIZES) - 0.1


def test_exercises_and_events_that_are_not_listed_are_counted(patient, version, dana):
    for number in range(12):
        AlertFactory(session=done(version, MONDAY + (number % 11) * DAY), kind="fall")

    page = report_html(report_of(patient, dana), remark="", paper="letter", most_exercises=1, most_events=4)

    assert "<li>and 2 more</li>" in page
    assert "<li>and 8 more</li>" in page


def test_events_have_a_date_and_a_result(patient, version, dana):
    AlertFactory(
        session=done(version, MONDAY + 2 * DAY),
        kind="fall",
        settled_at=FRIDAY_NOON,
        settled_by=dana,
        note="Called. No injury.",
    )
    AlertFactory(session=done(version, MONDAY), kind="sore")

    page = html(patient, dana)

    assert "<strong>Mar 4, 2026</strong> Fell. Settled Mar 13. Called. No injury." in page
    assert "<strong>Mar 2, 2026</strong> New sore on a foot. Not settled yet." in page


def test_inactivity_alerts_are_left_out_of_the_report(patient, version, dana):
    Alert.objects.create(clinic=patient.clinic, patient=patient, kind="silent", raised_at=FRIDAY_NOON)

    assert "None was reported." in html(patient, dana)


def test_the_trend_of_pain_is_of_the_first_and_the_last_sessions(patient, version, dana):
    for number in range(10):
        done(version, MONDAY + number * DAY, before=8, after=7 if number < 5 else 2)

    report = report_of(patient, dana)

    assert (report.pain_at_first.after, report.pain_at_last.after) == (7.0, 2.0)
    assert "After a session: mean 7.0 in the first 5, <strong>2.0</strong> in the last 5" in html(
        patient, dana
    )


def test_days_from_paper_are_counted_without_their_missing_answers(patient, version, dana):
    ExerciseSession.objects.create(
        patient=patient,
        version=version,
        on_date=MONDAY,
        started_at=FRIDAY_NOON,
        finished_at=FRIDAY_NOON,
        source=Source.PAPER,
        entered_by=dana,
    )

    page = html(patient, dana)

    assert "1 day is from a paper sheet." in page
    assert "No pain was told in this time." in page
    assert "None %" not in page


def test_the_report_of_a_patient_without_a_plan_says_so(patient, dana):
    page = html(patient, dana)

    assert "No plan is active now." in page
    assert "No exercise was planned in this time." in page
    assert "no safety flags on record" in page


def test_the_report_covers_twelve_weeks_at_most(patient, dana):
    version = published_plan(patient, start_date=MONDAY - 200 * DAY, weeks=52)
    done(version, MONDAY - 150 * DAY)

    report = report_of(patient, dana)

    assert report.first == report.today - 83 * DAY
    assert report.sessions == []
    assert len(report.weeks) in (12, 13)


# --- Views ---


def test_the_remark_is_printed_and_not_stored_and_the_report_is_audited(
    signed_in, dana, url, patient, version
):
    response = signed_in(dana).post(url, {"remark": "Saw <b>her</b> on Monday.", "paper": "a4"})

    pdf = PdfDocument(response.content)
    assert "Saw <b>her</b> on Monday." in pdf.words
    assert pdf.about["Page size"].startswith("595")
    assert response["Content-Disposition"] == 'inline; filename="report.pdf"'
    assert "no-store" in response["Cache-Control"]
    event = AuditEvent.objects.get(action="report.made")
    assert (event.actor, event.clinic, event.object_id) == (dana, patient.clinic, str(patient.pk))


def test_a_remark_that_is_too_long_is_an_error(signed_in, dana, url):
    response = signed_in(dana).post(url, {"remark": "x" * (MAX_REMARK_LENGTH + 1), "paper": "letter"})

    assert response["Content-Type"].startswith("text/html")
    assert "Ensure this value has at most" in response.content.decode()
    assert not AuditEvent.objects.filter(action="report.made").exists()


def test_the_page_names_the_referring_doctor(signed_in, dana, url, patient):
    assert "No referring doctor is on record" in signed_in(dana).get(url).content.decode()
    patient.referring_doctor = "Dr. Ada Novak"
    patient.save()
    assert "Dr. Ada Novak" in signed_in(dana).get(url).content.decode()


def test_the_print_limit_answers_429(signed_in, dana, url):
    while PRINTING.allows(str(dana.pk), now=FRIDAY_NOON):
        pass

    assert signed_in(dana).post(url, {"remark": "", "paper": "letter"}).status_code == 429
    assert not AuditEvent.objects.filter(action="report.made").exists()


def test_the_front_desk_cannot_make_a_report(signed_in, desk, url):
    assert signed_in(desk).post(url, {"paper": "letter"}).status_code == 403
