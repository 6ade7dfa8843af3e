"""Tests of sessions sent after they were done offline: saved once, on their day, and completely."""

import datetime
import json
import uuid

import pytest
from django.test import Client

from clinic.models import AuditEvent
from patients.models import Alert, ExerciseHold, ExerciseSession, Plan, PlanState, SafetyReport
from patients.sessions.offline.payload import account_tag
from tests.factories import MONDAY, NOON, PatientFactory, published_plan
from tests.patients.session_steps import url
from tests.patients.sessions.offline.offline_steps import (
    ANSWERS,
    PAGE_ANSWERS,
    is_refused,
    kept_report,
    kept_session,
    send,
)

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


def moments(started, sent):
    """Return the times of a session started and sent at these times by the phone's clock."""
    return {
        "started_at": started.isoformat(),
        "finished_at": (started + datetime.timedelta(minutes=20)).isoformat(),
        "sent_at": sent.isoformat(),
    }


class TestSaving:
    def test_the_whole_session_is_stored_on_the_day_it_was_done(self, phone, version, items):
        kept = kept_session(version, session=moments(NOON - 2 * DAY, NOON))

        answer = send(phone, kept)

        assert (answer.status_code, answer.json()["notes"]) == (200, [])
        session = ExerciseSession.objects.get()
        assert (session.on_date, session.version, session.pain_before) == (MONDAY - 2 * DAY, version, 3)
        assert session.finished_at == NOON - 2 * DAY + datetime.timedelta(minutes=20)
        assert session.entered_by == phone_user(session)
        told = list(session.entries.order_by("item__order").values_list("item", "outcome", "effort"))
        assert told == [(item.pk, "done", "easy") for item in items]
        assert AuditEvent.objects.filter(action="session.finished", object_id=str(session.pk)).count() == 1

    def test_a_session_sent_again_is_not_saved_again_and_gets_the_same_receipt(self, phone, version):
        kept = kept_session(version)
        first, second = send(phone, kept), send(phone, kept)
        assert first.status_code == second.status_code == 200
        assert first.json() == second.json()
        assert ExerciseSession.objects.count() == 1
        assert AuditEvent.objects.filter(action="session.finished").count() == 1

    def test_a_danger_that_comes_with_the_second_copy_is_added(self, phone, version):
        kept = kept_session(version)
        send(phone, kept)
        later = kept | {"check_in": ANSWERS | {"fell": "yes", "pain_after": "0"}}
        for _time in range(2):
            assert send(phone, later).status_code == 200
        session = ExerciseSession.objects.get()
        assert (session.answers["fell"], session.pain_after) == (True, 2)
        assert list(Alert.objects.values_list("kind", flat=True)) == ["fall"]

    def test_a_second_copy_does_not_withdraw_a_danger(self, phone, version):
        kept = kept_session(version, check_in={"fell": "yes"})
        send(phone, kept)
        send(phone, kept | {"check_in": ANSWERS})
        assert ExerciseSession.objects.get().answers["fell"] is True

    def test_two_sessions_of_one_day_are_both_saved(self, phone, version):
        for _time in range(2):
            assert send(phone, kept_session(version)).status_code == 200
        assert ExerciseSession.objects.filter(on_date=MONDAY).count() == 2

    def test_an_exercise_that_was_not_done_has_no_effort(self, phone, version, items):
        entry = {"item": str(items[0].pk), "outcome": "not_today", "effort": "easy", "at": NOON.isoformat()}
        send(phone, kept_session(version, entries=[entry]))
        stored = ExerciseSession.objects.get().entries.get()
        assert (stored.outcome, stored.effort) == ("not_today", "")

    def test_a_danger_raises_an_alert_on_arrival(self, phone, version):
        kept = kept_session(version, session=moments(NOON - DAY, NOON), check_in={"fell": "yes"})
        send(phone, kept)
        alert = Alert.objects.get(kind="fall")
        assert alert.raised_at == NOON
        assert alert.session.on_date == MONDAY - DAY

    def test_the_time_of_arrival_is_saved_as_well_as_the_day(self, phone, version):
        send(phone, kept_session(version, session=moments(NOON - DAY, NOON)))
        stored = ExerciseSession.objects.get()
        assert (stored.on_date, stored.arrived_at) == (MONDAY - DAY, NOON)


