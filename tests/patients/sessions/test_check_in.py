"""Tests of the check-in: its form, saving it once, its alerts and its advice."""

import itertools

import pytest
from django.db import OperationalError, connection
from hypothesis import given
from hypothesis import strategies as st

from clinic.models import AuditEvent
from patients.models import Alert, ExerciseSession
from patients.sessions.selectors.session_progress import get_check_in
from patients.sessions.services.sessions import (
    SessionGoneError,
    discard_session,
    finish_session,
    save_pain_before,
)
from tests.examples import examples
from tests.factories import NOON, ExerciseSessionFactory
from tests.patients.session_steps import STORED_UNANSWERED, WELL, text, url

pytestmark = pytest.mark.django_db

FINE = {"pain_before": None, "pain_after": 2, "fell": False, "faint_or_chest_pain": False, "new_sore": False}


def finish(session, patient, **changes):
    return finish_session(session=session, answers=FINE | changes, by=patient.user, now=NOON)


def kinds():
    return sorted(Alert.objects.values_list("kind", flat=True))


class TestTheForm:
    @pytest.mark.parametrize("missing", list(WELL))
    def test_every_question_is_required(self, phone, session, missing):
        response = phone.post(
            url("check_in", session), {name: WELL[name] for name in WELL if name != missing}
        )
        assert response.status_code == 200
        assert f'href="#id_{missing}"' in text(response)
        assert f'id="id_{missing}"' in text(response)
        assert not ExerciseSession.objects.get().is_finished

    def test_answers_are_kept_when_another_one_is_missing(self, phone, session):
        page = text(phone.post(url("check_in", session), {"pain_after": "6", "fell": "yes"}))
        assert page.count(" checked") == 2

    @pytest.mark.parametrize(
        ("question", "kind", "title"),
        [
            ("fell", "fall", "You had a fall. Stop for today"),
            ("faint_or_chest_pain", "faint", "Sit down now and rest"),
            ("new_sore", "sore", "Rest the foot with the new sore"),
        ],
    )
    def test_a_yes_shows_its_advice_and_raises_an_alert(self, phone, session, patient, question, kind, title):
        page = text(phone.post(url("check_in", session), WELL | {question: "yes"}, follow=True))
        assert f"<h1>{title}</h1>" in page
        assert patient.clinic.emergency_text in page
        assert f'href="tel:{patient.clinic.phone}"' in page
        assert "Well done" not in page
        assert kinds() == [kind]

    def test_pain_of_7_or_more_raises_an_alert(self, phone, session):
        phone.post(url("check_in", session), WELL | {"pain_after": "7"})
        assert kinds() == ["pain"]

    def test_no_alert_is_raised_if_all_is_well(self, phone, session):
        phone.post(url("check_in", session), WELL)
        assert kinds() == []

    def test_the_advice_is_shown_even_if_the_answers_cannot_be_saved(self, phone, session):
        def refuse(execute, sql, params, many, context):
            if sql.startswith("INSERT") and "patients_alert" in sql:
                raise OperationalError("the database is full")
            return execute(sql, params, many, context)

        with connection.execute_wrapper(refuse):
            response = phone.post(url("check_in", session), WELL | {"faint_or_chest_pain": "yes"})
        assert response.status_code == 503
        assert "<h1>Sit down now and rest</h1>" in text(response)
        assert "Your answers are not saved yet" in text(response)
        assert not ExerciseSession.objects.get().is_finished
        phone.post(url("check_in", session), WELL | {"faint_or_chest_pain": "yes"})
        assert kinds() == ["faint"]


class TestStoredOnce:
    def test_a_check_in_sent_twice_is_saved_once_and_shows_the_same_page(self, phone, session):
        pages = [
            text(phone.post(url("check_in", session), WELL | {"fell": "yes"}, follow=True))
            for _time in range(2)
        ]
        assert pages[0] == pages[1]
        assert Alert.objects.count() == 1
        assert AuditEvent.objects.filter(action="session.finished").count() == 1

    def test_an_empty_form_after_a_check_in_redirects_to_the_advice(self, phone, session, patient):
        finish(session, patient)
        answer = phone.post(url("check_in", session))
        assert (answer.status_code, answer.url) == (302, url("advice", session))

    def test_the_time_of_the_first_check_in_is_kept(self, session, patient):
        finish(session, patient)
        finish_session(session=session, answers=FINE, by=patient.user, now=NOON.replace(hour=20))
        assert ExerciseSession.objects.get().finished_at == NOON

    def test_a_danger_reported_in_a_second_check_in_is_added(self, session, patient):
        finish(session, patient)
        finish(session, patient, fell=True)
        assert kinds() == ["fall"]
        assert get_check_in(ExerciseSession.objects.get())["fell"]
        assert AuditEvent.objects.filter(action="session.danger_added").count() == 1

    def test_a_second_check_in_does_not_withdraw_a_danger(self, session, patient):
        finish(session, patient, new_sore=True, pain_after=8)
        finish(session, patient)
        assert kinds() == ["pain", "sore"]
        assert get_check_in(ExerciseSession.objects.get())["pain_after"] == 8

    def test_a_session_deleted_in_the_meantime_redirects_to_today(self, session, patient, phone):
        discard_session(session=session, by=patient.user)
        discard_session(session=session, by=patient.user)
        with pytest.raises(SessionGoneError):
            save_pain_before(session=session, pain=3, by=patient.user)
        assert AuditEvent.objects.filter(action="session.dropped").count() == 1


answers = st.fixed_dictionaries(
    {
        "pain_after": st.integers(0, 10),
        "fell": st.booleans(),
        "faint_or_chest_pain": st.booleans(),
        "new_sore": st.booleans(),
    }
)


@examples(25)
@given(st.lists(answers, min_size=2, max_size=3))
def test_the_order_of_check_ins_does_not_change_the_result(sent):
    outcomes = set()
    finished = ExerciseSessionFactory()
    for order in itertools.permutations(sent):
        Alert.objects.all().delete()
        ExerciseSession.objects.filter(pk=finished.pk).update(**STORED_UNANSWERED)
        for one in order:
            finish_session(session=finished, answers=one, by=finished.patient.user, now=NOON)
        told = get_check_in(ExerciseSession.objects.get(pk=finished.pk))
        outcomes.add((tuple(sorted(told.items())), tuple(kinds())))
    assert len(outcomes) == 1
