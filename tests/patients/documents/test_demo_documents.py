"""The demo contains a week from a paper log."""

import datetime

import pytest

from clinic.weeks import start_of_week
from patients.demo.personas import PATIENT
from patients.demo.seeding import DemoSize, seed
from patients.documents.paper_log import WEEK, paper_log
from patients.models import ExerciseSession, Patient, Source

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 3, 4, 18, 0, tzinfo=datetime.UTC)


def test_the_first_persona_has_one_week_from_paper_and_the_rest_from_the_app():
    seed(DemoSize(clinics=1, patients=2, weeks=6), seed=7, now=NOW)
    patient = Patient.objects.select_related("clinic").get(email=PATIENT.email)

    sessions = ExerciseSession.objects.filter(patient=patient).order_by("on_date")
    on_paper = sessions.filter(source=Source.PAPER)

    assert len(on_paper) >= 3
    assert {start_of_week(session.on_date) for session in on_paper} == {
        start_of_week(sessions[0].on_date) + WEEK
    }
    assert sessions.filter(source=Source.APP).count() > len(on_paper)
    assert [session for session in on_paper if session.answers] == []
    assert {session.entered_by_id for session in on_paper} == {patient.clinician_id}
    sheet = paper_log(patient, on_paper[0].on_date, now=NOW)
    assert sum(day.paper is not None for day in sheet.days) == len(on_paper)
