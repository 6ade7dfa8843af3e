"""Sessions from paper have less data than those from the app: every page accepts them and shows their source."""

import datetime

import pytest
from django.urls import reverse

from patients.models import ExerciseSession, Outcome, SessionEntry, Source
from patients.records.selectors.patient_detail import get_patient_detail
from patients.sessions.selectors.progress import get_progress
from patients.sessions.selectors.today import TodayState, get_today
from patients.sessions.services.sessions import finish_session
from tests.factories import administrator
from tests.patients.documents.conftest import FRIDAY_NOON

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 3, 13)


@pytest.fixture
def from_paper(patient, version, dana):
    def enter(day, **answers):
        session = ExerciseSession.objects.create(
            patient=patient,
            version=version,
            on_date=day,
            started_at=FRIDAY_NOON,
            finished_at=FRIDAY_NOON,
            source=Source.PAPER,
            entered_by=dana,
            **answers,
        )
        item = version.items.in_order().first()
        SessionEntry.objects.create(session=session, item=item, outcome=Outcome.DONE)
        return session

    return enter


def test_a_day_from_paper_counts_as_done_today(patient, from_paper):
    session = from_paper(TODAY)

    today = get_today(patient, FRIDAY_NOON)

    assert (today.state, today.done_session) == (TodayState.DONE, session)


def test_a_danger_on_todays_paper_ends_the_day(patient, from_paper):
    session = from_paper(TODAY)
    finish_session(session=session, answers={"fell": True}, by=patient.user, now=FRIDAY_NOON)

    assert get_today(patient, FRIDAY_NOON).state == TodayState.RESTING


def test_the_patients_pages_accept_sessions_without_the_data_that_paper_lacks(patient, from_paper, signed_in):
    session = from_paper(TODAY)
    client = signed_in(patient.user)

    addresses = [reverse(name) for name in ("my:today", "my:plan", "my:progress")]
    addresses.append(reverse("my:session_advice", args=[session.pk]))
    pages = [client.get(address) for address in addresses]

    assert [page.status_code for page in pages] == [200] * 4
    assert not [page for page in pages if "None" in page.content.decode()]


def test_progress_says_that_it_came_from_the_paper_sheet(patient, from_paper, signed_in):
    from_paper(TODAY - datetime.timedelta(days=1), pain_after=4)

    page = signed_in(patient.user).get(reverse("my:progress")).content.decode()

    assert "From your paper sheet." in page
    assert "Pain 4 after." in page


def test_average_pain_leaves_out_missing_values(patient, from_paper):
    from_paper(TODAY)

    assert get_progress(patient, FRIDAY_NOON).pain is None


def test_the_patient_detail_page_counts_a_day_from_paper_and_plots_only_recorded_pain(
    patient, from_paper, dana
):
    from_paper(TODAY)
    from_paper(TODAY - datetime.timedelta(days=2), pain_after=3)

    health = get_patient_detail(dana, patient, now=FRIDAY_NOON).health

    assert sum(week.done for week in health.weeks) == 2
    assert [point.after for point in health.pain] == [3]


def test_the_team_and_the_administration_can_open_it(patient, from_paper, signed_in, dana):
    session = from_paper(TODAY, answers={"fell": True})
    root = administrator(patient.clinic)

    assert signed_in(dana).get(reverse("staff:patient", args=[patient.pk])).status_code == 200
    assert signed_in(dana).get(reverse("staff:today")).status_code == 200
    admin = signed_in(root).get(reverse("admin:patients_exercisesession_change", args=[session.pk]))
    assert "From a paper log" in admin.content.decode()
