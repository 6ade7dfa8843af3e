"""Alerts about a silence come by the rules, say how long it is by now, and end when the patient is back."""

import datetime

import pytest

from clinic.models import AuditEvent
from patients.alerts.services.answers import settle_alert
from patients.alerts.services.raising import note_silence
from patients.models import Alert, AlertLevel, AlertRule
from tests.factories import NOON, PatientFactory

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def silent(patient):
    """`silent(missed, days, after=days)`: what the evening's look says; `after`: days from NOON on."""

    def note(missed, days, *, after=0, **more):
        now = NOON + after * DAY
        return note_silence(patient=patient, missed_days=missed, silent_days=days, now=now, **more)

    return note


def waiting():
    return [
        (alert.kind, alert.level, alert.facts["seen"]["missed_days"]) for alert in Alert.objects.waiting()
    ]


def test_three_planned_days_raise_a_low_alert_once(silent, patient):
    alert = silent(3, 4)

    assert silent(3, 4) == alert
    assert waiting() == [("quiet", AlertLevel.LOW, 3)]
    assert (alert.clinic, alert.session, alert.team_from) == (patient.clinic, None, None)
    assert AuditEvent.objects.filter(action="alert.raised").count() == 1


def test_it_says_how_long_it_has_been_by_now(silent):
    silent(3, 4)
    silent(5, 6, after=2)

    assert waiting() == [("quiet", AlertLevel.LOW, 5)]


def test_two_weeks_take_its_place_as_a_high_one(silent):
    quiet = silent(9, 13)
    silent(10, 14, after=1)

    quiet.refresh_from_db()
    assert waiting() == [("silent", AlertLevel.HIGH, 10)]
    assert (quiet.settled_at, quiet.settled_by) == (NOON + DAY, None)


def test_whoever_is_back_is_no_longer_waited_for(silent, patient):
    alert = silent(3, 4)
    assert silent(0, 0, after=1) is None

    alert.refresh_from_db()
    assert (alert.settled_at, alert.settled_by) == (NOON + DAY, None)
    assert AuditEvent.objects.get(action="alert.ended").actor is None
    assert waiting() == []


def test_who_was_called_about_it_is_not_told_of_again_until_two_weeks(silent, dana):
    settle_alert(alert=silent(3, 4), by=dana, note="Is on holiday.", now=NOON)

    assert silent(4, 5, after=1) is None
    assert silent(8, 13, after=9) is None
    assert silent(9, 14, after=10).kind == "silent"


def test_a_new_silence_is_told_although_the_last_one_was_settled(silent, dana):
    settle_alert(alert=silent(3, 4), by=dana, now=NOON)
    silent(0, 0, after=2)

    assert silent(3, 3, after=6).kind == "quiet"


def test_settling_one_silence_settles_nobody_elses(silent, dana, clinic):
    mine = silent(3, 4)
    neighbour = note_silence(patient=PatientFactory(clinic=clinic), missed_days=5, silent_days=6, now=NOON)

    assert settle_alert(alert=mine, by=dana, now=NOON) == [mine]
    assert list(Alert.objects.waiting()) == [neighbour]


def test_a_clinic_may_wait_longer_or_not_care(silent, clinic):
    AlertRule.objects.create(clinic=clinic, kind="quiet", level=AlertLevel.LOW, amount=5)
    assert silent(4, 5) is None
    AlertRule.objects.create(clinic=clinic, kind="silent", level=AlertLevel.HIGH, amount=14, is_on=False)
    assert silent(20, 30).kind == "quiet"


def test_a_silence_that_a_clinic_calls_critical_goes_to_the_team(silent, clinic):
    AlertRule.objects.create(
        clinic=clinic, kind="silent", level=AlertLevel.CRITICAL, amount=14, limit_minutes=60
    )

    assert silent(14, 14).team_from == NOON + datetime.timedelta(hours=1)
