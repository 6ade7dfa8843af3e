"""A finished check-in raises alerts by the clinic's rules, once, with the numbers at the time."""

import datetime

import pytest

from clinic.models import AuditEvent, OpeningHours
from patients.alerts.services.pain_limits import set_pain_limit
from patients.alerts.services.raising import raise_alerts
from patients.models import (
    Alert,
    AlertLevel,
    AlertRule,
    ExerciseHold,
    ExerciseSession,
    Reason,
    Screening,
    SessionEntry,
)
from patients.sessions.selectors.pain import get_pain_context
from patients.sessions.services.reports import add_to_report
from patients.sessions.services.sessions import finish_session, save_answers
from patients.sessions.services.skipped_days import skip_day
from tests.factories import MONDAY, NOON, ExerciseSessionFactory, published_plan
from tests.patients.hold_steps import tell_from_stop_sheet

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
FINE = {"pain_before": 2, "pain_after": 2, "fell": False, "chest": False, "new_sore": False}
OPEN = dict.fromkeys(("finished_at", "pain_after", "fell", "faint_or_chest_pain", "new_sore"))


@pytest.fixture
def version(patient):
    return published_plan(patient)


@pytest.fixture
def check_in(version):
    """Return `check_in(days_ago, pain_before=2, pain_after=8)`, which finishes a session of that day in the app."""

    def finish(ago=0, *, too_hard=False, **changes):
        at = NOON - ago * DAY
        answers = FINE | changes
        session = ExerciseSessionFactory(
            version=version,
            on_date=MONDAY - ago * DAY,
            started_at=at,
            **OPEN | {"pain_before": answers["pain_before"]},
        )
        SessionEntry.objects.create(
            session=session,
            item=version.items.in_order()[0],
            outcome="done",
            effort="too_hard" if too_hard else "easy",
        )
        by = version.plan.patient.user
        return finish_session(session=session, answers=answers, by=by, now=at)

    return finish


def kinds(session):
    return sorted(session.alerts.values_list("kind", flat=True))


def open_on_weekdays(clinic):
    for day in range(5):
        OpeningHours.objects.create(
            clinic=clinic, weekday=day, opens_at=datetime.time(9), closes_at=datetime.time(17)
        )


# --- Kinds and levels -------------------------------------------------------------------------------------------------


def test_dangers_are_critical_and_belong_to_the_patients_clinic(check_in, patient):
    session = check_in(fell=True, new_sore=True)

    assert kinds(session) == ["fall", "sore"]
    assert {(alert.level, alert.clinic) for alert in Alert.objects.all()} == {
        (AlertLevel.CRITICAL, patient.clinic)
    }
    assert AuditEvent.objects.filter(action="alert.raised", actor=None, clinic=patient.clinic).count() == 2


def test_pain_above_the_usual_twice_in_a_row_is_high(check_in):
    for ago in (6, 5, 4):
        check_in(ago, pain_before=2, pain_after=2)
    assert kinds(check_in(2, pain_before=2, pain_after=4)) == ["pain_above"]
    session = check_in(1, pain_before=2, pain_after=5)

    assert kinds(session) == ["pain_above", "pain_rising"]
    alert = session.alerts.get(kind="pain_rising")
    assert alert.level == AlertLevel.HIGH
    assert alert.facts == {
        "seen": {"pains_after": [4, 5], "usual": 2},
        "rule": {"margin": 2, "times": 2},
    }


def test_too_hard_twice_in_a_row_is_high_and_names_the_exercise(check_in, version):
    assert kinds(check_in(2, too_hard=True)) == []
    session = check_in(1, too_hard=True)

    assert kinds(session) == ["too_hard"]
    assert session.alerts.get().facts["seen"] == {"exercises": [version.items.in_order()[0].content["name"]]}
    assert kinds(check_in(0, too_hard=True)) == [], "told yesterday; the row starts anew"


