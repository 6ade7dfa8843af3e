"""Alert rules: the alerts that a finished session raises, given earlier sessions, and those that inactivity raises.

Source: clinical rules, default alert rules. The tables are the defaults; a clinic's `AlertRule` rows change the parts
that `may_change` lists. A rule about one answer is defined with its question in `patients.sessions.check_in`; a rule
about several sessions is a row of `LOOKING_BACK`. Everything except `get_alert_rules` is pure: no query, no clock.
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
from patients.alerts.kinds import ANYTHING, AlertKind, AlertLevel, AlertRuleDefinition, Part, Rule
from patients.sessions import check_in
from patients.sessions.questions import Answers

if TYPE_CHECKING:
    from patients.models import AlertRule


@dataclass(frozen=True, kw_only=True)
class LookBack:
    """A rule about a session and the sessions before it.

    `sees` returns the observed values that are stored with the alert, or None if the rule does not apply. `says`
    returns a sentence about these values for the team, or "" if the pain rating is all there is to report.
    """

    row: AlertRuleDefinition
    sees: Callable[[Rule, PastSession, Sequence[PastSession]], dict[str, Any] | None]
    says: Callable[[Mapping[str, Any]], str]


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


def defaults() -> dict[str, Rule]:
    """Return every default rule by kind."""
    return {kind: row.rule for kind, row in alert_rule_definitions().items()}


def always_told() -> frozenset[str]:
    """Return the kinds that a clinic may neither switch off nor lower."""
    return frozenset(kind for kind, row in alert_rule_definitions().items() if row.is_fixed)


#: Bounds of a clinic's settings: points above the usual pain, times in a row, minutes of opening hours.
MARGINS, TIMES, LIMITS = (1, 10), (1, 10), (5, 2400)
#: The usual pain is the median pain before the last `USUAL_OF` sessions, if at least `USUAL_FROM` have a rating.
USUAL_OF, USUAL_FROM = 10, 3
#: The default pain limit: at least 7, and 3 above the usual (clinical rules, J).
LOWEST_LIMIT, LIMIT_ABOVE_USUAL = 7, 3
#: The number of earlier sessions that the rules need: enough for the most times in a row, and for the usual pain.
SESSIONS_CONSIDERED = max(USUAL_OF, TIMES[1])

Rules = Mapping[str, Rule]


def get_alert_rules(clinic: Clinic) -> dict[str, Rule]:
    """Return every rule of this clinic by kind: the default rules with the clinic's changes. One query."""
    changes = {row.kind: row for row in clinic.alert_rules.all()}
    return {kind: merged(row, changes.get(kind)) for kind, row in alert_rule_definitions().items()}


def merged(row: AlertRuleDefinition, own: AlertRule | None) -> Rule:
    """Return the default rule with those changes of the clinic's row that the definition allows."""
    if own is None:
        return row.rule
    changed: dict[str, Any] = {part.value: getattr(own, part) for part in row.may_change}
    if Part.LEVEL in row.may_change:
        changed["level"] = AlertLevel(own.level)
    return replace(row.rule, **changed)


# --- Alerts of a session ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class PastSession:
    """One finished session, as input of the rules. Unanswered questions are missing, as in a paper log.

    `answers`: by question id, including pain before and after. `rated_exercises`: True if any exercise was rated;
    `too_hard`: the names of those rated too hard; `raised`: the kinds of alert that this session has already raised.
    """

    answers: Answers = field(default_factory=dict)
    rated_exercises: bool = False
    too_hard: tuple[str, ...] = ()
    raised: frozenset[str] = frozenset()

    def pain(self, question: str) -> int | None:
        """Return the pain rating, 0–10; None if the question was not answered."""
        answer = self.answers.get(question)
        return None if answer is None else int(answer)

    @property
    def pain_before(self) -> int | None:
        return self.pain("pain_before")

    @property
    def pain_after(self) -> int | None:
        return self.pain("pain_after")

    @property
    def pain_rise(self) -> int:
        """Points from before to after; 0 if either rating is missing."""
        if self.pain_before is None or self.pain_after is None:
            return 0
        return self.pain_after - self.pain_before


