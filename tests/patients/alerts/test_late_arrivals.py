"""Data of a phone without a connection counts by its day, and may complete a rule on a later day."""

import datetime
import uuid

import pytest

from patients.models import Alert, AlertLevel, ExerciseHold, Reason, ReportPlace
from patients.safety.selectors.known_holds import get_safety_record
from patients.sessions.services.reports import save_report
from patients.sessions.services.sessions import finish_session
from tests.factories import MONDAY, NOON, ExerciseSessionFactory
from tests.patients.hold_steps import list_live_holds
from tests.patients.session_steps import FINE, open_session

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def tell(patient, version):
    """Return `tell(3, near_fall=True)`, a report of day 3, and with `arrives=5` one that arrives on day 5."""

    def report(day, arrives=None, reason=None, key=None, **answers):
        return save_report(
            patient=patient,
            place=ReportPlace.NOT_TODAY if reason else ReportPlace.STOP,
            reason=reason,
            answers=answers,
            by=patient.user,
            now=NOON + (day if arrives is None else arrives) * DAY,
            reported_at=None if arrives is None else NOON + day * DAY,
            client_key=key or uuid.uuid4(),
        )

    return report


def raised(kind):
    return list(Alert.objects.filter(kind=kind).order_by("pk"))


NEAR = {"near_fall": True}


def test_a_near_fall_that_arrives_late_completes_twice_in_two_weeks(tell):
    thursday = tell(3, **NEAR)
    assert raised("near_fall_again") == []
    tell(1, arrives=5, **NEAR)

    (alert,) = raised("near_fall_again")
    assert (alert.report, alert.level) == (thursday, AlertLevel.HIGH)
    assert alert.facts["seen"] == {"days": [(MONDAY + DAY).isoformat(), (MONDAY + 3 * DAY).isoformat()]}
    assert alert.raised_at == NOON + 5 * DAY, "the clinic cannot act on it earlier"
    assert len(raised("near_fall")) == 2


def test_in_their_own_order_they_raise_it_once_too(tell):
    tell(1, **NEAR)
    second = tell(3, **NEAR)
    assert [alert.report for alert in raised("near_fall_again")] == [second]


def test_one_that_is_sent_twice_raises_it_once(tell):
    key = uuid.uuid4()
    tell(3, **NEAR)
    for arrives in (5, 6):
        tell(1, arrives=arrives, key=key, **NEAR)
    assert len(raised("near_fall_again")) == 1


def test_a_day_that_was_told_already_as_part_of_two_raises_no_second_alert(tell):
    tell(3, **NEAR)
    tell(5, **NEAR)
    assert len(raised("near_fall_again")) == 1
    tell(1, arrives=6, **NEAR)
    tell(4, arrives=7, **NEAR)
    assert len(raised("near_fall_again")) == 1


def test_a_late_one_of_two_weeks_before_completes_nothing(tell):
    tell(15, **NEAR)
    tell(1, arrives=16, **NEAR)
    assert raised("near_fall_again") == []
    tell(2, arrives=16, **NEAR)
    assert len(raised("near_fall_again")) == 1


def test_a_day_without_it_in_between_does_not_matter(tell, version, patient):
    tell(3, **NEAR)
    finish_session(
        session=open_session(version, on_date=MONDAY + 4 * DAY, started_at=NOON + 4 * DAY),
        answers=FINE,
        by=patient.user,
        now=NOON + 4 * DAY,
    )
    tell(1, arrives=5, **NEAR)
    assert len(raised("near_fall_again")) == 1


def test_another_sign_that_arrives_late_completes_nothing(tell):
    tell(3, **NEAR)
    tell(1, arrives=5, dizzy=True, dizzy_passed=True)
    assert raised("near_fall_again") == raised("dizzy_again") == []


def test_a_reason_that_arrives_late_counts_as_well(tell):
    tell(3, reason=Reason.UNSTEADY)
    tell(1, arrives=5, reason=Reason.UNSTEADY)
    assert len(raised("unsteady")) == 1