def test_more_pain_than_usual_is_low(check_in):
    for ago in (5, 4, 3):
        check_in(ago, pain_before=4, pain_after=4)
    assert kinds(check_in(2, pain_before=4, pain_after=5)) == []
    session = check_in(1, pain_before=4, pain_after=6)

    alert = session.alerts.get()
    assert (alert.kind, alert.level) == ("pain_above", AlertLevel.LOW)
    assert alert.facts["seen"] == {"pain_after": 6, "usual": 4}


def test_pain_at_the_limit_and_above_the_usual_is_high(check_in):
    for ago in (5, 4, 3):
        check_in(ago, pain_before=6, pain_after=6)
    assert kinds(check_in(2, pain_before=6, pain_after=7)) == []
    session = check_in(1, pain_before=6, pain_after=9)

    assert kinds(session) == ["pain", "pain_above"]
    alert = session.alerts.get(kind="pain")
    assert (alert.level, alert.facts["seen"]) == (
        AlertLevel.HIGH,
        {"pain_after": 9, "usual": 6, "limit": 9},
    )


def test_the_limit_that_a_clinician_has_set_counts(check_in, patient, dana):
    for ago in (5, 4, 3):
        check_in(ago, pain_before=6, pain_after=6)
    set_pain_limit(patient=patient, limit=7, reason="Flares after a fracture.", by=dana, now=NOON)

    assert kinds(check_in(2, pain_before=6, pain_after=7)) == ["pain"]
    assert kinds(check_in(1, pain_before=6, pain_after=6)) == []


def test_thirty_sessions_at_the_usual_pain_of_seven_raise_nothing(check_in):
    for ago in range(30, 0, -1):
        check_in(ago, pain_before=7, pain_after=7)

    assert not Alert.objects.exists()


def test_a_usual_pain_that_rises_slowly_is_told_once(check_in):
    for ago in range(40, 20, -1):
        check_in(ago, pain_before=4, pain_after=4)
    for ago in range(20, 0, -1):
        check_in(ago, pain_before=6, pain_after=6)

    alert = Alert.objects.get(kind="usual_pain_up")
    assert alert.facts["seen"] == {"usual": 6, "first": 4}


def test_the_answer_of_the_screening_is_the_first_usual_pain(version, dana):
    session = ExerciseSessionFactory(version=version, pain_before=None, pain_after=6)
    session = ExerciseSession.objects.select_related("patient__clinic").get(pk=session.pk)

    assert raise_alerts(source=session, now=NOON) == []
    Screening.objects.create(
        patient=session.patient,
        clinic=session.patient.clinic,
        answers={"s_pain": 4},
        begun_at=NOON,
        begun_by=dana,
        edited_at=NOON,
        edited_by=dana,
        finished_at=NOON,
        finished_by=dana,
    )
    assert [alert.kind for alert in raise_alerts(source=session, now=NOON)] == ["pain_above"]
    assert get_pain_context(session.patient) == {"usual_pain": 4, "pain_limit": 7}


# --- Reports and reasons ----------------------------------------------------------------------------------------------


@pytest.fixture
def skip(version, patient):
    """Return `skip(days_ago, reason)`, which answers "not today" on that day."""
    return lambda ago, reason: skip_day(patient=patient, reason=reason, by=patient.user, now=NOON - ago * DAY)


@pytest.fixture
def report(version, patient):
    """Return `report(days_ago, near_fall=True)`, which tells a sign on that day."""

    def tell(ago, **answers):
        now = NOON - ago * DAY
        return tell_from_stop_sheet(patient, now=now, **answers)

    return tell


@pytest.mark.parametrize(
    ("reason", "times", "kind", "level"),
    [
        (Reason.UNWELL, 3, "unwell", AlertLevel.LOW),
        (Reason.TIRED, 3, "tired", AlertLevel.LOW),
        (Reason.AFRAID, 1, "afraid", AlertLevel.LOW),
        (Reason.UNSTEADY, 2, "unsteady", AlertLevel.HIGH),
    ],
)
def test_a_reason_for_not_today_raises_its_alert_when_it_comes_again(skip, reason, times, kind, level):
    for ago in range(times, 1, -1):
        skip(ago, reason)
    assert not Alert.objects.filter(report__isnull=False).exists()
    skip(1, reason)

    alert = Alert.objects.get(report__isnull=False)
    assert (alert.kind, alert.level, alert.report.reason) == (kind, level, reason)


