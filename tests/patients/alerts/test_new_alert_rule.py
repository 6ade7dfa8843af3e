"""A new row in `LOOKING_BACK` adds a rule everywhere, without a migration."""

import pytest
from django.core.management import call_command

from patients.alerts import rules as alert_rules
from patients.alerts.kinds import ANYTHING, AlertLevel, AlertRuleDefinition, Part, Rule
from patients.alerts.looking_back import LookBack
from patients.alerts.rules import always_told
from patients.alerts.selectors.alert_details import AlertDetails
from patients.models import Alert
from patients.sessions.services.sessions import finish_session
from tests.factories import NOON, ExerciseSessionFactory
from tests.infra.test_migrations import with_migrations

pytestmark = pytest.mark.django_db


def any_pain(rule, session, history):
    """Apply to pain after this session and after as many earlier ones as the rule requires."""
    row = [session, *history.earlier][: rule.times]
    pains = [each.pain_after for each in row]
    return {"pains_after": pains} if len(row) == rule.times and all(pains) else None


@pytest.fixture(autouse=True)
def one_more(monkeypatch):
    row = AlertRuleDefinition(
        rule=Rule(kind="never_free", level=AlertLevel.LOW, times=1),
        label="Never free of pain",
        sentence="some pain after %(times)s sessions in a row",
        grounds="J",
        may_change=(*ANYTHING, Part.TIMES),
    )
    rule = LookBack(row=row, sees=any_pain, says=lambda seen: f"Pain each time: {seen['pains_after']}.")
    monkeypatch.setattr(alert_rules, "LOOKING_BACK", (*alert_rules.LOOKING_BACK, rule))


def test_the_new_rule_raises_an_alert_with_its_own_sentence():
    unanswered = dict.fromkeys(("finished_at", "pain_after", "fell", "faint_or_chest_pain", "new_sore"))
    session = ExerciseSessionFactory(**unanswered)
    answers = {"pain_after": 1, "fell": False}
    finish_session(session=session, answers=answers, by=session.patient.user, now=NOON)
    alert = Alert.objects.get()
    assert (alert.kind, alert.get_kind_display(), alert.level) == ("never_free", "Never free of pain", 1)
    assert AlertDetails.of([alert]).sentences == ["Pain each time: [1]."]
    assert AlertDetails.of([alert]).rules == ["some pain after 1 sessions in a row"]


def test_a_clinic_may_switch_the_new_rule_off():
    assert "never_free" in alert_rules.alert_rule_definitions()
    assert "never_free" not in always_told()


def test_the_new_rule_needs_no_migration():
    with with_migrations():
        call_command("makemigrations", "--check", "--dry-run", verbosity=0)
