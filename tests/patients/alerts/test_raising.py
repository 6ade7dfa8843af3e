"""A finished check-in raises alerts by the clinic's rules, once, with the numbers at the time."""

import datetime

import pytest

from clinic.models import AuditEvent, OpeningHours
from patients.alerts.services.raising import raise_alerts
from patients.models import Alert, AlertLevel, AlertRule, ExerciseSession, SessionEntry
from patients.sessions.services.sessions import finish_session
from tests.factories import MONDAY, NOON, ExerciseSessionFactory, published_plan

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)
FINE = {"pain_before": 2, "pain_after": 2, "fell": False, "faint_or_chest_pain": False, "new_sore": False}
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
    session = check_in(fell=True, pain_after=9)

    assert kinds(session) == ["fall", "pain"]
    assert {(alert.level, alert.clinic) for alert in Alert.objects.all()} == {
        (AlertLevel.CRITICAL, patient.clinic)
    }
    assert AuditEvent.objects.filter(action="alert.raised", actor=None, clinic=patient.clinic).count() == 2


def test_pain_that_rises_twice_in_a_row_is_high(check_in):
    assert kinds(check_in(2, pain_before=1, pain_after=3)) == []
    session = check_in(1, pain_before=2, pain_after=4)

    alert = session.alerts.get()
    assert (alert.kind, alert.level) == ("pain_rising", AlertLevel.HIGH)
    assert alert.facts == {"seen": {"pains": [[2, 4], [1, 3]]}, "rule": {"amount": 2, "times": 2}}


def test_too_hard_twice_in_a_row_is_high_and_names_the_exercise(check_in, version):
    assert kinds(check_in(2, too_hard=True)) == []
    session = check_in(1, too_hard=True)

    assert kinds(session) == ["too_hard"]
    assert session.alerts.get().facts["seen"] == {"exercises": [version.items.in_order()[0].content["name"]]}
    assert kinds(check_in(0, too_hard=True)) == [], "told yesterday; the row starts anew"


def test_more_pain_than_usual_is_low(check_in):
    for ago in (5, 4, 3):
        check_in(ago, pain_before=4, pain_after=4)
    session = check_in(1, pain_before=4, pain_after=5)

    alert = session.alerts.get()
    assert (alert.kind, alert.level) == ("pain_above", AlertLevel.LOW)
    assert alert.facts["seen"] == {"pain_after": 5, "usual": 4}


def test_sessions_of_another_patient_do_not_count(check_in):
    stranger = published_plan()
    ExerciseSessionFactory(version=stranger, on_date=MONDAY - 2 * DAY, pain_before=1, pain_after=6)

    assert kinds(check_in(1, pain_before=1, pain_after=4)) == []


def test_later_sessions_do_not_count_for_an_earlier_one(check_in):
    check_in(0, pain_before=1, pain_after=4)

    assert kinds(check_in(3, pain_before=1, pain_after=4)) == []


def test_a_paper_log_without_answers_raises_nothing(version):
    session = ExerciseSessionFactory(
        version=version,
        source="paper",
        pain_before=None,
        **dict.fromkeys(("pain_after", "fell", "faint_or_chest_pain", "new_sore")),
    )
    session = ExerciseSession.objects.select_related("patient__clinic").get(pk=session.pk)

    assert raise_alerts(session=session, now=NOON) == []


def test_the_clinics_own_numbers_apply_and_are_stored_with_the_alert(check_in, clinic):
    AlertRule.objects.create(clinic=clinic, kind="pain", level=AlertLevel.HIGH, amount=5)
    alert = check_in(pain_after=5).alerts.get()
    AlertRule.objects.update(amount=9)

    alert.refresh_from_db()
    assert (alert.level, alert.facts["rule"], alert.team_from) == (AlertLevel.HIGH, {"amount": 5}, None)


# --- Once -------------------------------------------------------------------------------------------------------------


def test_a_check_in_sent_again_raises_no_alert_twice(check_in, patient):
    session = check_in(fell=True)
    answers = FINE | {"fell": True}
    finish_session(session=session, answers=answers, by=patient.user, now=NOON)
    raise_alerts(session=session, now=NOON)

    assert kinds(session) == ["fall"]


def test_an_open_alert_is_updated_with_a_worse_number(check_in, patient):
    session = check_in(pain_after=7)
    finish_session(session=session, answers=FINE | {"pain_after": 9}, by=patient.user, now=NOON)

    assert session.alerts.get().facts["seen"] == {"pain_after": 9}


def test_a_resolved_alert_stays_resolved_and_a_new_danger_raises_an_alert(check_in, patient, dana):
    session = check_in(pain_after=7)
    Alert.objects.update(settled_at=NOON, settled_by=dana, note="Called.")
    answers = FINE | {"pain_after": 9, "new_sore": True}
    finish_session(session=session, answers=answers, by=patient.user, now=NOON)

    assert kinds(session) == ["pain", "sore"]
    pain = session.alerts.get(kind="pain")
    assert (pain.is_waiting, pain.note, pain.facts["seen"]) == (False, "Called.", {"pain_after": 7})


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
