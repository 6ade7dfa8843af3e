"""A danger told on a phone reaches the clinic, also in what is refused; it does so once, with the time of telling."""

import datetime
import uuid

import pytest

from patients.models import Alert, ExerciseHold, ExerciseSession, SafetyReport
from tests.factories import NOON, PatientFactory
from tests.patients.session_steps import url
from tests.patients.sessions.offline.offline_steps import is_refused, kept_report, kept_session, send

pytestmark = pytest.mark.django_db


def kinds():
    return sorted(Alert.objects.values_list("kind", flat=True))


class TestWhatIsRefused:
    """Its dangers are saved as a report; without one, nothing is."""

    @pytest.mark.parametrize(
        ("changes", "answers"),
        [
            ({"check_in": {"pain_after": "no", "fell": "yes"}}, {"fell": True}),
            ({"check_in": {"fell_stands": "no", "hot_foot": "perhaps"}, "asked": []}, {"fell_stands": False}),
            ({"session": {"version": str(uuid.uuid4())}, "check_in": {"chest": "yes"}}, {"chest": True}),
            ({"entries": "none", "check_in": {"low_sugar": "yes"}}, {"low_sugar": True}),
        ],
    )
    def test_a_danger_of_a_session_reaches_the_clinic_once(self, phone, version, changes, answers):
        kept = kept_session(version, **changes)
        assert all(is_refused(send(phone, kept)) for _time in range(2))
        assert SafetyReport.objects.get().answers == answers
        assert Alert.objects.count() == 1
        assert not ExerciseSession.objects.exists()

    def test_a_danger_of_a_report_with_a_wrong_time_reaches_the_clinic(self, phone, version, patient):
        kept = kept_report(patient, report={"reported_at": "yesterday"})
        assert is_refused(send(phone, kept))
        assert kinds() == ["hot_foot"]

    def test_one_that_the_same_session_has_told_before_is_not_told_again(self, phone, version):
        going_on = kept_session(version, session={"finished_at": None}, entries=[], check_in={"fell": "yes"})
        assert send(phone, going_on).status_code == 200
        finished = going_on | {
            "session": going_on["session"] | {"finished_at": NOON.isoformat()},
            "asked": [],
        }
        assert is_refused(send(phone, finished))
        assert kinds() == ["fall"]
        assert not SafetyReport.objects.exists()

    @pytest.mark.parametrize(
        "changes",
        [
            {"asked": []},
            {"session": {"key": "1"}, "check_in": {"fell": "yes"}},
            {"check_in": {"fell": "yes"}, "session": None},
        ],
    )
    def test_without_a_danger_or_a_key_nothing_is_saved(self, phone, version, changes):
        kept = kept_session(version) | changes
        assert is_refused(send(phone, kept))
        assert not SafetyReport.objects.exists()

    def test_a_danger_of_another_account_is_not_saved(self, phone, version):
        kept = kept_report(PatientFactory(), report={"reported_at": "yesterday"})
        assert is_refused(send(phone, kept))
        assert not SafetyReport.objects.exists()


