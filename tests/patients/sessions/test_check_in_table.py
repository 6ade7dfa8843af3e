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
from patients.sessions.services.sessions import finish_session, save_foot_check
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
from tests.patients.sessions.offline.offline_steps import kept_session, make_own, send

from .new_question import HOT_FOOT, add_to_table

pytestmark = pytest.mark.django_db
YES = WELL | {"hot_foot": "yes"}


@pytest.fixture
def one_more(monkeypatch):
    add_to_table(monkeypatch)


@pytest.fixture
def told(one_more, session, patient):
    """Return a session whose check-in answers yes to the new question."""
    answers = {"pain_after": 2, "fell": False, "hot_foot": True}
    return finish_session(session=session, answers=answers, by=patient.user, now=NOON)


@pytest.mark.usefixtures("one_more")
class TestNewQuestion:
    def test_the_form_has_it_and_counts_it(self, phone, session):
        page = text(phone.get(url("check_in", session)))
        assert HOT_FOOT.label in page
        assert HOT_FOOT.hint in page
        assert "5 short questions." in page
        page = text(phone.post(url("check_in", session), WELL))
        assert HOT_FOOT.missing in page

    def test_a_yes_is_saved_shows_its_advice_and_raises_an_alert(self, phone, session):
        page = text(phone.post(url("check_in", session), YES, follow=True))
        assert "<h1>Stay off the hot foot</h1>" in page
        assert ExerciseSession.objects.get().answers["hot_foot"] is True
        alert = Alert.objects.get()
        assert (alert.kind, alert.level, alert.get_kind_display()) == ("hot_foot", 3, "Hot or red foot")
        assert AlertDetails.of([alert]).sentences == [HOT_FOOT.said]
        assert AlertDetails.of([alert]).rules == ["a hot or red foot"]

    def test_a_yes_begins_the_holds_of_its_row(self, phone, session, patient):
        phone.post(url("check_in", session), YES)
        today = get_today(patient, NOON)
        assert (today.state, today.on_hold) == (TodayState.RESTING, True)
        Alert.objects.update(settled_at=NOON, settled_by=patient.user)
        assert not get_today(patient, NOON).on_hold

    def test_the_paper_log_has_a_row_for_it(self, version, patient):
        assert HOT_FOOT.on_paper in handout_html(handout(version, patient, now=NOON), paper="letter")

    def test_it_can_be_entered_from_paper(self, version, patient):
        sheet = paper_log(patient, MONDAY, now=NOON)
        assert [row.label for row in sheet.dangers][-1] == "Hot or red foot"
        day = DayEntry(MONDAY, dangers=frozenset({"hot_foot"}))
        save_paper_log(
            patient=patient,
            monday=MONDAY,
            entries=[day],
            stamp=sheet.stamp,
            by=clinician(patient.clinic),
            now=NOON,
        )
        assert ExerciseSession.objects.get(source=Source.PAPER).answers == {"hot_foot": True}
        assert Alert.objects.get().kind == "hot_foot"

    def test_a_clinic_cannot_switch_its_alert_off(self):
        with pytest.raises(IntegrityError), transaction.atomic():
            AlertRule.objects.create(
                clinic=ClinicFactory(), kind="hot_foot", level=AlertLevel.CRITICAL, is_on=False
            )

    def test_it_needs_no_migration(self):
        with with_migrations():
            call_command("makemigrations", "--check", "--dry-run", verbosity=0)


class TestTeamPages:
    def test_the_session_log_shows_it(self, told):
        assert session_log([told], {}, {}, [])[0].reported == ["Hot or red foot"]

    def test_the_doctors_report_shows_it(self, told, patient):
        report = doctor_report(patient, by=clinician(patient.clinic), now=NOON)
        assert [event.kind for event in report.events] == ["Hot or red foot"]

    def test_the_admin_shows_it(self, told, client):
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        sessions = admin.site.get_model_admin(ExerciseSession)
        columns = sessions.get_list_display(request=None)
        assert columns[-1](told) is True
        assert columns[-1].short_description == "Hot or red foot"


