"""A clinic's changes to the alert rules."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from patients.alerts.rules import find_inactivity, get_alert_rules
from patients.models import AlertLevel, AlertRule
from tests.factories import ClinicFactory
from tests.patients.alerts.rule_steps import ALWAYS_ON, DEFAULTS, HARD, PAIN_KINDS, past, raised


@pytest.mark.django_db
class TestClinicRules:
    def test_a_clinic_without_rows_has_the_defaults(self):
        assert get_alert_rules(ClinicFactory()) == DEFAULTS

    def test_a_clinics_changes_apply_to_that_clinic_only(self):
        clinic = ClinicFactory()
        AlertRule.objects.create(
            clinic=clinic, kind="pain_above", level=AlertLevel.HIGH, margin=1, limit_minutes=60
        )
        own = get_alert_rules(clinic)
        assert raised(past(pain_before=4, pain_after=5), rules=own) == ["pain_above"]
        assert (own["pain_above"].level, own["pain_above"].limit_minutes) == (AlertLevel.HIGH, 60)
        assert {kind: rule for kind, rule in own.items() if kind != "pain_above"} == {
            kind: rule for kind, rule in DEFAULTS.items() if kind != "pain_above"
        }
        assert get_alert_rules(ClinicFactory()) == DEFAULTS

    def test_a_rule_that_is_off_raises_nothing(self):
        clinic = ClinicFactory()
        for kind in ("too_hard", "quiet", "silent"):
            AlertRule.objects.create(clinic=clinic, kind=kind, level=1, is_on=False, amount=1, times=1)
        own = get_alert_rules(clinic)
        assert raised(HARD, HARD, rules=own) == []
        assert find_inactivity(own, missed_days=40, silent_days=50) is None

    @pytest.mark.parametrize("kind", [*sorted(PAIN_KINDS), "new_pain"])
    def test_a_clinic_cannot_make_pain_critical(self, kind):
        clinic = ClinicFactory()
        AlertRule.objects.create(clinic=clinic, kind=kind, level=AlertLevel.CRITICAL, times=2, margin=2)
        assert get_alert_rules(clinic)[kind].level == AlertLevel.HIGH

    def test_a_number_that_the_clinics_row_lacks_is_the_default(self):
        clinic = ClinicFactory()
        AlertRule.objects.create(clinic=clinic, kind="pain_above", level=AlertLevel.LOW, amount=5)
        assert get_alert_rules(clinic)["pain_above"] == DEFAULTS["pain_above"]

    @pytest.mark.parametrize("kind", ALWAYS_ON)
    @pytest.mark.parametrize("change", [{"is_on": False}, {"level": AlertLevel.LOW}])
    def test_a_constraint_protects_the_fixed_rules(self, kind, change):
        fields = {"level": AlertLevel.CRITICAL, "is_on": True} | change
        with pytest.raises(IntegrityError), transaction.atomic():
            AlertRule.objects.create(clinic=ClinicFactory(), kind=kind, **fields)

    def test_the_limit_of_a_fall_may_be_changed(self):
        clinic = ClinicFactory()
        AlertRule.objects.create(clinic=clinic, kind="fall", level=AlertLevel.CRITICAL, limit_minutes=10)
        assert get_alert_rules(clinic)["fall"].limit_minutes == 10
