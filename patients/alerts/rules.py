"""The alert ladder: which rules there are, what each asks for, and what a finished session raises by them.

Source: clinical rules, "Alert ladder (default rules)". The table is the default; a clinic's own rows change what the
table lets it change. Everything but `get_alert_rules` is pure: no query, no clock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from statistics import median
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.models import Clinic
from patients.models import AlertKind, AlertLevel, AlertRule


class Part(StrEnum):
    """What a clinic may change about a rule; named as the column of `AlertRule`."""

    ON = "is_on"
    LEVEL = "level"
    AMOUNT = "amount"
    MARGIN = "margin"
    TIMES = "times"
    LIMIT = "limit_minutes"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """How one rule holds at a clinic. Pain in points (0–10); the limit in minutes of opening hours, None: never."""

    kind: AlertKind
    level: AlertLevel
    is_on: bool = True
    amount: int | None = None
    margin: int | None = None
    times: int | None = None
    limit_minutes: int | None = None

    @property
    def numbers(self) -> dict[str, int]:
        """Its numbers, as they are kept with each alert that it raises."""
        numbers = {"amount": self.amount, "margin": self.margin, "times": self.times}
        return {name: number for name, number in numbers.items() if number is not None}


@dataclass(frozen=True, kw_only=True)
class AlertRuleDefinition:
    """One row of the ladder: the default rule, its sentence, and what of it a clinic may change, in which bounds.

    `amounts` are the least and the most that the amount may be set to. `why_fixed` is told where a clinic cannot
    switch a rule off.
    """

    rule: Rule
    sentence: Promise
    may_change: tuple[Part, ...]
    amounts: tuple[int, int] | None = None
    why_fixed: Promise | None = None

    @property
    def kind(self) -> AlertKind:
        return self.rule.kind

    def describe(self, numbers: Mapping[str, Any]) -> str:
        """The rule as a sentence, with these numbers; what is missing is the default's."""
        return str(self.sentence) % {**self.rule.numbers, **numbers}


_A_PERSON_LOOKS: tuple[Part, ...] = (Part.LIMIT,)
_ALL: tuple[Part, ...] = (Part.ON, Part.LEVEL, Part.LIMIT)
_LOW, _HIGH, _CRITICAL = AlertLevel.LOW, AlertLevel.HIGH, AlertLevel.CRITICAL

ALERT_RULES: dict[str, AlertRuleDefinition] = {
    row.kind: row
    for row in (
        AlertRuleDefinition(
            rule=Rule(kind=AlertKind.FALL, level=_CRITICAL, limit_minutes=30),
            sentence=_("a fall"),
            may_change=_A_PERSON_LOOKS,
            why_fixed=_(
                "A fall holds back standing exercises until a clinician has looked. So one is always told."
            ),
        ),
        AlertRuleDefinition(
            rule=Rule(kind=AlertKind.FAINT, level=_CRITICAL, limit_minutes=30),
            sentence=_("dizziness, faintness or chest pain"),
            may_change=_A_PERSON_LOOKS,
            why_fixed=_(
                "It can be an emergency, and the patient is told to call you. So you are always told."
            ),
        ),
        AlertRuleDefinition(
            rule=Rule(kind=AlertKind.SORE, level=_CRITICAL, limit_minutes=30),
            sentence=_("a new sore on a foot"),
            may_change=_A_PERSON_LOOKS,
            why_fixed=_(
                "A sore holds back standing exercises until a clinician has looked. So one is always told."
            ),
        ),
        AlertRuleDefinition(
            rule=Rule(kind=AlertKind.PAIN, level=_CRITICAL, amount=7, limit_minutes=30),
            sentence=_("pain %(amount)s or more after a session"),
            may_change=(*_ALL, Part.AMOUNT),
            amounts=(1, 10),
        ),
        AlertRuleDefinition(
            rule=Rule(kind=AlertKind.PAIN_RISING, level=_HIGH, amount=2, times=2),
            sentence=_("pain up %(amount)s or more from before to after, on %(times)s check-ins in a row"),
            may_change=(*_ALL, Part.AMOUNT, Part.TIMES),
            amounts=(1, 10),
        ),
        AlertRuleDefinition(
            rule=Rule(kind=AlertKind.TOO_HARD, level=_HIGH, times=2),
            sentence=_("an exercise was too hard, in %(times)s sessions in a row"),
            may_change=(*_ALL, Part.TIMES),
        ),
        AlertRuleDefinition(
            rule=Rule(kind=AlertKind.SILENT, level=_HIGH, amount=14),
            sentence=_("nothing logged for %(amount)s days"),
            may_change=(*_ALL, Part.AMOUNT),
            amounts=(2, 56),
        ),
        AlertRuleDefinition(
            rule=Rule(kind=AlertKind.PAIN_ABOVE_USUAL, level=_LOW, amount=5, margin=1),
            sentence=_("pain %(amount)s or more after a session, and %(margin)s or more above the usual"),
            may_change=(*_ALL, Part.AMOUNT, Part.MARGIN),
            amounts=(1, 10),
        ),
        AlertRuleDefinition(
            rule=Rule(kind=AlertKind.QUIET, level=_LOW, amount=3),
            sentence=_("nothing logged for %(amount)s planned days"),
            may_change=(*_ALL, Part.AMOUNT),
            amounts=(1, 40),
        ),
    )
}

