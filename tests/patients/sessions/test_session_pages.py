"""Tests of the pages of a session, from the start to the check-in, without JavaScript."""

import datetime

import pytest
from django.urls import reverse

from clinic.models import AuditEvent
from patients.models import Alert, ExerciseSession, Plan, PlanState, SessionEntry, VersionSeen
from patients.plans.prescription import content_of
from tests.factories import (
    MONDAY,
    NOON,
    ExerciseFactory,
    ExerciseHoldFactory,
    ExerciseSessionFactory,
    PlanFactory,
    PlanItemFactory,
    PlanVersionFactory,
    clinician,
    published_plan,
)
from tests.patients.session_steps import WELL, get_ready, open_session, text, url

DAY = datetime.timedelta(days=1)

pytestmark = pytest.mark.django_db


def where(phone):
    """Return the URL to which "carry on" redirects."""
    return phone.get("/my/session/").url


def do(phone, session, item, effort="easy"):
    phone.post(url("step", session, item), {"outcome": "done"})
    return phone.post(url("effort", session, item), {"effort": effort})


class TestSession:
    def test_pages_follow_in_order_from_the_feet_to_advice(self, phone, session, items):
        assert where(phone) == url("ready", session)
        get_ready(phone, session)
        assert where(phone) == url("pain", session)
        phone.post(url("pain", session), {"pain": "4"})
        for item in items:
            assert where(phone) == url("step", session, item)
            phone.post(url("step", session, item), {"outcome": "done"})
            assert where(phone) == url("effort", session, item)
            phone.post(url("effort", session, item), {"effort": "about_right"})
        assert where(phone) == url("check_in", session)
        response = phone.post(url("check_in", session), WELL)
        assert response.url == url("advice", session)
        page = text(phone.get(response.url))
        assert "Well done" in page
        assert "You did 3 exercises." in page
        assert "Next session: tomorrow." in page
        session.refresh_from_db()
        assert (session.pain_before, session.pain_after, session.finished_at) == (4, 2, NOON)

    def test_every_answer_is_saved_at_once(self, phone, session, items):
        phone.post(url("pain", session), {"pain": "0"})
        assert ExerciseSession.objects.get().pain_before == 0
        phone.post(url("step", session, items[0]), {"outcome": "done"})
        assert SessionEntry.objects.get().outcome == "done"
        phone.post(url("effort", session, items[0]), {"effort": "too_hard"})
        assert SessionEntry.objects.get().effort == "too_hard"

    def test_the_effort_is_not_asked_after_not_today(self, phone, session, items):
        phone.post(url("pain", session), {"pain": "4"})
        get_ready(phone, session)
        phone.post(url("step", session, items[0]), {"outcome": "not_today"})
        assert where(phone) == url("step", session, items[1])

    def test_an_answer_can_be_changed(self, phone, session, items):
        do(phone, session, items[0])
        assert "You said: Done." in text(phone.get(url("step", session, items[0])))
        phone.post(url("step", session, items[0]), {"outcome": "not_today"})
        entry = SessionEntry.objects.get()
        assert (entry.outcome, entry.effort) == ("not_today", "")

    def test_a_repeated_answer_saves_nothing_new(self, phone, session, items):
        for _time in range(3):
            phone.post(url("pain", session), {"pain": "4"})
            phone.post(url("step", session, items[0]), {"outcome": "done"})
        phone.post(url("effort", session, items[0]), {"effort": "easy"})
        phone.post(url("step", session, items[0]), {"outcome": "done"})
        assert SessionEntry.objects.get().effort == "easy"
        assert AuditEvent.objects.filter(action="session.answered").count() == 3

    def test_the_page_shows_the_instructions_and_the_stop_rules(self, phone, session, items, patient):
        get_ready(phone, session)
        page = text(phone.get(url("step", session, items[1])))
        for words in ("2 of 3", "Calf raise", "10 times.", "Hold on with two hands", "Lift both heels."):
            assert words in page
        assert "Call the emergency number now" in page
        assert f'href="tel:{patient.clinic.emergency_number}"' in page
        assert f'href="tel:{patient.clinic.phone}"' in page
        assert url("step", session, items[0]) in page

    def test_the_days_of_the_plan_are_shown_and_not_contradicted_by_a_dose_of_days_a_week(
        self, phone, patient
    ):
        version = PlanVersionFactory(plan=PlanFactory(patient=patient, state=PlanState.ACTIVE))
        exercise = ExerciseFactory()
        item = PlanItemFactory(version=version, exercise=exercise, days_min=3, content=content_of(exercise))
        version.published_at, version.published_by = NOON, clinician(patient.clinic)
        version.save()
        phone.post("/my/session/start/")
        page = text(phone.get(reverse("my:exercise", args=[item.pk])))
        assert "Every day." in page
        assert "3 days a week" not in page
        assert "3 days a week" not in text(phone.get(url("step", patient.sessions.get(), item)))

    def test_pain_2_above_the_usual_asks_for_the_gentle_half(self, phone, session, items, version):
        for days in (1, 2, 3):
            ExerciseSessionFactory(version=version, on_date=MONDAY - days * DAY, pain_before=4)
        get_ready(phone, session)
        for pain, is_up in (("5", False), ("6", True)):
            phone.post(url("pain", session), {"pain": pain})
            page = text(phone.get(url("step", session, items[0])))
            assert ("Do the gentle half today." in page) is is_up

    @pytest.mark.parametrize("pain", ["", "11", "-1", "x"])
    def test_a_pain_outside_the_scale_is_not_saved(self, phone, session, pain):
        assert phone.post(url("pain", session), {"pain": pain}).status_code == 200
        assert ExerciseSession.objects.get().pain_before is None

    def test_an_unknown_answer_is_not_saved(self, phone, session, items):
        get_ready(phone, session)
        assert phone.post(url("step", session, items[0]), {"outcome": "later"}).status_code == 200
        assert not SessionEntry.objects.exists()

    def test_a_session_can_be_left_and_resumed(self, phone, session, items):
        phone.post(url("pain", session), {"pain": "4"})
        get_ready(phone, session)
        do(phone, session, items[0])
        assert "Resume" in text(phone.get("/my/"))
        assert where(phone) == url("step", session, items[1])

    def test_a_session_can_be_ended_early(self, phone, session, items):
        do(phone, session, items[0])
        phone.post(url("check_in", session), WELL)
        assert ExerciseSession.objects.get().is_finished


