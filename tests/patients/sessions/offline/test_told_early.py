"""A danger of a session that goes on on the phone reaches the clinic once, also while another session is open."""

import datetime
import uuid

import pytest

from patients.alerts.selectors.answers import get_waiting_details
from patients.models import Alert, ExerciseHold, ExerciseSession, PatientFlag, SafetyReport
from patients.safety.services.flags import clear_flag
from tests.factories import MONDAY, NOON
from tests.patients.hold_steps import tell_from_stop_sheet
from tests.patients.session_steps import WELL, open_session, url
from tests.patients.sessions.offline.offline_steps import is_refused, kept_session, send

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def left_open(version):
    """A session that was left open yesterday."""
    return open_session(version, on_date=MONDAY - DAY, started_at=NOON - DAY)


@pytest.fixture
def key():
    """The key of today's session on the phone."""
    return str(uuid.uuid4())


@pytest.fixture
def tell(phone, version, left_open, key):
    """Return `tell(fell="yes")`, which sends answers of today's session, while it goes on on the phone."""

    def send_answers(**answers):
        kept = kept_session(version, session={"key": key, "finished_at": None}, entries=[])
        response = send(phone, kept | {"check_in": answers, "asked": None})
        assert (response.status_code, response.json()["key"]) == (200, key)

    return send_answers


@pytest.fixture
def finish(phone, version, left_open, key):
    """Return `finish(fell="yes")`, which sends today's session with its check-in; no danger but for these answers."""

    def send_session(**answers):
        kept = kept_session(version, session={"key": key}, check_in=answers)
        kept["asked"] = list(kept["check_in"])
        response = send(phone, kept)
        assert (response.status_code, response.json()["key"]) == (200, key)

    return send_session


def kinds():
    return sorted(Alert.objects.values_list("kind", flat=True))


def signs():
    """Return the signs of the holds, those of a day and those for a person."""
    return sorted(ExerciseHold.objects.values_list("question", "kind"))


def todays_session(key):
    return ExerciseSession.objects.get(client_key=key)


class TestWhileItGoesOn:
    def test_the_clinic_has_the_danger_at_once_and_the_other_session_stays_as_it_was(
        self, tell, left_open, key
    ):
        tell(fell="yes")
        assert kinds() == ["fall"]
        assert ExerciseSession.objects.get() == left_open
        assert ExerciseSession.objects.get().answers == {}
        report = SafetyReport.objects.get()
        assert (str(report.client_key), report.on_date, report.answers) == (key, MONDAY, {"fell": True})

    def test_sent_again_it_is_known(self, tell):
        tell(fell="yes")
        held = signs()
        tell(fell="yes")
        assert kinds() == ["fall"]
        assert signs() == held
        assert SafetyReport.objects.count() == 1

    def test_a_further_danger_raises_its_own_alert(self, tell):
        tell(fell="yes")
        tell(fell="yes", chest="yes")
        assert kinds() == ["chest", "fall"]
        assert SafetyReport.objects.get().answers == {"fell": True, "chest": True}

    def test_after_the_other_session_is_finished_it_is_a_session_of_its_own(
        self, tell, phone, left_open, key
    ):
        tell(fell="yes")
        held = signs()
        phone.post(url("check_in", left_open), WELL)
        tell(fell="yes")
        assert kinds() == ["fall"]
        assert signs() == held
        assert todays_session(key).answers == {"fell": True}
        assert Alert.objects.get().session == todays_session(key)


