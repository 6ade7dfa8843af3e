"""The alert ladder: what a finished session raises, given the sessions before it, and what a silence raises.

Source: clinical rules, "Alert ladder (default rules)". The tables are the default; a clinic's own rows change what they
let it change. What one answer raises stands with its question in `patients.sessions.check_in`; what needs earlier
sessions is a row of `LOOKING_BACK`. Everything but `get_alert_rules` is pure: no query, no clock.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.models import Clinic
from patients.alerts.definitions import ANYTHING, AlertKind, AlertLevel, AlertRuleDefinition, Part, Rule
from patients.sessions import check_in
from patients.sessions.questions import Answer, Answers

if TYPE_CHECKING:
    from patients.models import AlertRule


@dataclass(frozen=True, kw_only=True)
class LookBack:
    """A rule that looks at earlier sessions as well: its row, and what it sees; None where it does not apply.

    `says` puts what was seen into a sentence for the team; "" where there is nothing more to say than the pain.
    """

    row: AlertRuleDefinition
    sees: Callable[[Rule, PastSession, Sequence[PastSession]], dict[str, Any] | None]
    says: Callable[[Mapping[str, Any]], str]


def alert_rule_definitions() -> dict[str, AlertRuleDefinition]:
    """Return every rule by its kind, the gravest first: those of the questions, those that look back, the silences."""
    rows = (
        *(question.alert for question in check_in.QUESTIONS if question.alert),
        *(rule.row for rule in LOOKING_BACK),
        *INACTIVITY_RULES,
    )
    return {row.kind: row for row in sorted(rows, key=lambda row: (-row.rule.level, not row.is_fixed))}


def defaults() -> dict[str, Rule]:
    """Return every rule as it holds where a clinic has changed nothing."""
    return {kind: row.rule for kind, row in alert_rule_definitions().items()}


def always_told() -> frozenset[str]:
    """Return the kinds that a clinic may neither switch off nor lower."""
    return frozenset(kind for kind, row in alert_rule_definitions().items() if row.is_fixed)


#: Bounds of what a clinic may write: points above the usual, times in a row, minutes of opening hours.
MARGINS, TIMES, LIMITS = (1, 10), (1, 10), (5, 2400)
#: "The usual" is the median pain after of so many sessions before, once there are enough to speak of a usual.
USUAL_OF, USUAL_FROM = 10, 3
#: How many earlier sessions the rules look back on: the longest row that may be asked for, and the usual.
SESSIONS_CONSIDERED = max(USUAL_OF, TIMES[1])

Rules = Mapping[str, Rule]


def get_alert_rules(clinic: Clinic) -> dict[str, Rule]:
    """Every rule as it holds at this clinic: its own rows over the table's. One query."""
    own = {row.kind: row for row in clinic.alert_rules.all()}
    return {kind: merged(row, own.get(kind)) for kind, row in alert_rule_definitions().items()}


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
    """One finished session, as the rules see it. What was not told is missing, as from a paper tick sheet.

    `answers`: by question id, pain before and after among them. `rated_exercises`: whether any exercise was rated;
    `too_hard`: the names of those rated too hard; `raised`: the kinds of alert that this session has raised already.
    """

    answers: Answers = field(default_factory=dict)
    rated_exercises: bool = False
    too_hard: tuple[str, ...] = ()
    raised: frozenset[str] = frozenset()

    def pain(self, question: str) -> int | None:
        """Return the pain told, 0–10; None when it was not."""
        told = self.answers.get(question)
        return None if told is None else int(told)

    @property
    def pain_before(self) -> int | None:
        return self.pain("pain_before")

    @property
    def pain_after(self) -> int | None:
        return self.pain("pain_after")

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
    seen: dict[str, dict[str, Any] | None] = {}
    for question in check_in.QUESTIONS:
        kind = question.alert.kind if question.alert else ""
        if kind and seen.get(kind) is None:  # several questions may tell of the same
            seen[kind] = _told(rules[kind], session.answers.get(question.id), question.id)
    seen |= {rule.row.kind: rule.sees(rules[rule.row.kind], session, earlier) for rule in LOOKING_BACK}
    found = [
        AlertFinding(rule=rules[kind], seen=told)
        for kind, told in seen.items()
        if told is not None and rules[kind].is_on
    ]
    in_order = list(rules)
    return sorted(found, key=lambda finding: (-finding.rule.level, in_order.index(finding.rule.kind)))