#: Bounds of what a clinic may write: points above the usual, times in a row, minutes of opening hours.
MARGINS, TIMES, LIMITS = (1, 10), (1, 10), (5, 2400)
#: "The usual" is the median pain after of so many sessions before, once there are enough to speak of a usual.
USUAL_OF, USUAL_FROM = 10, 3
#: How many earlier sessions the rules look back on: the longest row that may be asked for, and the usual.
SESSIONS_CONSIDERED = max(USUAL_OF, TIMES[1])

Rules = Mapping[str, Rule]
DEFAULTS: Rules = {kind: row.rule for kind, row in ALERT_RULES.items()}


def get_alert_rules(clinic: Clinic) -> dict[str, Rule]:
    """Every rule as it holds at this clinic: its own rows over the table's. One query."""
    own = {row.kind: row for row in AlertRule.objects.filter(clinic=clinic)}
    return {kind: merged(row, own.get(kind)) for kind, row in ALERT_RULES.items()}


def merged(row: AlertRuleDefinition, own: AlertRule | None) -> Rule:
    """The clinic's row over the default, as far as the ladder lets a clinic change it."""
    if own is None:
        return row.rule
    changed: dict[str, Any] = {part.value: getattr(own, part) for part in row.may_change}
    if Part.LEVEL in row.may_change:
        changed["level"] = AlertLevel(own.level)
    return replace(row.rule, **changed)


# --- What a session raises --------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class PastSession:
    """One finished session, as the rules see it. Numbers that were not told are None, as from a paper tick sheet.

    `rated_exercises`: whether any exercise was rated; `too_hard`: the names of those rated too hard; `raised`: the kinds
    of alert that this session has raised already.
    """

    pain_before: int | None = None
    pain_after: int | None = None
    fell: bool = False
    faint_or_chest_pain: bool = False
    new_sore: bool = False
    rated_exercises: bool = False
    too_hard: tuple[str, ...] = ()
    raised: frozenset[str] = frozenset()

    @property
    def pain_rise(self) -> int:
        """Points from before to after; 0 when either was not told."""
        if self.pain_before is None or self.pain_after is None:
            return 0
        return self.pain_after - self.pain_before


@dataclass(frozen=True, kw_only=True)
class AlertFinding:
    """One rule that applies, with the numbers it applies by. `facts` is what an alert keeps."""

    rule: Rule
    seen: dict[str, Any]

    @property
    def facts(self) -> dict[str, Any]:
        return {"seen": self.seen, "rule": self.rule.numbers}