class TestStarting:
    def test_starting_twice_returns_the_same_session(self, phone, session, patient):
        phone.post("/my/session/start/")
        assert patient.sessions.get() == session

    def test_a_get_request_starts_no_session(self, phone, version, patient):
        assert phone.get("/my/session/start/").url == "/my/"
        assert not patient.sessions.exists()

    def test_starting_marks_the_changes_as_seen(self, phone, version, patient):
        second = published_plan(plan=version.plan, number=2)
        phone.post("/my/session/start/")
        assert VersionSeen.objects.get().version == second

    @pytest.mark.parametrize("state", [PlanState.PAUSED, PlanState.FINISHED])
    def test_no_session_can_be_started_for_an_inactive_plan(self, phone, version, patient, state):
        Plan.objects.update(state=state)
        assert phone.post("/my/session/start/").url == "/my/"
        assert not patient.sessions.exists()

    def test_no_session_can_be_started_without_a_plan(self, phone, patient):
        assert phone.post("/my/session/start/").url == "/my/"
        assert not patient.sessions.exists()

    def test_resuming_without_an_open_session_redirects_to_today(self, phone):
        assert where(phone) == "/my/"


class TestChangesDuringASession:
    def test_a_pause_stops_the_session_but_not_the_check_in(self, phone, session, items):
        Plan.objects.update(state=PlanState.PAUSED)
        for target in (
            url("pain", session),
            url("step", session, items[0]),
            url("effort", session, items[0]),
        ):
            assert phone.post(target, {"pain": "3", "outcome": "done", "effort": "easy"}).url == "/my/"
        assert not SessionEntry.objects.exists()
        phone.post(url("check_in", session), WELL | {"fell": "yes"})
        assert Alert.objects.get().kind == "fall"

    @pytest.mark.parametrize("kind", ["all", "sugar", "ketones", "ill"])
    def test_a_hold_that_keeps_everything_away_ends_the_exercises(self, phone, session, items, patient, kind):
        ends_at = None if kind == "all" else NOON + DAY
        ExerciseHoldFactory(patient=patient, kind=kind, question="ill", ends_at=ends_at)
        assert where(phone) == "/my/"
        assert phone.post(url("step", session, items[0]), {"outcome": "done"}).url == "/my/"
        assert not SessionEntry.objects.exists()

    def test_an_open_session_stays_with_its_version_after_a_new_one(self, phone, session, items, version):
        published_plan(plan=version.plan, number=2)
        get_ready(phone, session)
        page = text(phone.get(url("step", session, items[0])))
        assert "Your plan has changed. Finish this session as it is." in page
        assert "1 of 3" in page

    def test_suspended_standing_exercises_are_left_out(self, phone, session, items, version):
        phone.post(url("pain", session), {"pain": "3"})
        get_ready(phone, session)
        do(phone, session, items[0])
        ExerciseHoldFactory(patient=version.plan.patient, on_date=MONDAY - DAY)
        assert phone.post(url("step", session, items[1]), {"outcome": "done"}).url == url(
            "step", session, items[2]
        )
        assert SessionEntry.objects.count() == 1
        assert "2 of 2" in text(phone.get(url("step", session, items[2])))


