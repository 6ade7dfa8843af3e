"""Tests of the check-in: its one screen, saving it once, its alerts and its advice."""

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic.models import AuditEvent
from patients.models import Alert, ExerciseHold, ExerciseSession, SafetyReport
from patients.sessions import check_in as table
from patients.sessions.questions import Place
from patients.sessions.selectors.session_progress import get_check_in
from patients.sessions.services.sessions import (
    SessionGoneError,
    discard_session,
    finish_session,
    save_pain_before,
)
from tests.examples import examples
from tests.factories import NOON, ExerciseSessionFactory, PatientFlagFactory
from tests.patients.session_steps import STORED_UNANSWERED, WELL, check_in, finish, text, url

pytestmark = pytest.mark.django_db


def kinds():
    return sorted(Alert.objects.values_list("kind", flat=True))


def asked(phone, session):
    """Return the ids of the signs that the page shows."""
    return set(re.findall(r'id="id_signs_(\w+)"', text(phone.get(url("check_in", session)))))


class TestTheScreen:
    def test_it_is_one_screen_with_the_pain_the_signs_and_none_of_these_after_the_last(self, phone, session):
        page = text(phone.get(url("check_in", session)))
        signs = [each.id for each in table.asked_at(Place.CHECK_IN, []) if each.is_sign]
        places = [page.index(f'id="id_signs_{name}"') for name in signs]
        assert page.index('name="pain_after"') < min(places)
        assert max(places) < page.index('id="id_none"') < page.index(">Send</button>")

    def test_signs_stand_under_headings(self, phone, session):
        page = text(phone.get(url("check_in", session)))
        headings = re.findall(r'class="sign-group" id="[\w-]+">(.*?)</p>', page)
        assert headings == ["Heart and breath", "Balance and strength", "Feet and legs"]

    def test_the_signs_of_everyone(self, phone, session):
        assert asked(phone, session) == {
            "chest", "breath", "faint", "dizzy", "calf", "fell", "near_fall", "weak", "new_sore", "hot_foot",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("flag", "sign"),
        [("spine", "saddle"), ("bone_mets", "saddle"), ("glucose_lowering", "low_sugar"), ("fell", None)],
    )
    def test_a_flag_adds_its_sign(self, phone, session, patient, flag, sign):
        before = asked(phone, session)
        PatientFlagFactory(patient=patient, flag=flag)
        assert asked(phone, session) - before == ({sign} if sign else set())

    def test_no_follow_up_is_asked_before_a_yes(self, phone, session):
        page = text(phone.get(url("check_in", session)))
        assert not [each.id for each in table.QUESTIONS if each.only_if and f'name="{each.id}"' in page]


class TestTheForm:
    @pytest.mark.parametrize(
        ("sent", "missing"), [({"none": "yes"}, "pain_after"), ({"pain_after": "2"}, "signs"), ({}, "signs")]
    )
    def test_a_missing_answer_is_named_on_top_and_beside_the_question(self, phone, session, sent, missing):
        response = phone.post(url("check_in", session), sent)
        assert response.status_code == 200
        page = text(response)
        assert f'href="#id_{missing}"' in page
        assert f'id="id_{missing}-error"' in page
        assert "<title>Error:" in page
        assert not ExerciseSession.objects.get().is_finished

    def test_answers_are_kept_when_another_one_is_missing(self, phone, session):
        page = text(phone.post(url("check_in", session), {"signs": ["near_fall", "dizzy"]}))
        assert page.count(" checked") == 2
        page = text(phone.post(url("check_in", session), {"pain_after": "6"}))
        assert page.count(" checked") == 3

    def test_a_danger_is_saved_at_once_even_if_the_pain_is_missing(self, phone, session):
        page = text(phone.post(url("check_in", session), {"signs": ["chest"]}, follow=True))
        assert "Chest pain: call for help now" in page
        assert kinds() == ["chest"]
        assert not ExerciseSession.objects.get().is_finished

    def test_none_of_these_writes_no_to_all_that_were_shown(self, phone, session):
        shown = asked(phone, session)
        check_in(phone, session)
        stored = ExerciseSession.objects.get().answers
        assert stored == dict.fromkeys(shown, False)

    def test_a_question_that_was_not_shown_stays_without_an_answer(self, phone, session):
        check_in(phone, session)
        assert "saddle" not in ExerciseSession.objects.get().answers

    def test_none_of_these_never_withdraws_a_checked_sign(self, phone, session):
        check_in(phone, session, "hot_foot", none="yes")
        assert ExerciseSession.objects.get().answers["hot_foot"] is True
        assert kinds() == ["hot_foot"]

    def test_a_sign_is_not_lost_beside_one_that_nobody_knows(self, phone, session):
        phone.post(url("check_in", session), {"pain_after": "2", "signs": ["unheard_of", "fell"]})
        assert kinds() == ["fall"]

    def test_a_sign_shown_before_a_flag_was_removed_counts(self, phone, session):
        check_in(phone, session, "saddle")
        assert kinds() == ["cauda"]

    def test_no_alert_is_raised_if_all_is_well(self, phone, session):
        page = text(phone.get(check_in(phone, session).url))
        assert "Well done" in page
        assert kinds() == []

    def test_an_answer_of_an_older_page_counts(self, phone, session):
        check_in(phone, session, faint_or_chest_pain="yes", fell="yes")
        assert kinds() == ["faint", "fall"]