@pytest.mark.parametrize("reason", [Reason.NO_TIME, Reason.PAIN, Reason.FOOT])
def test_other_reasons_raise_nothing_by_themselves(skip, reason):
    for ago in range(8, 0, -1):
        skip(ago, reason)

    assert not Alert.objects.filter(report__isnull=False).exists()


def test_the_same_reason_sent_twice_is_one_day(skip):
    for _click in range(4):
        skip(1, Reason.TIRED)

    assert not Alert.objects.exists()


def test_a_near_fall_told_on_the_stop_sheet_and_another_at_a_check_in_are_two(report, check_in):
    first = report(5, near_fall=True)
    assert kinds(first) == ["near_fall"]

    assert kinds(check_in(1, near_fall=True)) == ["near_fall", "near_fall_again"]


def test_the_reason_of_one_exercise_counts_as_well(check_in, version, skip):
    session = check_in(3)
    SessionEntry.objects.create(
        session=session, item=version.items.in_order()[1], outcome="not_today", reason=Reason.UNSTEADY
    )
    skip(1, Reason.UNSTEADY)

    assert Alert.objects.get().kind == "unsteady"


def test_pain_told_with_not_today_is_compared_with_the_usual_pain(check_in, skip, patient):
    for ago in (5, 4, 3):
        check_in(ago, pain_before=4, pain_after=4)
    told = skip(1, Reason.PAIN)
    add_to_report(report=told, answers={"pain_after": 8}, by=patient.user, now=NOON - DAY)

    assert kinds(told) == ["pain", "pain_above"]


def test_while_a_session_is_open_a_low_alert_waits_for_the_check_in(version, patient):
    session = ExerciseSessionFactory(version=version, **OPEN)
    save_answers(session=session, answers={"new_sore": True, "near_fall": True}, by=patient.user, now=NOON)
    assert kinds(session) == ["sore"]

    finish_session(session=session, answers={"pain_after": 3}, by=patient.user, now=NOON)
    assert kinds(session) == ["near_fall", "sore"]


# --- Sessions of others, and of other days ----------------------------------------------------------------------------


class TestWeaknessInAnUnfinishedCheckIn:
    """Its hold has to be ended by a person, so that the clinic has to know of it at once."""

    @pytest.fixture
    def session(self, version):
        return ExerciseSessionFactory(version=version, **OPEN)

    def test_it_raises_its_alert_at_once(self, session):
        save_answers(session=session, answers={"weak": True}, by=session.patient.user, now=NOON)
        assert list(Alert.objects.values_list("kind", "session")) == [("weakness", session.pk)]
        assert ExerciseHold.objects.filter(kind="standing", ends_at=None).exists()

    def test_the_check_in_raises_it_no_second_time(self, session):
        save_answers(session=session, answers={"weak": True}, by=session.patient.user, now=NOON)
        answers = {"pain_after": 2, "weak": True, "weak_sudden": False, "weak_both": False}
        finish_session(session=session, answers=answers, by=session.patient.user, now=NOON)
        assert Alert.objects.count() == 1

    def test_a_clinic_that_has_switched_it_off_gets_none(self, session):
        AlertRule.objects.create(clinic=session.patient.clinic, kind="weakness", level=2, is_on=False)
        save_answers(session=session, answers={"weak": True}, by=session.patient.user, now=NOON)
        assert not Alert.objects.exists()

    def test_a_sign_whose_hold_ends_with_the_day_waits_for_the_check_in(self, session):
        save_answers(session=session, answers={"dizzy": True}, by=session.patient.user, now=NOON)
        assert not Alert.objects.exists()