def _told(rule: Rule, answer: Answer, question: str) -> dict[str, Any] | None:
    """What one answer tells: a plain yes, or a number that reaches the rule's amount."""
    if rule.amount is None:
        return {} if answer is True else None
    return {question: answer} if answer is not None and int(answer) >= rule.amount else None


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


def _says_pain_rose(seen: Mapping[str, Any]) -> str:
    pains = [pair for pair in reversed(seen.get("pains", [])) if None not in pair]
    rises = ", ".join(_("%(before)s to %(after)s") % {"before": b, "after": a} for b, a in pains)
    return _("Pain rose each time: %(rises)s.") % {"rises": rises} if rises else _("Pain rose each time.")


def _says_too_hard(seen: Mapping[str, Any]) -> str:
    names = ", ".join(filter(None, seen.get("exercises", [])))
    return _("“Too hard” again: %(names)s.") % {"names": names} if names else _("“Too hard” again.")


def _says_above_usual(seen: Mapping[str, Any]) -> str:
    return (
        _("Pain %(after)s of 10 after the session; usually %(usual)s.")
        % {"after": seen["pain_after"], "usual": f"{seen['usual']:g}"}
        if "usual" in seen
        else ""
    )


LOOKING_BACK: tuple[LookBack, ...] = (
    LookBack(
        row=AlertRuleDefinition(
            rule=Rule(kind=AlertKind.PAIN_RISING, level=AlertLevel.HIGH, amount=2, times=2),
            label=gettext_lazy("Pain went up, session after session"),
            sentence=gettext_lazy(
                "pain up %(amount)s or more from before to after, on %(times)s check-ins in a row"
            ),
            may_change=(*ANYTHING, Part.AMOUNT, Part.TIMES),
            amounts=(1, 10),
            in_report=True,
        ),
        sees=_pain_rising,
        says=_says_pain_rose,
    ),
    LookBack(
        row=AlertRuleDefinition(
            rule=Rule(kind=AlertKind.TOO_HARD, level=AlertLevel.HIGH, times=2),
            label=gettext_lazy("Too hard, session after session"),
            sentence=gettext_lazy("an exercise was too hard, in %(times)s sessions in a row"),
            may_change=(*ANYTHING, Part.TIMES),
        ),
        sees=_too_hard,
        says=_says_too_hard,
    ),
    LookBack(
        row=AlertRuleDefinition(
            rule=Rule(kind=AlertKind.PAIN_ABOVE_USUAL, level=AlertLevel.LOW, amount=5, margin=1),
            label=gettext_lazy("More pain than usual"),
            sentence=gettext_lazy(
                "pain %(amount)s or more after a session, and %(margin)s or more above the usual"
            ),
            may_change=(*ANYTHING, Part.AMOUNT, Part.MARGIN),
            amounts=(1, 10),
        ),
        sees=_above_usual,
        says=_says_above_usual,
    ),
)


# --- What a silence raises --------------------------------------------------------------------------------------------


INACTIVITY_RULES: tuple[AlertRuleDefinition, ...] = (
    AlertRuleDefinition(
        rule=Rule(kind=AlertKind.SILENT, level=AlertLevel.HIGH, amount=14),
        label=gettext_lazy("Nothing logged for a long time"),
        sentence=gettext_lazy("nothing logged for %(amount)s days"),
        may_change=(*ANYTHING, Part.AMOUNT),
        amounts=(2, 56),
    ),
    AlertRuleDefinition(
        rule=Rule(kind=AlertKind.QUIET, level=AlertLevel.LOW, amount=3),
        label=gettext_lazy("Missed planned days"),
        sentence=gettext_lazy("nothing logged for %(amount)s planned days"),
        may_change=(*ANYTHING, Part.AMOUNT),
        amounts=(1, 40),
    ),
)


def find_inactivity(rules: Rules, *, missed_days: int, silent_days: int) -> AlertFinding | None:
    """The gravest rule that this silence meets: planned days missed, and days in a row without a word."""
    days: dict[str, int] = {AlertKind.SILENT: silent_days, AlertKind.QUIET: missed_days}
    met = [
        AlertFinding(rule=rules[kind], seen={"missed_days": missed_days, "silent_days": silent_days})
        for kind, count in days.items()
        if rules[kind].is_on and count >= (rules[kind].amount or 1)
    ]
    return max(met, key=lambda finding: finding.rule.level, default=None)


# --- As one value ----------------------------------------------------------------------------------------------------


def fingerprint(rules: Rules) -> str:
    """The same for the same rules: a form carries it, so that nobody's change is written over unseen."""
    told = [[str(kind), *map(str, vars(rules[kind]).values())] for kind in alert_rule_definitions()]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]