class TestSessionOfAnEarlierDay:
    @pytest.fixture
    def left(self, version, patient):
        return open_session(version, on_date=MONDAY - DAY, started_at=NOON - DAY)

    def test_it_can_be_checked_in_and_keeps_its_day(self, phone, left):
        phone.post(url("check_in", left), WELL)
        left.refresh_from_db()
        assert left.is_finished
        assert left.on_date == MONDAY - DAY

    def test_deleting_it_needs_confirmation(self, phone, left):
        assert "Drop this session?" in text(phone.get(url("discard", left)))
        assert ExerciseSession.objects.filter(pk=left.pk).exists()
        assert phone.post(url("discard", left)).url == "/my/"
        assert not ExerciseSession.objects.filter(pk=left.pk).exists()

    def test_starting_redirects_to_the_question_about_it(self, phone, left):
        assert phone.post("/my/session/start/").url == "/my/session/"
        assert where(phone) == "/my/"

    def test_a_finished_session_cannot_be_deleted(self, phone, version):
        finished = ExerciseSessionFactory(version=version)
        phone.post(url("discard", finished))
        assert ExerciseSession.objects.filter(pk=finished.pk).exists()


class TestFinishedSession:
    def test_all_pages_of_a_finished_session_redirect_to_its_advice(self, phone, session, items):
        phone.post(url("check_in", session), WELL)
        for target in (url("pain", session), url("step", session, items[0]), url("check_in", session)):
            assert phone.get(target).url == url("advice", session)

    def test_the_answers_cannot_be_changed(self, phone, session, items):
        do(phone, session, items[0], effort="easy")
        phone.post(url("check_in", session), WELL)
        phone.post(url("step", session, items[0]), {"outcome": "not_today"})
        phone.post(url("effort", session, items[0]), {"effort": "too_hard"})
        phone.post(url("pain", session), {"pain": "9"})
        assert SessionEntry.objects.get().effort == "easy"
        assert ExerciseSession.objects.get().pain_before is None

    def test_the_advice_page_redirects_to_the_session_before_the_check_in(self, phone, session):
        assert phone.get(url("advice", session)).url == url("ready", session)