def test_a_session_of_a_later_day_raises_what_a_late_report_completes(tell, version, patient):
    session = open_session(version, on_date=MONDAY + 3 * DAY, started_at=NOON + 3 * DAY)
    finish_session(session=session, answers=FINE | NEAR, by=patient.user, now=NOON + 3 * DAY)
    tell(1, arrives=5, **NEAR)
    assert [alert.session for alert in raised("near_fall_again")] == [session]


def test_a_rule_of_one_day_is_not_judged_again(tell, version, patient):
    """A late session with little pain changes the usual pain, and raises nothing about a day that was judged."""
    for day in (2, 3):
        ExerciseSessionFactory(
            version=version,
            on_date=MONDAY + day * DAY,
            started_at=NOON + day * DAY,
            pain_before=4,
            pain_after=5,
        )
    late = open_session(version, on_date=MONDAY, started_at=NOON, pain_before=2, arrived_at=NOON + 5 * DAY)
    answers = FINE | {"pain_after": 2}
    finish_session(session=late, answers=answers, by=patient.user, now=NOON + 5 * DAY)
    assert not Alert.objects.exists()


# --- A hold of the day that arrives late ------------------------------------------------------------------------------


def test_a_racing_heart_that_arrives_late_has_taken_its_day_and_keeps_nothing_away(tell, patient):
    tell(0, arrives=2, racing_heart=True)

    hold = ExerciseHold.objects.get()
    assert (hold.kind, hold.on_date, hold.begun_at) == ("all", MONDAY, NOON)
    assert list_live_holds(patient, NOON + 2 * DAY) == []
    assert get_safety_record(patient, NOON + 2 * DAY).get_taken().whole == {MONDAY}


def test_it_is_stored_once_however_often_it_is_sent(tell):
    key = uuid.uuid4()
    for arrives in (2, 3):
        tell(0, arrives=arrives, key=key, racing_heart=True)
    tell(0, arrives=3, eye=True)
    assert ExerciseHold.objects.count() == 1


def test_one_of_today_is_in_force(tell, patient):
    tell(0, racing_heart=True)
    assert [hold.kind for hold in list_live_holds(patient, NOON)] == ["all"]


def test_a_hold_for_a_person_that_arrives_late_is_in_force(tell, patient):
    tell(0, arrives=2, chest=True)
    assert [hold.question for hold in list_live_holds(patient, NOON + 2 * DAY)] == ["chest"]


# --- One day, one check-in --------------------------------------------------------------------------------------------


class TestPainInARow:
    @pytest.fixture(autouse=True)
    def used_to_three(self, version):
        for ago in (4, 3, 2):
            ExerciseSessionFactory(
                version=version,
                on_date=MONDAY - ago * DAY,
                started_at=NOON - ago * DAY,
                pain_before=3,
                pain_after=3,
            )

    def check_in(self, version, patient, day=0, pain=5):
        at = NOON + day * DAY
        session = open_session(version, on_date=MONDAY + day * DAY, started_at=at, pain_before=3)
        finish_session(session=session, answers=FINE | {"pain_after": pain}, by=patient.user, now=at)

    def test_a_report_and_the_check_in_of_one_day_are_not_two_in_a_row(self, tell, version, patient):
        tell(0, reason=Reason.PAIN, pain_after=5)
        self.check_in(version, patient)
        assert raised("pain_rising") == []
        assert len(raised("pain_above")) == 2

    def test_nor_are_the_check_in_and_a_report_after_it(self, tell, version, patient):
        self.check_in(version, patient)
        tell(0, reason=Reason.PAIN, pain_after=6)
        assert raised("pain_rising") == []

    def test_two_check_ins_are_two_in_a_row(self, tell, version, patient):
        self.check_in(version, patient)
        tell(1, reason=Reason.PAIN, pain_after=5)
        assert len(raised("pain_rising")) == 1, "a report of another day counts as one"

    def test_a_report_in_between_does_not_hide_the_check_in_of_the_day_before(self, tell, version, patient):
        self.check_in(version, patient, day=0)
        Alert.objects.all().delete()
        tell(1, reason=Reason.PAIN, pain_after=3)
        self.check_in(version, patient, day=1)
        assert len(raised("pain_rising")) == 1
