"""Tests of the table of questions: a new row is used wherever the table is read, without a migration."""

import dataclasses
import html
import json
import re

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import IntegrityError, transaction

from patients.alerts.selectors.alert_details import AlertDetails
from patients.documents.handout import handout, handout_html
from patients.documents.paper_log import DayEntry, paper_log
from patients.documents.report import doctor_report
from patients.documents.services.paper_logs import save_paper_log
from patients.models import Alert, AlertLevel, AlertRule, Effort, ExerciseSession, Source
from patients.sessions import check_in
from patients.sessions.questions import Kind, Place
from patients.sessions.selectors.session_log import session_log
from patients.sessions.selectors.today import TodayState, get_today
from patients.sessions.services.sessions import finish_session
from tests.factories import (
    MONDAY,
    NOON,
    ClinicFactory,
    ExerciseSessionFactory,
    PatientFlagFactory,
    UserFactory,
    clinician,
)
from tests.infra.test_migrations import with_migrations
from tests.patients.session_steps import WELL, text, url
from tests.patients.sessions.offline.offline_steps import make_own

from .new_question import SWOLLEN_HAND, add_to_table

pytestmark = pytest.mark.django_db
YES = {"pain_after": "2", "signs": ["swollen_hand"]}


@pytest.fixture
def one_more(monkeypatch):
    add_to_table(monkeypatch)


@pytest.fixture
def told(one_more, session, patient):
    """Return a session whose check-in answers yes to the new question."""
    answers = {"pain_after": 2, "fell": False, "swollen_hand": True}
    return finish_session(session=session, answers=answers, by=patient.user, now=NOON)