class TestOnceItIsFinished:
    def test_it_has_its_answers_and_takes_over_the_alert_and_the_holds(self, tell, finish, key):
        tell(fell="yes")
        held = signs()
        for _time in range(2):
            finish(fell="yes")
        session = todays_session(key)
        assert (session.is_finished, session.answers["fell"], session.entries.count()) == (True, True, 3)
        assert kinds() == ["fall"]
        assert signs() == held
        assert Alert.objects.get().session == session
        assert {hold.session for hold in ExerciseHold.objects.all()} == {session}

    def test_the_team_reads_all_of_it_in_one_place(self, tell, finish, key):
        tell(fell="yes")
        finish(fell="yes", fell_head="yes", fell_stands="yes")
        details = get_waiting_details(Alert.objects.get(kind="fall"))
        assert [alert.kind for alert in details.alerts] == ["fall", "head"]
        assert details.session == todays_session(key)
        assert details.not_answered == []

    def test_a_further_danger_raises_its_own_alert_and_hold(self, tell, finish):
        tell(fell="yes")
        held = signs()
        for _time in range(2):
            finish(fell="yes", hot_foot="yes")
        assert kinds() == ["fall", "hot_foot"]
        assert [sign for sign in signs() if sign not in held] == [("hot_foot", "foot_rest")]

    def test_a_danger_that_the_check_in_denies_is_not_withdrawn(self, tell, finish, key):
        tell(fell="yes")
        finish(fell="no")
        assert todays_session(key).answers["fell"] is True
        assert kinds() == ["fall"]

    def test_a_copy_of_the_time_before_changes_nothing(self, tell, finish):
        finish(fell="yes")
        held = signs()
        tell(fell="yes")
        assert kinds() == ["fall"]
        assert signs() == held
        assert not SafetyReport.objects.exists()

    def test_what_the_clinic_has_ended_does_not_begin_again(self, tell, finish, patient, dana):
        tell(hot_foot="yes")
        Alert.objects.update(settled_at=NOON, settled_by=dana)
        ExerciseHold.objects.filter(ends_at=None).update(
            ended_at=NOON, ended_by=dana, outcome="cleared", seen_by="Dana Reyes"
        )
        clear_flag(patient=patient, flag="charcot_active", by=dana, now=NOON)
        finish(hot_foot="yes")
        assert kinds() == ["hot_foot"]
        assert not Alert.objects.waiting().exists()
        assert not ExerciseHold.objects.filter(ends_at=None, ended_at=None).exists()
        assert not PatientFlag.objects.live().exists()

    def test_a_sign_that_the_session_has_told_on_another_device_too_stays_with_both(
        self, tell, finish, phone, left_open
    ):
        tell(fell="yes")
        phone.post(url("check_in", left_open), WELL)
        begun = open_session(left_open.version, on_date=MONDAY, started_at=NOON)
        phone.post(url("ready", begun), {"signs": "fell"})
        told = kinds()
        finish(fell="yes")
        assert ExerciseSession.objects.get(pk=begun.pk).is_finished
        assert kinds() == told

    def test_one_near_fall_does_not_count_as_two(self, tell, finish):
        tell(near_fall="yes")
        finish(near_fall="yes")
        assert kinds() == ["near_fall"]

    def test_a_near_fall_of_another_day_is_the_second(self, tell, finish, patient):
        tell(near_fall="yes")
        finish(near_fall="yes")
        tell_from_stop_sheet(patient, now=NOON + DAY, near_fall=True)
        again = Alert.objects.get(kind="near_fall_again")
        assert again.facts["seen"] == {"days": [MONDAY.isoformat(), (MONDAY + DAY).isoformat()]}

    def test_one_that_is_the_second_of_two_weeks_says_so_once(self, tell, finish, patient, key):
        tell_from_stop_sheet(patient, now=NOON - 2 * DAY, near_fall=True)
        tell(near_fall="yes")
        for _time in range(2):
            finish(near_fall="yes")
        assert kinds() == ["near_fall", "near_fall", "near_fall_again"]
        assert Alert.objects.get(kind="near_fall_again").session == todays_session(key)


class TestASessionThatWasRefused:
    """Its dangers were saved as a report with its key."""

    def refuse(self, phone, version, key, **answers):
        kept = kept_session(version, session={"key": key}, check_in=answers) | {"asked": []}
        assert is_refused(send(phone, kept))

    def test_when_it_is_accepted_later_the_clinic_has_its_danger_once(self, phone, version, finish, key):
        self.refuse(phone, version, key, fell="yes")
        held = signs()
        finish(fell="yes")
        assert kinds() == ["fall"]
        assert signs() == held
        assert Alert.objects.get().session == todays_session(key)

    def test_a_danger_of_a_copy_that_is_refused_later_is_added_to_it(self, phone, version, finish, key):
        finish()
        for _time in range(2):
            self.refuse(phone, version, key, fell="yes")
        assert kinds() == ["fall"]
        assert todays_session(key).answers["fell"] is True
        assert not SafetyReport.objects.exists()