class TestALostResponse:
    """The server has saved the form; the phone has not heard of it, and sends its own copy."""

    def test_a_sign_of_the_stop_sheet(self, phone, version, patient):
        key = str(uuid.uuid4())
        phone.post("/my/stop/", {"sign": "hot_foot", "key": key})
        assert send(phone, kept_report(patient, report={"key": key})).status_code == 200
        assert SafetyReport.objects.count() == 1
        assert kinds() == ["hot_foot"]

    def test_the_answers_on_the_page_of_a_report(self, phone, version, patient):
        phone.post("/my/stop/", {"sign": "fell"})
        report = SafetyReport.objects.get()
        phone.post(f"/my/reports/{report.pk}/", {"fell_head": "yes", "fell_stands": "yes"})
        kept = kept_report(
            patient, report={"key": str(report.pk)}, answers={"fell_head": "yes", "fell_stands": "yes"}
        )
        assert send(phone, kept).status_code == 200
        assert SafetyReport.objects.count() == 1
        assert kinds() == ["fall", "head"]

    def test_a_reason_for_not_today_with_answers_given_on_the_phone(self, phone, version, patient):
        phone.post("/my/not-today/", {"reason": "unsteady"})
        kept = kept_report(
            patient, report={"place": "not_today", "reason": "unsteady"}, answers={"fell": "yes"}
        )
        assert [send(phone, kept).status_code, send(phone, kept).status_code] == [200, 200]
        report = SafetyReport.objects.get()
        assert (report.answers, report.reason) == ({"fell": True}, "unsteady")
        assert kinds() == ["fall"]

    @pytest.mark.parametrize(
        "other",
        [{"reason": "foot"}, {"reported_at": (NOON - datetime.timedelta(hours=2)).isoformat()}],
    )
    def test_another_reason_or_one_of_another_hour_is_a_report_of_its_own(
        self, phone, version, patient, other
    ):
        phone.post("/my/not-today/", {"reason": "unsteady"})
        kept = kept_report(
            patient, report={"place": "not_today", "reason": "unsteady"} | other, answers={"fell": "yes"}
        )
        send(phone, kept)
        assert SafetyReport.objects.count() == 2

    def test_a_check_in_with_follow_ups_answered_on_the_phone(self, phone, session, version):
        phone.post(url("check_in", session), {"pain_after": "2", "signs": "fell"})
        kept = kept_session(
            version,
            session={"session": str(session.pk)},
            entries=[],
            check_in={"fell": "yes", "fell_head": "yes", "fell_stands": "yes"},
        )
        kept["asked"] = [*kept["asked"], "fell_head", "fell_stands"]
        assert send(phone, kept).status_code == 200
        assert ExerciseSession.objects.get().answers["fell_head"] is True
        assert kinds() == ["fall", "head"]


class TestTheTimeOfTelling:
    """A session begins before midnight; dizziness, told in it, holds standing exercises until the end of the day."""

    @pytest.fixture(autouse=True)
    def after_midnight(self, clock, patient):
        midnight = datetime.datetime(2026, 3, 3, tzinfo=patient.zone)
        clock.move_to(midnight + datetime.timedelta(minutes=12))
        return midnight

    def going_on(self, version, midnight, minutes):
        told = (midnight + datetime.timedelta(minutes=minutes)).isoformat()
        began = (midnight - datetime.timedelta(minutes=30)).isoformat()
        sent = (midnight + datetime.timedelta(minutes=12)).isoformat()
        times = {"started_at": began, "finished_at": None, "sent_at": sent}
        return kept_session(version, session=times, entries=[], check_in={"dizzy": "yes"}) | {
            "told_at": {"dizzy": told}
        }

    def test_told_after_midnight_it_holds_until_the_new_day_ends(self, phone, version, after_midnight):
        assert send(phone, self.going_on(version, after_midnight, minutes=10)).status_code == 200
        hold = ExerciseHold.objects.get(kind="standing")
        assert hold.ends_at == after_midnight + datetime.timedelta(days=1)

    def test_told_before_midnight_it_has_ended_with_that_day(self, phone, version, after_midnight):
        assert send(phone, self.going_on(version, after_midnight, minutes=-10)).status_code == 200
        assert ExerciseSession.objects.get().answers["dizzy"] is True
        assert not ExerciseHold.objects.live(after_midnight).exists()

    @pytest.mark.parametrize(
        "told_at", [None, {"dizzy": "noon"}, {"dizzy": 5}, {"nobody": "2026-03-03T05:10:00+00:00"}]
    )
    def test_a_time_that_cannot_be_read_does_not_keep_the_danger_away(
        self, phone, version, after_midnight, told_at
    ):
        kept = self.going_on(version, after_midnight, minutes=10) | {"told_at": told_at}
        assert send(phone, kept).status_code == 200
        assert ExerciseSession.objects.get().answers["dizzy"] is True

    def test_a_wrong_clock_is_corrected(self, phone, version, after_midnight):
        kept = self.going_on(version, after_midnight, minutes=10)
        day = datetime.timedelta(days=1)
        shifted = {
            name: (datetime.datetime.fromisoformat(kept["session"][name]) + day).isoformat()
            for name in ("started_at", "sent_at")
        }
        told = (after_midnight + datetime.timedelta(minutes=10) + day).isoformat()
        send(phone, kept | {"session": kept["session"] | shifted, "told_at": {"dizzy": told}})
        assert ExerciseHold.objects.get(kind="standing").ends_at == after_midnight + day
