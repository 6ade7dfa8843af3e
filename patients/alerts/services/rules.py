"""The alert rules of a clinic: its own numbers over the ladder's, and back to the ladder's."""

from __future__ import annotations

from django.db import transaction

from clinic.audit.services import record
from clinic.models import Clinic, User
from patients.alerts.definitions import Rule
from patients.alerts.rules import Rules, alert_rule_definitions, defaults, fingerprint, get_alert_rules
from patients.models import AlertRule


class StaleRulesError(Exception):
    """Someone changed the rules after the page was shown. Holds them as they are now."""

    def __init__(self, rules: Rules) -> None:
        super().__init__("The rules have changed.")
        self.rules = rules


@transaction.atomic
def save_alert_rules(*, clinic: Clinic, rules: Rules, seen: str, by: User) -> list[str]:
    """Let the clinic's rules be these, from the next check-in on. Returns the kinds that changed.

    `seen`: the fingerprint of the rules that the page showed. Raises StaleRulesError when they are others by now,
    unless they are just what is wanted, as after a double click. A rule like the ladder's needs no row: whoever goes
    back to the default follows it when it changes. What a clinic may not change stays as the ladder has it.
    """
    Clinic.objects.select_for_update().get(pk=clinic.pk)  # two admins at once: one after the other
    now = get_alert_rules(clinic)
    changed = [kind for kind in alert_rule_definitions() if rules[kind] != now[kind]]
    if changed and fingerprint(now) != seen:
        raise StaleRulesError(now)
    rows = {row.kind: row for row in AlertRule.objects.filter(clinic=clinic)}
    for kind in changed:
        row = rows.get(kind) or AlertRule(clinic=clinic, kind=kind)
        _write(row, rules[kind], by)
    return changed


def _write(row: AlertRule, rule: Rule, by: User) -> None:
    if rule == defaults()[rule.kind]:
        record("alert_rule.reset", actor=by, obj=row, clinic=row.clinic)
        row.delete()
        return
    row.level, row.is_on, row.amount = rule.level, rule.is_on, rule.amount
    row.margin, row.times, row.limit_minutes = rule.margin, rule.times, rule.limit_minutes
    row.save()
    record("alert_rule.changed", actor=by, obj=row, clinic=row.clinic)