@pytest.mark.usefixtures("one_more")
class TestNewQuestion:
    def test_the_form_has_it_and_asks_for_an_answer(self, phone, session):
        page = text(phone.get(url("check_in", session)))
        assert SWOLLEN_HAND.sign in page
        page = text(phone.post(url("check_in", session), {"pain_after": "2"}))
        assert "Check what happened, or “None of these”." in page

    def test_no_is_written_with_none_of_these(self, phone, session):
        phone.post(url("check_in", session), WELL)
        assert ExerciseSession.objects.get().answers["swollen_hand"] is False

    def test_a_yes_is_saved_shows_its_advice_and_raises_an_alert(self, phone, session):
        page = text(phone.post(url("check_in", session), YES, follow=True))
        assert "<h1>Rest that hand</h1>" in page
        assert ExerciseSession.objects.get().answers["swollen_hand"] is True
        alert = Alert.objects.get()
        assert (alert.kind, alert.level, alert.get_kind_display()) == ("swollen_hand", 3, "Swollen hand")
        assert AlertDetails.of([alert]).sentences == [SWOLLEN_HAND.said]
        assert AlertDetails.of([alert]).rules == ["a swollen hand"]

    def test_a_yes_begins_the_holds_of_its_row(self, phone, session, patient):
        phone.post(url("check_in", session), YES)
        today = get_today(patient, NOON)
        assert (today.state, today.on_hold) == (TodayState.RESTING, True)
        assert today.hold_kinds == {"all", "standing"}

    def test_the_paper_log_has_a_row_for_it(self, version, patient):
        assert SWOLLEN_HAND.on_paper in handout_html(handout(version, patient, now=NOON), paper="letter")

    def test_it_can_be_entered_from_paper(self, version, patient):
        sheet = paper_log(patient, MONDAY, now=NOON)
        assert "Swollen hand" in [row.label for row in sheet.dangers]
        day = DayEntry(MONDAY, dangers=frozenset({"swollen_hand"}))
        save_paper_log(
            patient=patient,
            starts_on=MONDAY,
            entries=[day],
            stamp=sheet.stamp,
            by=clinician(patient.clinic),
            now=NOON,
        )
        assert ExerciseSession.objects.get(source=Source.PAPER).answers == {"swollen_hand": True}
        assert Alert.objects.get().kind == "swollen_hand"

    def test_a_clinic_cannot_switch_its_alert_off(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            AlertRule.objects.create(
                clinic=ClinicFactory(), kind="swollen_hand", level=AlertLevel.CRITICAL, is_on=False
            )

    def test_it_needs_no_migration(self):
        with with_migrations():
            call_command("makemigrations", "--check", "--dry-run", verbosity=0)


class TestTeamPages:
    def test_the_session_log_shows_it(self, told):
        assert session_log([told], {}, {}, [])[0].reported == ["Swollen hand"]

    def test_the_doctors_report_shows_it(self, told, patient):
        report = doctor_report(patient, by=clinician(patient.clinic), now=NOON)
        assert [event.kind for event in report.events] == ["Swollen hand"]

    def test_the_admin_shows_it(self, told, client):
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        sessions = admin.site.get_model_admin(ExerciseSession)
        columns = sessions.get_list_display(request=None)
        shown = {getattr(column, "short_description", ""): column for column in columns}
        assert shown["Swollen hand"](told) is True


@pytest.mark.usefixtures("one_more")
class TestOnAPhone:
    def data_of(self, page):
        found = re.search(r'id="offline-data" type="application/json">(.*?)</script>', page)
        return json.loads(found[1])["check_in"]

    def test_the_offline_page_asks_it_and_has_its_consequences(self, phone, version):
        make_own(phone)
        page = text(phone.get("/my/offline/"))
        data = self.data_of(page)
        assert "swollen_hand" in data["asked"]
        assert {"question": "swollen_hand"} in data["dangers"]
        hold = {"question": "swollen_hand", "kind": "standing", "until": "a_person", "recheck": None}
        assert hold | {"when": [{"question": "swollen_hand"}]} in data["holds"]
        whens = [json.loads(html.unescape(when)) for when in re.findall(r'data-applies="(.*?)"', page)]
        assert [{"question": "swollen_hand"}] in whens
        assert SWOLLEN_HAND.sign in page


class TestQuestionForSomePatients:
    @pytest.fixture(autouse=True)
    def numb_feet_only(self, monkeypatch):
        add_to_table(monkeypatch, dataclasses.replace(SWOLLEN_HAND, asked_of=frozenset({"numb_feet"})))

    def test_it_is_asked_of_patients_with_the_flag(self, phone, session, patient):
        assert SWOLLEN_HAND.sign not in text(phone.get(url("check_in", session)))
        PatientFlagFactory(patient=patient, flag="numb_feet")
        assert SWOLLEN_HAND.sign in text(phone.get(url("check_in", session)))

    def test_a_yes_counts_after_the_flag_has_been_removed(self, phone, session):
        phone.post(url("check_in", session), YES)
        assert Alert.objects.get().kind == "swollen_hand"

    def test_the_page_stays_within_its_ten_queries(self, phone, session, django_assert_max_num_queries):
        with django_assert_max_num_queries(10):
            phone.get(url("check_in", session))


class TestRetiredQuestion:
    def test_stored_answers_still_count(self, monkeypatch, phone, version, session):
        add_to_table(monkeypatch, dataclasses.replace(SWOLLEN_HAND, asked_at=()))
        assert SWOLLEN_HAND.sign not in text(phone.get(url("check_in", session)))
        phone.post(url("check_in", session), WELL | {"swollen_hand": "yes"})
        assert Alert.objects.get().kind == "swollen_hand"
        assert session_log(ExerciseSession.objects.finished(), {}, {}, [])[0].reported == ["Swollen hand"]


class TestTheTable:
    def test_every_question_about_a_danger_has_all_texts(self):
        for question in check_in.QUESTIONS:
            if question.kind is Kind.YES_NO:
                assert question.label, question.id
                assert question.sign or question.missing, question.id
                assert not question.alert or (question.in_short and question.said), question.id
                assert question.alert is None or question.advice, question.id
            assert Place.PAPER not in question.asked_at or question.on_paper, question.id

    def test_every_row_has_a_source(self):
        for question in check_in.QUESTIONS:
            assert question.why, question.id
            assert all(advice.why for advice in question.advice), question.id

    def test_ids_are_unique_and_columns_are_those_of_the_model(self):
        ids = [question.id for question in check_in.QUESTIONS]
        assert len(set(ids)) == len(ids)
        fields = {field.name for field in ExerciseSession._meta.get_fields()}
        assert {question.id for question in check_in.QUESTIONS if question.is_column} == fields & set(ids)

    def test_efforts_match_those_of_the_model(self):
        assert check_in.question("effort").options == tuple(Effort.choices)

    def test_a_finished_session_of_the_app_has_answers(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            ExerciseSessionFactory(fell=None, faint_or_chest_pain=None, new_sore=None)

    def test_the_worst_of_two_answers_is_kept(self):
        known = {"pain_before": 3, "pain_after": 5, "fell": True, "new_sore": False}
        assert check_in.keep_worst(known, {"pain_after": 2, "fell": False, "new_sore": True}) == {
            "pain_before": 3,
            "pain_after": 5,
            "fell": True,
            "new_sore": True,
        }
