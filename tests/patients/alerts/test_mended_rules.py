"""The clinics' rules of pain from version 1 of the alert ladder are mended by a migration."""

from importlib import import_module

import pytest
from django.apps import apps

from patients.alerts.rules import defaults, get_alert_rules
from patients.models import AlertLevel, AlertRule
from tests.factories import ClinicFactory

pytestmark = pytest.mark.django_db

mend = import_module("patients.migrations.0032_alerts_ladder_rules").mend


def test_rules_of_pain_get_the_numbers_of_version_2_and_are_never_critical():
    clinic = ClinicFactory()
    critical = AlertLevel.CRITICAL
    AlertRule.objects.create(clinic=clinic, kind="pain", level=critical, amount=6, limit_minutes=60)
    AlertRule.objects.create(clinic=clinic, kind="pain_rising", level=critical, amount=3, times=4)
    AlertRule.objects.create(clinic=clinic, kind="pain_above", level=AlertLevel.LOW, amount=5, margin=1)
    AlertRule.objects.create(clinic=clinic, kind="quiet", level=critical, amount=5)
    mend(apps, None)

    rows = {row.kind: (row.level, row.amount, row.margin, row.times) for row in AlertRule.objects.all()}
    assert rows == {
        "pain": (AlertLevel.HIGH, None, None, None),
        "pain_rising": (AlertLevel.HIGH, None, 3, 4),
        "pain_above": (AlertLevel.LOW, None, 2, None),
        "quiet": (critical, 5, None, None),
    }
    assert get_alert_rules(clinic)["pain_above"] == defaults()["pain_above"]
    assert get_alert_rules(clinic)["pain"].limit_minutes == 60
