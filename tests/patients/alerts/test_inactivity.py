"""Inactivity alerts follow the rules, have the current number of days, and end when the patient is active again."""

import datetime

import pytest

from clinic.models import AuditEvent
from patients.alerts.services.answers import resolve_alert
from patients.alerts.services.raising import update_inactivity_alerts
from patients.models import Alert, AlertLevel, AlertRule
from tests.factories import NOON, PatientFactory

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


@pytest.fixture
def set_inactive(patient):
    """Return `set_inactive(missed, days, after=days)`, which updates the alerts `after` days after NOON."""

    def note(missed, days, *, after=0, **more):
        now = NOON + after * DAY
        return update_inactivity_alerts(
            patient=patient, missed_days=missed, silent_days=days, now=now, **more
        )

    return note


def waiting():
    return [
        (alert.kind, alert.level, alert.facts["seen"]["missed_days"]) for alert in Alert.objects.waiting()
    ]


def test_three_planned_days_raise_a_low_alert_once(set_inactive, patient):
    alert = set_inactive(3, 4)

    assert set_inactive(3, 4) == alert
    assert waiting() == [("quiet", AlertLevel.LOW, 3)]
    assert (alert.clinic, alert.session, alert.team_from) == (patient.clinic, None, None)
    assert AuditEvent.objects.filter(action="alert.raised").count() == 1


def test_an_inactivity_alert_has_the_current_number_of_days(set_inactive):
    set_inactive(3, 4)
    set_inactive(5, 6, after=2)

    assert waiting() == [("quiet", AlertLevel.LOW, 5)]


def test_after_two_weeks_a_high_alert_replaces_the_low_one(set_inactive):
    quiet = set_inactive(9, 13)
    set_inactive(10, 14, after=1)

    quiet.refresh_from_db()
    assert waiting() == [("silent", AlertLevel.HIGH, 10)]
    assert (quiet.settled_at, quiet.settled_by) == (NOON + DAY, None)


def test_an_inactivity_alert_ends_when_the_patient_is_back(set_inactive, patient):
    alert = set_inactive(3, 4)
    assert set_inactive(0, 0, after=1) is None

    alert.refresh_from_db()
    assert (alert.settled_at, alert.settled_by) == (NOON + DAY, None)
    assert AuditEvent.objects.get(action="alert.ended").actor is None
    assert waiting() == []


def test_a_resolved_inactivity_alert_is_not_raised_again_before_two_weeks(set_inactive, dana):
    resolve_alert(alert=set_inactive(3, 4), by=dana, note="Is on holiday.", now=NOON)

    assert set_inactive(4, 5, after=1) is None
    assert set_inactive(8, 13, after=9) is None
    assert set_inactive(9, 14, after=10).kind == "silent"


def test_a_new_inactivity_is_raised_after_a_resolved_one(set_inactive, dana):
    resolve_alert(alert=set_inactive(3, 4), by=dana, now=NOON)
    set_inactive(0, 0, after=2)

    assert set_inactive(3, 3, after=6).kind == "quiet"


def test_resolving_one_inactivity_alert_resolves_no_other(set_inactive, dana, clinic):
    mine = set_inactive(3, 4)
    neighbour = update_inactivity_alerts(
        patient=PatientFactory(clinic=clinic), missed_days=5, silent_days=6, now=NOON
    )

    assert resolve_alert(alert=mine, by=dana, now=NOON) == [mine]
    assert list(Alert.objects.waiting()) == [neighbour]


def test_a_clinic_may_change_the_number_of_days_or_switch_the_rule_off(set_inactive, clinic):
    AlertRule.objects.create(clinic=clinic, kind="quiet", level=AlertLevel.LOW, amount=5)
    assert set_inactive(4, 5) is None
    AlertRule.objects.create(clinic=clinic, kind="silent", level=AlertLevel.HIGH, amount=14, is_on=False)
    assert set_inactive(20, 30).kind == "quiet"


def test_an_inactivity_alert_that_is_critical_is_escalated(set_inactive, clinic):
    AlertRule.objects.create(
        clinic=clinic, kind="silent", level=AlertLevel.CRITICAL, amount=14, limit_minutes=60
    )

    assert set_inactive(14, 14).team_from == NOON + datetime.timedelta(hours=1)