class TestOpenSession:
    def test_a_session_begun_online_is_continued(self, phone, version, items, session):
        phone.post(f"/my/session/{session.pk}/pain/", {"pain": "5"})
        phone.post(f"/my/session/{session.pk}/exercises/{items[0].pk}/", {"outcome": "not_today"})
        kept = kept_session(version, session={"session": str(session.pk), "pain_before": None})
        kept["entries"] = kept["entries"][1:]

        send(phone, kept)

        stored = ExerciseSession.objects.get()
        assert (stored.pk, stored.pain_before, stored.is_finished) == (session.pk, 5, True)
        assert sorted(stored.entries.values_list("outcome", flat=True)) == ["done", "done", "not_today"]

    def test_a_session_begun_elsewhere_on_the_same_day_is_continued(self, phone, version, session):
        send(phone, kept_session(version))
        assert ExerciseSession.objects.get().pk == session.pk

    def test_an_open_session_of_another_day_stays_open(self, phone, version, session):
        send(phone, kept_session(version, session=moments(NOON - 3 * DAY, NOON)))
        assert ExerciseSession.objects.count() == 2
        assert ExerciseSession.objects.open().get().pk == session.pk

    def test_a_session_finished_in_the_meantime_is_not_changed_and_another_one_is_saved(
        self, phone, version, session
    ):
        phone.post(f"/my/session/{session.pk}/check-in/", PAGE_ANSWERS)
        send(phone, kept_session(version, session={"session": str(session.pk)}))
        assert ExerciseSession.objects.count() == 2
        assert not ExerciseSession.objects.get(pk=session.pk).entries.exists()

    def test_a_check_in_that_arrived_without_a_response_is_not_saved_twice(
        self, phone, version, items, session
    ):
        phone.post(url("step", session, items[0]), {"outcome": "done"})
        phone.post(url("effort", session, items[0]), {"effort": "easy"})
        phone.post(url("check_in", session), PAGE_ANSWERS)
        entry = {"item": str(items[0].pk), "outcome": "done", "effort": "easy", "at": NOON.isoformat()}
        kept = kept_session(version, session={"session": str(session.pk)}, entries=[entry])

        for _time in range(2):
            assert send(phone, kept).status_code == 200

        assert ExerciseSession.objects.get() == session
        assert ExerciseSession.objects.get().arrived_at is None  # it was finished online

    @pytest.mark.parametrize("told", [{"fell": "yes"}, {"pain_after": "9"}, {"new_sore": "yes"}])
    def test_a_check_in_with_other_answers_is_saved_as_a_second_session(self, phone, version, session, told):
        phone.post(url("check_in", session), PAGE_ANSWERS)
        send(phone, kept_session(version, session={"session": str(session.pk)}, entries=[], check_in=told))
        assert ExerciseSession.objects.count() == 2


class TestUndone:
    """An answer on the server that was undone without a connection."""

    @pytest.fixture
    def answered(self, phone, session, items):
        for item in items[:2]:
            phone.post(url("ready", session), {"none": "yes"})
            phone.post(url("step", session, item), {"outcome": "done"})
            phone.post(url("effort", session, item), {"effort": "too_hard"})
        assert session.entries.count() == 2
        return session

    def told(self, answered, *undone, entries=()):
        return kept_session(
            answered.version,
            session={"session": str(answered.pk)},
            entries=list(entries),
            undone=[str(item.pk) for item in undone],
        )

    def test_it_is_deleted_and_the_others_stay(self, phone, answered, items):
        kept = self.told(answered, items[1])
        for _time in range(2):
            assert send(phone, kept).status_code == 200
        session = ExerciseSession.objects.get()
        assert session.is_finished
        assert [entry.item_id for entry in session.entries.all()] == [items[0].pk]
        assert AuditEvent.objects.filter(action="session.answer_undone").count() == 1

    def test_a_new_answer_replaces_it(self, phone, answered, items):
        entry = {"item": str(items[1].pk), "outcome": "not_today", "effort": "", "at": NOON.isoformat()}
        send(phone, self.told(answered, items[1], entries=[entry]))
        told = dict(ExerciseSession.objects.get().entries.values_list("item", "outcome"))
        assert told == {items[0].pk: "done", items[1].pk: "not_today"}
        assert not AuditEvent.objects.filter(action="session.answer_undone").exists()

    def test_nothing_is_deleted_from_a_session_finished_in_the_meantime(self, phone, answered, items):
        phone.post(url("check_in", answered), PAGE_ANSWERS)
        send(phone, self.told(answered, items[1]))
        assert answered.entries.count() == 2
        assert ExerciseSession.objects.exclude(pk=answered.pk).get().is_finished

    def test_the_field_may_be_missing(self, phone, version):
        kept = kept_session(version)
        assert "undone" not in kept
        assert send(phone, kept).status_code == 200


