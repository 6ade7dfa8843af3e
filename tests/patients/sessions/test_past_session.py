"""Tests of the page of a finished session."""

import re

import pytest
from django.utils.html import strip_tags

from patients.models import Message, SessionEntry, Source
from patients.sessions.services.sessions import finish_session
from tests.factories import NOON, ExerciseSessionFactory, PatientFactory, published_plan
from tests.factories_of_patients import HelperFactory
from tests.patients.session_steps import FINE, UNANSWERED, get_ready, text, url

pytestmark = pytest.mark.django_db


def words(phone, session):
    """Return the words of the page."""
    page = text(phone.get(url("done", session)))
    return re.sub(r"\s+", " ", strip_tags(page.partition("<main")[2].partition("</main>")[0]))


@pytest.fixture
def finished(phone, session, patient, items):
    """Return a session with one exercise done, one too hard and one left out, a near fall, and a note."""
    get_ready(phone, session)
    phone.post(url("pain", session), {"pain": "4"})
    for item, effort in zip(items[:2], ("easy", "too_hard"), strict=True):
        SessionEntry.objects.create(session=session, item=item, outcome="done", effort=effort)
    SessionEntry.objects.create(session=session, item=items[2], outcome="not_today", reason="tired")
    session.refresh_from_db()
    told = FINE | {"pain_after": 5, "near_fall": True}
    finish_session(session=session, answers=told, by=patient.user, now=NOON, note="New shoes.")
    session.refresh_from_db()
    return session


class TestWhatItShows:
    def test_exercises_pain_effort_reasons_signs_and_the_note(self, phone, finished, items):
        page = words(phone, finished)
        names = [item.content["name"] for item in items]
        assert "You did 2 exercises." in page
        done, left_out = page.split("Not done")
        assert f"{names[0]} Easy" in done
        assert f"{names[1]} Too hard" in done
        assert f"{names[2]} Too tired" in left_out
        for told in (
            "Pain before: 4 of 10",
            "Pain after: 5 of 10",
            "Feet checked",
            "I nearly fell",
            "New shoes.",
        ):
            assert told in left_out
        assert "None of the signs" not in page

    def test_without_a_danger_it_says_so(self, phone, session):
        ended = ExerciseSessionFactory(version=session.version, started_at=NOON, finished_at=NOON, fell=False)
        assert "None of the signs of danger" in words(phone, ended)

    def test_nothing_is_said_of_signs_that_were_not_asked(self, phone, version):
        paper = ExerciseSessionFactory(
            version=version, source=Source.PAPER, **UNANSWERED | {"finished_at": NOON}
        )
        page = words(phone, paper)
        assert "None of the signs" not in page
        assert "From your paper sheet." in page

    def test_another_session_of_the_day_is_a_link(self, phone, finished, version):
        other = ExerciseSessionFactory(version=version, on_date=finished.on_date)
        assert url("done", other) in text(phone.get(url("done", finished)))

    def test_an_open_session_leads_to_its_next_question(self, phone, session):
        assert phone.get(url("done", session)).url == url("ready", session)


class TestWhoMayOpenIt:
    def test_the_progress_page_has_a_link_to_each_session(self, phone, finished):
        assert f'href="{url("done", finished)}"' in text(phone.get("/my/progress/"))

    def test_a_session_of_another_patient_is_not_found(self, phone, patient):
        theirs = ExerciseSessionFactory(version=published_plan(PatientFactory(clinic=patient.clinic)))
        assert phone.get(url("done", theirs)).status_code == 404

    def test_a_helper_sees_the_session_and_not_what_the_patient_wrote_to_the_clinic(
        self, phone, finished, patient
    ):
        helper = HelperFactory(patient=patient)
        phone.force_login(helper.user)
        page = words(phone, finished)
        assert "did 2 exercises." in page
        assert "New shoes." not in page
        Message.objects.update(sender=helper.user)
        assert "New shoes." in words(phone, finished)
