"""Tests of "not today: I am afraid to fall": its two questions, what follows, and what the team reads of it."""

import datetime
import itertools
import re

import pytest
from django.urls import reverse

from patients.alerts.selectors.alert_sentences import describe_alert
from patients.alerts.services.answers import acknowledge_alert
from patients.models import Alert, AlertLevel, ExerciseHold, Reason, SafetyReport
from patients.sessions import check_in
from patients.sessions.offline.snapshot import as_sent
from patients.sessions.questions import Place
from patients.sessions.selectors.session_log import session_log
from patients.sessions.selectors.today import TodayState, get_today
from patients.sessions.services.reports import add_to_report
from patients.sessions.services.skipped_days import skip_day
from tests.factories import NOON
from tests.patients.session_steps import text
from tests.patients.sessions.offline.offline_steps import kept_report, send

from .test_reports import heading, report_page, say, sitting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("version")]

DAY = datetime.timedelta(days=1)


class TestOnThePhone:
    def test_afraid_asks_for_more_support_and_for_someone_before_anything_else(self, phone):
        report = say(phone, "afraid")
        page = report_page(phone, report)
        assert re.findall(r'name="(\w+)" value="yes"', page) == ["more_support", "someone_there"]
        assert "Someone may stand beside you." not in page
        assert sitting(page) == set()
        page = report_page(phone, report, {"more_support": "yes"})
        assert 'id="id_someone_there-error"' in page
        report.refresh_from_db()
        assert report.answers == {}

    @pytest.mark.parametrize("more_support", [True, False])
    @pytest.mark.parametrize("someone_there", [True, False])
    def test_afraid_offers_sitting_exercises_and_support_to_whom_wants_it(
        self, phone, patient, more_support, someone_there
    ):
        answers = {"more_support": more_support, "someone_there": someone_there}
        report = say(phone, "afraid")
        page = report_page(phone, report, {name: as_sent(told) for name, told in answers.items()})
        assert heading(page) == ("You may hold on more" if more_support else "Thank you for telling us")
        assert ("You may hold on with both hands wherever there is something firm." in page) is more_support
        assert ("If an exercise has “Hold on more”, open it to choose." in page) is more_support
        assert "You may always hold on with both hands." in page
        assert "Someone may stand beside you." in page
        assert sitting(page) == {"Ankle pump", "Seated march"}
        report.refresh_from_db()
        assert report.answers == answers

    @pytest.mark.parametrize("told", list(itertools.product(["yes", "no"], repeat=2)))
    def test_no_answer_of_who_is_afraid_is_a_danger(self, phone, patient, told):
        answers = dict(zip(("more_support", "someone_there"), told, strict=True))
        report_page(phone, say(phone, "afraid"), answers)
        report = SafetyReport.objects.get()
        assert not report.is_told_of_danger
        assert [alert.kind for alert in Alert.objects.all()] == ["afraid"]
        assert not ExerciseHold.objects.exists()
        assert not patient.flags.exists()
        assert get_today(patient, NOON).state == TodayState.NOT_TODAY

    def test_only_who_is_afraid_is_asked(self, phone):
        for reason in ("pain", "unsteady", "foot", "unwell"):
            page = text(phone.get(phone.post("/my/not-today/", {"reason": reason}).url))
            assert "more_support" not in page
            assert "someone_there" not in page
        assert not {"more_support", "someone_there"} & {
            row.id for place in Place for row in check_in.asked_at(place)
        }

    def test_who_leaves_the_page_finds_the_questions_again(self, phone):
        report = say(phone, "afraid")
        page = text(phone.get("/my/"))
        assert "OK, not today" in page
        assert reverse("my:report", args=[report.pk]) in page
        assert 'name="more_support"' in report_page(phone, report)
        assert Alert.objects.get().kind == "afraid"

    @pytest.mark.parametrize("more_support", [True, False])
    @pytest.mark.parametrize("someone_there", [True, False])
    def test_what_was_told_without_a_connection_arrives_once(
        self, phone, patient, more_support, someone_there
    ):
        wishes = {"more_support": more_support, "someone_there": someone_there}
        sent = {name: as_sent(told) for name, told in wishes.items()}
        kept = kept_report(patient, report={"place": "not_today", "reason": "afraid"}, answers=sent)
        for _time in range(2):
            assert send(phone, kept).status_code == 200
        assert SafetyReport.objects.get().answers == wishes
        assert Alert.objects.get().facts["seen"]["told"] == wishes
        assert not ExerciseHold.objects.exists()


class TestForTheTeam:
    WISHES = {"more_support": True, "someone_there": False}

    @pytest.fixture
    def report(self, patient):
        return self.skip(patient, NOON)

    def skip(self, patient, now):
        return skip_day(patient=patient, reason=Reason.AFRAID, by=patient.user, now=now)

    def tell(self, report, **wishes):
        return add_to_report(report=report, answers=wishes, by=report.patient.user, now=NOON)

    @pytest.mark.parametrize(
        ("wishes", "words"),
        [
            (
                {"more_support": True, "someone_there": False},
                "Wants more support: yes. Someone will be there: no.",
            ),
            (
                {"more_support": False, "someone_there": True},
                "Wants more support: no. Someone will be there: yes.",
            ),
        ],
    )
    def test_the_alert_of_the_reason_says_what_was_wished(self, report, wishes, words):
        assert describe_alert(report.alerts.get()) == "“I am afraid to fall.” Talk with the patient about it."
        self.tell(report, **wishes)

        alert = report.alerts.get()
        assert (alert.kind, alert.level) == ("afraid", AlertLevel.LOW)
        assert describe_alert(alert) == f"“I am afraid to fall.” {words} Talk with the patient about it."

    def test_the_wishes_reach_an_alert_that_someone_works_on(self, report, dana):
        acknowledge_alert(alert=report.alerts.get(), by=dana, now=NOON)
        self.tell(report, **self.WISHES)
        assert report.alerts.get().facts["seen"]["told"] == self.WISHES

    def test_a_second_day_raises_no_other_alert_and_its_wishes_are_in_the_log(self, report, patient):
        self.tell(report, more_support=False, someone_there=True)
        self.tell(self.skip(patient, NOON + DAY), **self.WISHES)

        assert Alert.objects.get().report == report
        lines = session_log([], {}, {}, [], patient.safety_reports.all())
        assert [line.reported for line in lines] == [
            ["Wants more support: yes", "Someone will be there: no"],
            ["Wants more support: no", "Someone will be there: yes"],
        ]