def test_sessions_of_another_patient_do_not_count(check_in, version):
    stranger = published_plan()
    session = ExerciseSessionFactory(
        version=stranger, on_date=MONDAY - 2 * DAY, near_fall=True, pain_before=1, pain_after=6
    )
    assert session.patient != version.plan.patient

    assert kinds(check_in(1, near_fall=True)) == ["near_fall"]


def test_later_sessions_do_not_count_for_an_earlier_one(check_in):
    check_in(0, near_fall=True)

    assert kinds(check_in(3, near_fall=True)) == ["near_fall"]


def test_a_paper_log_without_answers_raises_nothing(version):
    session = ExerciseSessionFactory(
        version=version,
        source="paper",
        pain_before=None,
        **dict.fromkeys(("pain_after", "fell", "faint_or_chest_pain", "new_sore")),
    )
    session = ExerciseSession.objects.select_related("patient__clinic").get(pk=session.pk)

    assert raise_alerts(source=session, now=NOON) == []


def test_the_clinics_own_numbers_apply_and_are_stored_with_the_alert(check_in, clinic):
    AlertRule.objects.create(clinic=clinic, kind="pain_above", level=AlertLevel.HIGH, margin=1)
    alert = check_in(pain_after=3).alerts.get()
    AlertRule.objects.update(margin=9)

    alert.refresh_from_db()
    assert (alert.level, alert.facts["rule"], alert.team_from) == (AlertLevel.HIGH, {"margin": 1}, None)


# --- Once -------------------------------------------------------------------------------------------------------------


def test_a_check_in_sent_again_raises_no_alert_twice(check_in, patient):
    session = check_in(fell=True)
    answers = FINE | {"fell": True}
    finish_session(session=session, answers=answers, by=patient.user, now=NOON)
    raise_alerts(source=session, now=NOON)

    assert kinds(session) == ["fall"]


def test_an_open_alert_is_updated_with_a_worse_number(check_in, patient):
    session = check_in(pain_after=4)
    finish_session(session=session, answers=FINE | {"pain_after": 6}, by=patient.user, now=NOON)

    assert session.alerts.get().facts["seen"] == {"pain_after": 6, "usual": 2}


def test_a_resolved_alert_stays_resolved_and_a_new_danger_raises_an_alert(check_in, patient, dana):
    session = check_in(pain_after=4)
    Alert.objects.update(settled_at=NOON, settled_by=dana, note="Called.")
    answers = FINE | {"pain_after": 6, "new_sore": True}
    finish_session(session=session, answers=answers, by=patient.user, now=NOON)

    assert kinds(session) == ["pain_above", "sore"]
    pain = session.alerts.get(kind="pain_above")
    assert (pain.is_waiting, pain.note) == (False, "Called.")
    assert pain.facts["seen"] == {"pain_after": 4, "usual": 2}


# --- Time of escalation -----------------------------------------------------------------------------------------------


def test_a_critical_alert_is_escalated_after_half_an_hour_of_opening_hours(check_in, clinic):
    open_on_weekdays(clinic)

    assert check_in(fell=True).alerts.get().team_from == NOON + datetime.timedelta(minutes=30)


def test_a_fall_on_sunday_evening_is_escalated_on_monday_morning(check_in, clinic):
    open_on_weekdays(clinic)
    sunday = check_in(1, fell=True).alerts.get()

    assert sunday.raised_at == NOON - DAY
    assert sunday.team_from == datetime.datetime(2026, 3, 2, 14, 30, tzinfo=datetime.UTC)  # 9:30 in New York


def test_without_opening_hours_all_hours_count(check_in):
    sunday = check_in(1, fell=True).alerts.get()

    assert sunday.team_from == sunday.raised_at + datetime.timedelta(minutes=30)


def test_an_alert_that_is_not_critical_is_not_escalated(check_in):
    check_in(2, too_hard=True)

    assert check_in(1, too_hard=True).alerts.get().team_from is None