@dataclass(frozen=True, kw_only=True)
class AlertFinding:
    """One rule that applies, with the values that it observed. `facts` is stored with the alert."""

    rule: Rule
    seen: dict[str, Any]

    @property
    def facts(self) -> dict[str, Any]:
        return {"seen": self.seen, "rule": self.rule.numbers}


def findings(rules: Rules, session: PastSession, earlier: Sequence[PastSession]) -> list[AlertFinding]:
    """Return the rules that apply to a finished session, the highest level first.

    `earlier` are the sessions before it, newest first.
    """
    seen = _check_answers(session.answers)
    seen |= {rule.row.kind: rule.sees(rules[rule.row.kind], session, earlier) for rule in LOOKING_BACK}
    return _in_order(rules, seen)


def findings_of_report(rules: Rules, answers: Answers) -> list[AlertFinding]:
    """Return the rules that apply to answers told outside a session, the highest level first."""
    return _in_order(rules, _check_answers(answers))


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


def _pain_rising(rule: Rule, session: PastSession, earlier: Sequence[PastSession]) -> dict[str, Any] | None:
    """Return the pain ratings if pain rose in enough sessions in a row; otherwise None.

    A rise is from before to after a session, as in the advice to the patient.
    """
    row = _in_a_row(
        rule,
        session,
        earlier,
        has_data=lambda each: each.pain_after is not None,
        applies=lambda each: each.pain_rise >= max(rule.amount or 1, 1),
    )
    return {"pains": [[each.pain_before, each.pain_after] for each in row]} if row else None


def _too_hard(rule: Rule, session: PastSession, earlier: Sequence[PastSession]) -> dict[str, Any] | None:
    """Return this session's exercises rated too hard if enough sessions in a row have one; otherwise None.

    The exercise may differ from session to session: the plan is too hard in either case.
    """
    row = _in_a_row(
        rule,
        session,
        earlier,
        has_data=lambda each: each.rated_exercises,
        applies=lambda each: bool(each.too_hard),
    )
    return {"exercises": list(session.too_hard)} if row else None


def _in_a_row(
    rule: Rule,
    session: PastSession,
    earlier: Sequence[PastSession],
    *,
    has_data: Callable[[PastSession], bool],
    applies: Callable[[PastSession], bool],
) -> list[PastSession]:
    """Return the last `rule.times` sessions, newest first, if `applies` to each of them; otherwise [].

    A session without data for the rule is skipped. After an alert of this kind the count starts again, so that the
    next alert needs as many sessions as the first.
    """
    row = [session] if applies(session) else []
    for each in earlier if row else ():
        if len(row) == (rule.times or 1) or rule.kind in each.raised:
            break
        if has_data(each):
            if not applies(each):
                break
            row.append(each)
    return row if len(row) == (rule.times or 1) else []


def _above_usual(rule: Rule, session: PastSession, earlier: Sequence[PastSession]) -> dict[str, Any] | None:
    ratings = [each.pain_before for each in earlier if each.pain_before is not None]
    usual, after = get_usual_pain(ratings), session.pain_after
    if usual is None or after is None or after < (rule.amount or 0) or after - usual < (rule.margin or 0):
        return None
    return {"pain_after": after, "usual": usual}


def get_usual_pain(ratings: Sequence[int], *, first: int | None = None) -> float | None:
    """Return the usual pain: the median of the last `USUAL_OF` ratings before a session, the newest first.

    Until there are `USUAL_FROM` of them it is `first`, the answer of the screening; None if that is not known either.
    Source: clinical rules, "Alert ladder, version 2".
    """
    known = list(ratings[:USUAL_OF])
    return float(median(known)) if len(known) >= USUAL_FROM else first


def get_pain_limit(usual: float | None, *, own: int | None = None) -> float:
    """Return the pain at which a rating above the usual is an alert of the same working day.

    `own` is the limit that a clinician has set for the patient; otherwise it is the greater of `LOWEST_LIMIT` and the
    usual + `LIMIT_ABOVE_USUAL`, at most 10 (clinical rules, J).
    """
    if own is not None:
        return own
    return min(max(LOWEST_LIMIT, (usual or 0) + LIMIT_ABOVE_USUAL), 10)


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


# --- Alerts of inactivity ---------------------------------------------------------------------------------------------


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