class TestPlanChanged:
    NOTE = "Your plan changed while you were offline. What you did counts. The new plan is ready."

    def test_the_session_belongs_to_the_version_it_was_done_with(self, phone, version):
        kept = kept_session(version)
        published_plan(plan=version.plan, number=2)
        answer = send(phone, kept)
        assert answer.json()["notes"] == [self.NOTE]
        assert ExerciseSession.objects.get().version == version

    @pytest.mark.parametrize("state", [PlanState.PAUSED, PlanState.FINISHED])
    def test_the_session_is_saved_for_a_paused_or_finished_plan(self, phone, version, state):
        Plan.objects.filter(pk=version.plan_id).update(state=state)
        answer = send(phone, kept_session(version))
        assert (answer.status_code, ExerciseSession.objects.count()) == (200, 1)
        assert answer.json()["notes"]


class TestClocks:
    def test_a_wrong_clock_is_corrected_by_its_time_of_sending(self, phone, version):
        wrong = datetime.timedelta(days=400)
        send(phone, kept_session(version, session=moments(NOON - DAY - wrong, NOON - wrong)))
        assert ExerciseSession.objects.get().on_date == MONDAY - DAY

    @pytest.mark.parametrize(
        ("started", "day"), [(NOON + 3 * DAY, MONDAY), (NOON - 90 * DAY, MONDAY - 30 * DAY)]
    )
    def test_an_impossible_day_is_moved_and_the_patient_is_informed(self, phone, version, started, day):
        answer = send(phone, kept_session(version, session=moments(started, NOON)))
        assert ExerciseSession.objects.get().on_date == day
        assert "clock of your phone" in answer.json()["notes"][0]

    def test_a_session_never_ends_before_its_start_or_after_its_arrival(self, phone, version):
        told = moments(NOON, NOON) | {"finished_at": (NOON - DAY).isoformat()}
        send(phone, kept_session(version, session=told))
        session = ExerciseSession.objects.get()
        assert session.started_at == session.finished_at == NOON


class TestRefused:
    @pytest.mark.parametrize(
        "spoil",
        [
            lambda kept: kept["check_in"].pop("fell"),
            lambda kept: kept["check_in"].update(pain_after="11"),
            lambda kept: kept["session"].update(pain_before=-1),
            lambda kept: kept["session"].update(key="1"),
            lambda kept: kept["session"].update(started_at="yesterday"),
            lambda kept: kept["session"].update(started_at="2026-03-02T12:00:00"),
            lambda kept: kept["entries"][0].update(outcome="perhaps"),
            lambda kept: kept["entries"][0].update(item=str(uuid.uuid4())),
            lambda kept: kept.update(entries=kept["entries"] * 50),
            lambda kept: kept.update(entries=None),
            lambda kept: kept.update(undone=None),
            lambda kept: kept.update(undone=["1"]),
            lambda kept: kept.update(undone=[str(uuid.uuid4())] * 101),
            lambda kept: kept.update(session=[]),
            lambda kept: kept.update(padding="x" * 70_000),
            lambda kept: kept.update(padding="x" * 3_000_000),  # longer than Django reads
        ],
    )
    def test_an_invalid_session_is_not_saved_in_part(self, phone, version, spoil):
        kept = kept_session(version)
        spoil(kept)
        assert is_refused(send(phone, kept))
        assert not ExerciseSession.objects.exists()

    @pytest.mark.parametrize("body", [b"", b"\xff", b"[]", b"null", b'{"session": 1}'])
    def test_a_payload_without_a_session_is_refused(self, phone, version, body):
        answer = phone.post("/my/sync/", body, content_type="application/json")
        assert is_refused(answer)

    def test_the_plan_of_another_patient_is_refused(self, phone, version):
        theirs = published_plan(PatientFactory())
        kept = kept_session(
            theirs, session={"tag": account_tag(version.plan.patient.user, version.plan.patient)}
        )
        assert is_refused(send(phone, kept))
        assert not ExerciseSession.objects.exists()

    def test_a_session_of_another_account_is_not_saved(self, phone, version):
        somebody = PatientFactory()
        kept = kept_session(version, session={"tag": account_tag(somebody.user, somebody)})
        answer = send(phone, kept)
        assert (answer.status_code, answer.has_header("X-Refused")) == (409, False)
        assert not ExerciseSession.objects.exists()

    def test_a_csrf_token_is_required_and_a_get_request_returns_one(self, patient, version):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(patient.user)
        kept = kept_session(version)
        answer = send(strict, kept)
        assert (answer.status_code, answer.has_header("X-Refused")) == (403, False)

        who = strict.get("/my/sync/").json()
        answer = strict.post(
            "/my/sync/",
            json.dumps(kept),
            content_type="application/json",
            headers={"X-CSRFToken": who["token"]},
        )

        assert who["tag"] == kept["session"]["tag"]
        assert answer.status_code == 200