def findings(rules: Rules, session: PastSession, earlier: Sequence[PastSession]) -> list[AlertFinding]:
    """What a finished session raises, the gravest first. `earlier`: the sessions before it, newest first."""
    seen_by_kind: dict[AlertKind, dict[str, Any] | None] = {
        AlertKind.FALL: {} if session.fell else None,
        AlertKind.FAINT: {} if session.faint_or_chest_pain else None,
        AlertKind.SORE: {} if session.new_sore else None,
        AlertKind.PAIN: _strong_pain(rules[AlertKind.PAIN], session),
        AlertKind.PAIN_RISING: _pain_rising(rules[AlertKind.PAIN_RISING], session, earlier),
        AlertKind.TOO_HARD: _too_hard(rules[AlertKind.TOO_HARD], session, earlier),
        AlertKind.PAIN_ABOVE_USUAL: _above_usual(rules[AlertKind.PAIN_ABOVE_USUAL], session, earlier),
    }
    found = [
        AlertFinding(rule=rules[kind], seen=seen)
        for kind, seen in seen_by_kind.items()
        if seen is not None and rules[kind].is_on
    ]
    return sorted(found, key=lambda finding: -finding.rule.level)


def _strong_pain(rule: Rule, session: PastSession) -> dict[str, Any] | None:
    if session.pain_after is None or session.pain_after < (rule.amount or 0):
        return None
    return {"pain_after": session.pain_after}


def _pain_rising(rule: Rule, session: PastSession, earlier: Sequence[PastSession]) -> dict[str, Any] | None:
    """A rise is from before to after a session, as in the advice to the patient."""
    row = _in_a_row(
        rule,
        session,
        earlier,
        tells=lambda each: each.pain_after is not None,
        holds=lambda each: each.pain_rise >= max(rule.amount or 1, 1),
    )
    return {"pains": [[each.pain_before, each.pain_after] for each in row]} if row else None


def _too_hard(rule: Rule, session: PastSession, earlier: Sequence[PastSession]) -> dict[str, Any] | None:
    """Any exercise counts, not only the same one again: "too hard" today here and then there is still too hard."""
    row = _in_a_row(
        rule,
        session,
        earlier,
        tells=lambda each: each.rated_exercises,
        holds=lambda each: bool(each.too_hard),
    )
    return {"exercises": list(session.too_hard)} if row else None


def _in_a_row(
    rule: Rule,
    session: PastSession,
    earlier: Sequence[PastSession],
    *,
    tells: Callable[[PastSession], bool],
    holds: Callable[[PastSession], bool],
) -> list[PastSession]:
    """The sessions of a full row that ends with this one, newest first; empty when it is not full.

    A session that tells nothing of the matter is passed over. After an alert the row starts anew: what was told
    once is told again only when it has happened as often again.
    """
    row = [session] if holds(session) else []
    for each in earlier if row else ():
        if len(row) == (rule.times or 1) or rule.kind in each.raised:
            break
        if tells(each):
            if not holds(each):
                break
            row.append(each)
    return row if len(row) == (rule.times or 1) else []


def _above_usual(rule: Rule, session: PastSession, earlier: Sequence[PastSession]) -> dict[str, Any] | None:
    usual, after = get_usual_pain(earlier), session.pain_after
    if usual is None or after is None or after < (rule.amount or 0) or after - usual < (rule.margin or 0):
        return None
    return {"pain_after": after, "usual": usual}


def get_usual_pain(earlier: Sequence[PastSession]) -> float | None:
    """The middle one of the pains after the last sessions (newest first); None while there are too few to tell."""
    told = [each.pain_after for each in earlier if each.pain_after is not None][:USUAL_OF]
    return median(told) if len(told) >= USUAL_FROM else None


# --- What a silence raises --------------------------------------------------------------------------------------------


def find_inactivity(rules: Rules, *, missed_days: int, silent_days: int) -> AlertFinding | None:
    """The gravest rule that this silence meets: planned days missed, and days in a row without a word."""
    days = {AlertKind.SILENT: silent_days, AlertKind.QUIET: missed_days}
    met = [
        AlertFinding(rule=rules[kind], seen={"missed_days": missed_days, "silent_days": silent_days})
        for kind, count in days.items()
        if rules[kind].is_on and count >= (rules[kind].amount or 1)
    ]
    return max(met, key=lambda finding: finding.rule.level, default=None)


# --- As one value ----------------------------------------------------------------------------------------------------


def fingerprint(rules: Rules) -> str:
    """The same for the same rules: a form carries it, so that nobody's change is written over unseen."""
    told = [[str(kind), *map(str, vars(rules[kind]).values())] for kind in ALERT_RULES]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
