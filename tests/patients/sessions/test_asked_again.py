"""Tests of the signs that the check-in asks again after the questions before the first exercise."""

import datetime

import pytest

from patients.models import Alert, ExerciseSession, ReportPlace
from patients.sessions import check_in
from patients.sessions.questions import Place
from patients.sessions.services.reports import save_report
from tests.factories import MONDAY, NOON
from tests.patients.session_steps import WELL, get_ready, text, url
from tests.patients.sessions import before_first_exercise

DAY = datetime.timedelta(days=1)

pytestmark = pytest.mark.django_db

version, session = before_first_exercise.version, before_first_exercise.session


class TestWhatTheCheckInAsksAgain:
    def asked(self, phone, session):
        page = text(phone.get(url("check_in", session)))
        return {each.id for each in check_in.asked_at(Place.CHECK_IN) if f'id="id_signs_{each.id}"' in page}

    def test_a_foot_that_was_felt_before_the_exercises_is_not_asked_about_again(self, phone, session):
        before = self.asked(phone, session)
        assert "hot_foot" in before
        get_ready(phone, session)
        assert before - self.asked(phone, session) == {"hot_foot"}

    def test_all_that_the_exercises_may_have_brought_is_still_asked(self, phone, session):
        get_ready(phone, session)
        assert {
            "new_sore",
            "fell",
            "near_fall",
            "chest",
            "breath",
            "faint",
            "dizzy",
            "calf",
            "weak",
        } == self.asked(phone, session)

    def test_the_check_in_without_it_is_complete_and_keeps_the_answer_of_before(self, phone, session):
        get_ready(phone, session)
        phone.post(url("check_in", session), WELL | {"shown": "fell chest"})
        session.refresh_from_db()
        assert not session.is_finished
        page = text(phone.get(url("check_in", session)))
        shown = page.partition('name="shown" value="')[2].partition('"')[0]
        assert "hot_foot" not in shown
        phone.post(url("check_in", session), WELL | {"shown": shown})
        session.refresh_from_db()
        assert session.is_finished
        assert session.answers["hot_foot"] is False

    @pytest.mark.parametrize("sign", ["fell", "new_sore"])
    def test_after_a_sign_told_in_the_meantime_it_is_asked_again(self, phone, session, patient, sign):
        get_ready(phone, session)
        save_report(patient=patient, place=ReportPlace.STOP, answers={sign: True}, by=patient.user, now=NOON)
        assert "hot_foot" in self.asked(phone, session)

    def test_after_a_danger_of_the_session_it_is_asked_again(self, phone, session):
        get_ready(phone, session)
        phone.post(url("check_in", session), {"signs": ["chest"]})
        assert "hot_foot" in self.asked(phone, session)

    def test_a_session_left_open_since_yesterday_asks_it_again(self, phone, session):
        get_ready(phone, session)
        ExerciseSession.objects.update(on_date=MONDAY - DAY)
        assert "hot_foot" in self.asked(phone, session)

    def test_a_check_of_an_earlier_session_of_the_day_does_not_stand_for_this_one(self, phone, session):
        get_ready(phone, session)
        phone.post(url("check_in", session), WELL)
        phone.post("/my/session/start/")
        second = ExerciseSession.objects.open().get()
        get_ready(phone, second)
        assert "hot_foot" in self.asked(phone, second)

    def test_a_hot_foot_sent_by_a_page_of_before_still_counts(self, phone, session):
        get_ready(phone, session)
        phone.post(url("check_in", session), {"pain_after": "2", "signs": ["hot_foot"]})
        assert Alert.objects.filter(kind="hot_foot").exists()
