"""Alert rules: the alerts that a session or a report raises, given what was told before, and those of inactivity.

Source: clinical rules, "Alert ladder, version 2". The tables are the defaults; a clinic's `AlertRule` rows change the
parts that `may_change` lists. A rule about one answer is defined with its question in `patients.sessions.check_in`; a
rule about several sessions is a row of `LOOKING_BACK` in `patients.alerts.looking_back`. Everything except
`get_alert_rules` is pure: no query, no clock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy

from clinic.models import Clinic
from patients.alerts.history import History, PastSession
from patients.alerts.kinds import ANYTHING, AlertKind, AlertLevel, AlertRuleDefinition, Part, Rule
from patients.alerts.looking_back import LOOKING_BACK, LookBack
from patients.sessions import check_in
from patients.sessions.questions import Answers, Until

if TYPE_CHECKING:
    from patients.models import AlertRule


def alert_rule_definitions() -> dict[str, AlertRuleDefinition]:
    """Return every rule by kind, the highest level first and fixed rules before others of the same level.

    Within that order come the rules of questions, those about earlier sessions and those about inactivity.
    """
    rows = (
        *(question.alert for question in check_in.QUESTIONS if question.alert),
        *(rule.row for rule in LOOKING_BACK),
        *INACTIVITY_RULES,
    )
    return {row.kind: row for row in sorted(rows, key=lambda row: (-row.rule.level, not row.is_fixed))}


def get_look_back(kind: str) -> LookBack | None:
    """Return the rule about several sessions of this kind; None for any other kind."""
    return next((rule for rule in LOOKING_BACK if rule.row.kind == kind), None)


def defaults() -> dict[str, Rule]:
    """Return every default rule by kind."""
    return {kind: row.rule for kind, row in alert_rule_definitions().items()}


def always_told() -> frozenset[str]:
    """Return the kinds that a clinic may neither switch off nor lower."""
    return frozenset(kind for kind, row in alert_rule_definitions().items() if row.is_fixed)


#: Bounds of a clinic's settings: points above the usual pain, times in a row, minutes of opening hours.
MARGINS, TIMES, LIMITS = (1, 10), (1, 10), (5, 2400)

Rules = Mapping[str, Rule]


def get_alert_rules(clinic: Clinic) -> dict[str, Rule]:
    """Return every rule of this clinic by kind: the default rules with the clinic's changes. One query."""
    changes = {row.kind: row for row in clinic.alert_rules.all()}
    return {kind: merged(row, changes.get(kind)) for kind, row in alert_rule_definitions().items()}


def merged(row: AlertRuleDefinition, own: AlertRule | None) -> Rule:
    """Return the default rule with those changes of the clinic's row that the definition allows.

    A number that the clinic's row lacks, since the rule did not have it when the row was saved, is the default.
    """
    if own is None:
        return row.rule
    changed: dict[str, Any] = {part.value: getattr(own, part) for part in row.may_change}
    changed = {name: value for name, value in changed.items() if value is not None or name == Part.LIMIT}
    if Part.LEVEL in row.may_change:
        changed["level"] = min(AlertLevel(own.level), row.highest)
    return replace(row.rule, **changed)


# --- Alerts of a session or a report ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class AlertFinding:
    """One rule that applies, with the values that it observed. `facts` is stored with the alert."""

    rule: Rule
    seen: dict[str, Any]

    @property
    def facts(self) -> dict[str, Any]:
        return {"seen": self.seen, "rule": self.rule.numbers}


def findings(
    rules: Rules,
    session: PastSession,
    earlier: Sequence[PastSession] = (),
    *,
    first_usual: float | None = None,
    own_limit: int | None = None,
) -> list[AlertFinding]:
    """Return the rules that apply to a finished session or a report, the highest level first.

    `earlier` are the sessions and reports before it, newest first; see `patients.alerts.history.History`.
    """
    history = History(earlier=earlier, first_usual=first_usual, own_limit=own_limit)
    seen = _check_answers(session.answers)
    for each in LOOKING_BACK:
        seen[each.row.kind] = each.sees(rules[each.row.kind], session, history)
    return _in_order(rules, seen)


def urgent_findings(rules: Rules, answers: Answers) -> list[AlertFinding]:
    """Return the rules that apply to the answers of an open session and do not wait for its check-in.

    These are the rules that a clinic cannot switch off, and those of an answer that begins a hold which only a person
    ends: nobody would know of that hold otherwise.
    """
    needs_person = {
        question.alert.kind
        for question in check_in.dangers_in(answers)
        if question.alert and any(hold.until is Until.A_PERSON for hold in question.holds_begun_by(answers))
    }
    at_once = always_told() | needs_person
    seen = _check_answers(answers)
    return _in_order(rules, {kind: seen[kind] for kind in seen if kind in at_once})


def _check_answers(answers: Answers) -> dict[str, dict[str, Any] | None]:
    """Return the kinds of alert that single answers raise. Several questions may raise the same kind."""
    return {question.alert.kind: {} for question in check_in.dangers_in(answers) if question.alert}


def _in_order(rules: Rules, seen: Mapping[str, dict[str, Any] | None]) -> list[AlertFinding]:
    found = [
        AlertFinding(rule=rules[kind], seen=values)
        for kind, values in seen.items()
        if values is not None and rules[kind].is_on
    ]
    in_order = list(rules)
    return sorted(found, key=lambda finding: (-finding.rule.level, in_order.index(finding.rule.kind)))


# --- Alerts of inactivity ---------------------------------------------------------------------------------------------


INACTIVITY_RULES: tuple[AlertRuleDefinition, ...] = (
    AlertRuleDefinition(
        rule=Rule(kind=AlertKind.SILENT, level=AlertLevel.HIGH, amount=14),
        label=gettext_lazy("Nothing logged for a long time"),
        sentence=gettext_lazy("nothing logged for %(amount)s days"),
        grounds="J",
        may_change=(*ANYTHING, Part.AMOUNT),
        amounts=(2, 56),
    ),
    AlertRuleDefinition(
        rule=Rule(kind=AlertKind.QUIET, level=AlertLevel.LOW, amount=3),
        label=gettext_lazy("Missed planned days"),
        sentence=gettext_lazy("nothing logged for %(amount)s planned days"),
        grounds="J",
        may_change=(*ANYTHING, Part.AMOUNT),
        amounts=(1, 40),
    ),
)


def find_inactivity(rules: Rules, *, missed_days: int, silent_days: int) -> AlertFinding | None:
    """Return the highest-level inactivity rule that applies, or None.

    `missed_days` are planned days since anything was logged, `silent_days` days in a row without a log.
    """
    days: dict[str, int] = {AlertKind.SILENT: silent_days, AlertKind.QUIET: missed_days}
    met = [
        AlertFinding(rule=rules[kind], seen={"missed_days": missed_days, "silent_days": silent_days})
        for kind, count in days.items()
        if rules[kind].is_on and count >= (rules[kind].amount or 1)
    ]
    return max(met, key=lambda finding: finding.rule.level, default=None)


# --- Detection of concurrent changes ----------------------------------------------------------------------------------


def fingerprint(rules: Rules) -> str:
    """Return a hash of the rules. A form submits it, so that a colleague's newer change is not overwritten."""
    values = [[str(kind), *map(str, vars(rules[kind]).values())] for kind in alert_rule_definitions()]
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()[:16]