def test_the_tag_is_anonymous_and_differs_for_each_account():
    one, other = PatientFactory(full_name="Rosa"), PatientFactory(full_name="Rosa")
    tags = {account_tag(one.user, one), account_tag(other.user, other), account_tag(one.user, other)}
    assert len(tags) == 3
    assert all(str(one.pk) not in tag and "Rosa" not in tag for tag in tags)


def phone_user(session):
    return session.patient.user


class TestADangerToldBeforeTheCheckIn:
    """A session that goes on on the phone is sent as soon as a danger is told in it, without `finished_at`."""

    def told(self, version, **changes):
        session = {"finished_at": None} | changes
        return kept_session(version, session=session, entries=[]) | {
            "check_in": {"ill": "no", "hot_foot": "yes", "new_sore": "no"},
            "asked": None,
        }

    def test_it_reaches_the_clinic_and_the_session_stays_open(self, phone, version):
        kept = self.told(version)
        for _time in range(2):
            assert send(phone, kept).status_code == 200
        session = ExerciseSession.objects.get()
        assert not session.is_finished
        assert session.answers["hot_foot"] is True
        assert list(Alert.objects.values_list("kind", flat=True)) == ["hot_foot"]
        assert "foot_rest" in ExerciseHold.objects.values_list("kind", flat=True)

    def test_the_finished_session_is_the_same_one_and_raises_the_alert_once(self, phone, version):
        kept = self.told(version)
        send(phone, kept)
        whole = kept_session(version, session={"key": kept["session"]["key"]}, check_in={"hot_foot": "yes"})
        assert send(phone, whole).status_code == 200
        session = ExerciseSession.objects.get()
        assert session.is_finished
        assert session.entries.count() == 3
        assert Alert.objects.count() == 1


class TestReports:
    def test_a_report_is_saved_once_on_its_day_and_reaches_the_clinic(self, phone, version, patient):
        told_at = (NOON - DAY).isoformat()
        kept = kept_report(patient, report={"reported_at": told_at})
        for _time in range(2):
            assert send(phone, kept).status_code == 200
        report = SafetyReport.objects.get()
        assert (report.on_date, report.place, report.arrived_at) == (MONDAY - DAY, "stop", NOON)
        assert Alert.objects.get().report == report
        assert ExerciseHold.objects.live(NOON).get().kind == "foot_rest"
        over = ExerciseHold.objects.exclude(ends_at=None).get()
        assert (over.kind, over.on_date, over.is_live(NOON)) == ("all", MONDAY - DAY, False)

    def test_a_follow_up_that_comes_later_is_added(self, phone, version, patient):
        kept = kept_report(patient, answers={"fell": "yes"})
        send(phone, kept)
        send(phone, kept | {"answers": {"fell": "yes", "fell_head": "yes"}})
        assert SafetyReport.objects.get().answers == {"fell": True, "fell_head": True}
        assert "head" in Alert.objects.values_list("kind", flat=True)

    def test_a_second_copy_does_not_withdraw_a_danger(self, phone, version, patient):
        kept = kept_report(patient)
        send(phone, kept)
        send(phone, kept | {"answers": {"hot_foot": "no"}})
        assert SafetyReport.objects.get().answers == {"hot_foot": True}

    def test_a_reason_without_an_answer_is_kept(self, phone, version, patient):
        kept = kept_report(patient, report={"place": "not_today", "reason": "afraid"}, answers={})
        assert send(phone, kept).status_code == 200
        assert SafetyReport.objects.get().reason == "afraid"

    def test_a_report_of_another_account_is_not_saved(self, phone, version):
        assert send(phone, kept_report(PatientFactory())).status_code == 409
        assert not SafetyReport.objects.exists()

    @pytest.mark.parametrize(
        "spoil",
        [
            {"answers": {}},
            {"answers": {"hot_foot": "perhaps"}},
            {"answers": {"unknown": "yes"}},
            {"answers": None},
            {"report": {}},
            {"report": None},
        ],
    )
    def test_an_invalid_report_is_refused(self, phone, version, patient, spoil):
        assert is_refused(send(phone, kept_report(patient) | spoil))
        assert not SafetyReport.objects.exists()