@pytest.mark.usefixtures("one_more")
class TestOffline:
    def data_of(self, page):
        found = re.search(r'id="offline-data" type="application/json">(.*?)</script>', page)
        return json.loads(found[1])

    def test_the_offline_page_asks_it_and_has_its_consequences(self, phone, version):
        make_own(phone)
        page = text(phone.get("/my/offline/"))
        data = self.data_of(page)["check_in"]
        assert "hot_foot" in data["asked"]
        assert {"question": "hot_foot"} in data["rests"]
        assert {"question": "hot_foot"} in data["holds"]
        whens = [json.loads(html.unescape(when)) for when in re.findall(r'data-applies="(.*?)"', page)]
        assert [{"question": "hot_foot"}] in whens
        assert HOT_FOOT.label in page
        assert HOT_FOOT.missing in page

    def test_its_answer_is_saved(self, phone, version):
        asked = [*WELL, "hot_foot"]
        assert (
            send(phone, kept_session(version, check_in={"hot_foot": "yes"}, asked=asked)).status_code == 200
        )
        assert ExerciseSession.objects.get().answers["hot_foot"] is True
        assert Alert.objects.get().kind == "hot_foot"

    def test_a_session_stored_before_the_question_existed_is_saved(self, phone, version):
        assert send(phone, kept_session(version, asked=list(WELL))).status_code == 200
        assert "hot_foot" not in ExerciseSession.objects.get().answers

    def test_a_session_of_a_phone_that_does_not_name_its_questions_is_saved(self, phone, version):
        kept = kept_session(version, check_in={"fell": "yes"})
        assert "asked" not in kept
        assert send(phone, kept).status_code == 200
        assert Alert.objects.get().kind == "fall"

    @pytest.mark.parametrize(
        "asked",
        [[], ["pain_after"], ["pain_after"] * 2, ["fell", "new_sore"], [*WELL, "unheard_of"], 7, [[]]],
    )
    def test_unknown_questions_are_refused(self, phone, version, asked):
        assert send(phone, kept_session(version, asked=asked)).status_code == 422
        assert not ExerciseSession.objects.exists()

    def test_asked_questions_have_to_be_answered(self, phone, version):
        assert send(phone, kept_session(version, asked=[*WELL, "hot_foot"])).status_code == 422


class TestQuestionForSomePatients:
    @pytest.fixture(autouse=True)
    def numb_feet_only(self, monkeypatch):
        add_to_table(monkeypatch, dataclasses.replace(HOT_FOOT, asked_of=frozenset({"numb_feet"})))

    def test_it_is_asked_of_patients_with_the_flag(self, phone, session, patient):
        assert HOT_FOOT.label not in text(phone.get(url("check_in", session)))
        PatientFlagFactory(patient=patient, flag="numb_feet")
        assert HOT_FOOT.label in text(phone.get(url("check_in", session)))

    def test_a_yes_counts_after_the_flag_has_been_removed(self, phone, session):
        phone.post(url("check_in", session), YES)
        assert Alert.objects.get().kind == "hot_foot"

    def test_the_page_stays_within_its_ten_queries(self, phone, session, django_assert_max_num_queries):
        with django_assert_max_num_queries(10):
            phone.get(url("check_in", session))


class TestRetiredQuestion:
    def test_stored_answers_still_count(self, monkeypatch, phone, version, session):
        add_to_table(monkeypatch, dataclasses.replace(HOT_FOOT, asked_at=()))
        assert HOT_FOOT.label not in text(phone.get(url("check_in", session)))
        send(phone, kept_session(version, check_in={"hot_foot": "yes"}, asked=[*WELL, "hot_foot"]))
        assert Alert.objects.get().kind == "hot_foot"
        assert session_log(ExerciseSession.objects.finished(), {}, {}, [])[0].reported == ["Hot or red foot"]


class TestTheTable:
    def test_every_question_about_a_danger_has_all_texts(self):
        for question in check_in.QUESTIONS:
            if question.kind is Kind.YES_NO:
                assert all((question.label, question.missing, question.in_short, question.said)), question.id
                assert question.alert is None or question.advice, question.id
            assert Place.PAPER not in question.asked_at or question.on_paper, question.id

    def test_every_row_has_a_source(self):
        for question in check_in.QUESTIONS:
            assert question.source, question.id
            assert all(advice.source for advice in question.advice), question.id

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

    def test_a_finding_of_the_foot_check_is_saved_as_an_answer(self, session, patient):
        for found in check_in.FOOT_CHECK.values():
            save_foot_check(session=session, found=found, by=patient.user, now=NOON)
        session.refresh_from_db()
        assert session.answers == {"new_sore": True}