class TestNeverLost:
    def test_two_tabs_the_older_one_withdraws_nothing(self, phone, session):
        check_in(phone, session, "fell")
        page = text(phone.post(url("check_in", session), WELL, follow=True))
        assert "You had a fall" in page
        assert kinds() == ["fall"]
        assert ExerciseSession.objects.get().answers["fell"] is True

    def test_a_danger_in_the_second_tab_is_added(self, phone, session):
        check_in(phone, session)
        page = text(phone.post(url("check_in", session), WELL | {"signs": ["fell"]}, follow=True))
        assert "You had a fall" in page
        assert kinds() == ["fall"]
        assert ("standing", None) in ExerciseHold.objects.values_list("kind", "ends_at")

    def test_a_danger_for_a_finished_session_counts_without_the_pain(self, phone, session):
        check_in(phone, session)
        page = text(phone.post(url("check_in", session), {"signs": ["chest"]}, follow=True))
        assert "Call <span" in page.partition("<h1>")[2][:60]
        assert kinds() == ["chest"]

    @pytest.mark.parametrize("name", ["check_in", "ready"])
    def test_a_danger_for_a_session_discarded_meanwhile_is_a_report(self, phone, session, patient, name):
        discard_session(session=session, by=patient.user)
        for _time in range(2):
            answer = phone.post(url(name, session), {"signs": ["new_sore"], "pain_after": "2"})
        report = SafetyReport.objects.get()
        assert answer.url == f"/my/reports/{report.pk}/"
        assert report.answers == {"new_sore": True}
        assert kinds() == ["sore"]

    def test_without_a_danger_a_discarded_session_is_not_found(self, phone, session, patient):
        discard_session(session=session, by=patient.user)
        assert phone.post(url("check_in", session), WELL).status_code == 404
        assert not SafetyReport.objects.exists()

    def test_a_danger_sent_to_the_session_of_another_patient_is_their_own_report(self, phone, patient):
        other = ExerciseSessionFactory()
        phone.post(url("check_in", other), {"signs": ["fell"]})
        assert SafetyReport.objects.get().patient == patient
        other.refresh_from_db()
        assert other.answers["fell"] is False


class TestStoredOnce:
    def test_a_check_in_sent_twice_is_saved_once_and_shows_the_same_page(self, phone, session):
        sent = WELL | {"signs": ["hot_foot"]}
        pages = [text(phone.post(url("check_in", session), sent, follow=True)) for _time in range(2)]
        assert pages[0] == pages[1]
        assert Alert.objects.count() == 1
        assert AuditEvent.objects.filter(action="session.finished").count() == 1

    def test_an_empty_form_after_a_check_in_redirects_to_the_advice(self, phone, session):
        finish(session)
        answer = phone.post(url("check_in", session))
        assert (answer.status_code, answer.url) == (302, url("advice", session))

    def test_the_time_of_the_first_check_in_is_kept(self, session):
        finish(session)
        finish(session, at=NOON.replace(hour=20))
        assert ExerciseSession.objects.get().finished_at == NOON

    def test_a_danger_reported_in_a_second_check_in_is_added(self, session):
        finish(session)
        finish(session, fell=True)
        assert kinds() == ["fall"]
        assert get_check_in(ExerciseSession.objects.get())["fell"]
        assert AuditEvent.objects.filter(action="session.danger_added").count() == 1

    def test_a_second_check_in_does_not_withdraw_a_danger(self, session):
        finish(session, new_sore=True, pain_after=8)
        finish(session)
        assert "sore" in kinds()
        assert get_check_in(ExerciseSession.objects.get())["pain_after"] == 8

    def test_a_session_deleted_in_the_meantime_takes_no_answers(self, session, patient):
        discard_session(session=session, by=patient.user)
        discard_session(session=session, by=patient.user)
        with pytest.raises(SessionGoneError):
            save_pain_before(session=session, pain=3, by=patient.user)
        assert AuditEvent.objects.filter(action="session.dropped").count() == 1


answers = st.fixed_dictionaries(
    {
        "pain_after": st.integers(0, 10),
        "fell": st.booleans(),
        "dizzy": st.booleans(),
        "dizzy_passed": st.booleans(),
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
