"""Services that change a clinic's alert rules and reset them to the defaults."""

from __future__ import annotations

from django.db import transaction

from clinic.audit.services import record
from clinic.models import Clinic, User
from patients.alerts.kinds import Rule
from patients.alerts.rules import Rules, alert_rule_definitions, defaults, fingerprint, get_alert_rules
from patients.models import AlertRule


class StaleRulesError(Exception):
    """Raised if someone changed the rules after the page was shown. `rules` are the current rules."""

    def __init__(self, rules: Rules) -> None:
        super().__init__("The rules have changed.")
        self.rules = rules


@transaction.atomic
def save_alert_rules(*, clinic: Clinic, rules: Rules, seen: str, by: User) -> list[str]:
    """Save the clinic's alert rules, valid from the next check-in on. Returns the kinds that changed.

    `seen` is the fingerprint of the rules that the page showed. Raises StaleRulesError if the rules have changed
    since, unless they already equal `rules`, as after a double click. A rule equal to the default has no row, so that
    it follows later changes of the default. Parts that a clinic may not change keep the default.
    """
    Clinic.objects.select_for_update().get(pk=clinic.pk)  # concurrent changes run one after the other
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
