"""Alert rules about several sessions, reports and "not today" reasons: the rows of `LOOKING_BACK`.

Source: clinical rules, "Alert ladder, version 2" and "“Not today”, and what follows". A score at or below the usual
pain never raises an alert, and pain alone is never critical. Pure: no query, no clock.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from patients.alerts.history import DAYS_CONSIDERED, History, PastSession, get_usual_pain, list_ratings
from patients.alerts.kinds import ANYTHING, AlertKind, AlertLevel, AlertRuleDefinition, Part, Rule
from patients.alerts.looking_back_sentences import (
    says_above_usual,
    says_above_usual_again,
    says_afraid_to_fall,
    says_at_limit,
    says_days,
    says_too_hard,
    says_usual_has_risen,
)
from patients.sessions import check_in

#: Change of pain that matters to patients (clinical rules, alert ladder; Farrar 2001).
PAIN_CHANGE = 2


@dataclass(frozen=True, kw_only=True)
class LookBack:
    """A rule about a session or report, and what was told before it.

    `sees` returns the observed values that are stored with the alert, or None if the rule does not apply. `says`
    returns a sentence about these values for the team, or "" if the answers are all there is to report.
    """

    row: AlertRuleDefinition
    sees: Callable[[Rule, PastSession, History], dict[str, Any] | None]
    says: Callable[[Mapping[str, Any]], str]


# --- Pain -------------------------------------------------------------------------------------------------------------


def _is_above_usual(session: PastSession, usual: float | None, margin: int) -> bool:
    after = session.pain_after
    return usual is not None and after is not None and after > usual and after - usual >= margin


def _above_usual(rule: Rule, session: PastSession, history: History) -> dict[str, Any] | None:
    usual = history.get_usual(session)
    if not _is_above_usual(session, usual, rule.margin or 1):
        return None
    return {"pain_after": session.pain_after, "usual": usual}


def _above_usual_again(rule: Rule, session: PastSession, history: History) -> dict[str, Any] | None:
    usual = history.get_usual(session)
    row = _in_a_row(
        rule,
        session,
        history,
        has_data=lambda each: each.pain_after is not None,
        applies=lambda each: _is_above_usual(each, usual, rule.margin or 1),
    )
    return {"pains_after": [each.pain_after for each in reversed(row)], "usual": usual} if row else None


def _at_limit(rule: Rule, session: PastSession, history: History) -> dict[str, Any] | None:
    usual, limit = history.get_usual(session), history.get_limit(session)
    after = session.pain_after
    if after is None or after < limit or not _is_above_usual(session, usual, 1):
        return None
    return {"pain_after": after, "usual": usual, "limit": limit}


def _usual_has_risen(rule: Rule, session: PastSession, history: History) -> dict[str, Any] | None:
    """Compare the usual pain, with this session, with the first one. Without an answer of the screening, the first one
    is the median of the first ratings."""
    if session.pain_before is None or any(rule.kind in each.raised for each in history.earlier):
        return None
    usual = get_usual_pain([session.pain_before, *list_ratings(history.earlier)])
    first = history.first_usual
    if first is None:
        first = get_usual_pain(list_ratings(reversed(history.earlier))[:3])
    if usual is None or first is None or usual - first < (rule.margin or 1):
        return None
    return {"usual": usual, "first": first}


# --- One rule in a row of sessions ------------------------------------------------------------------------------------


def _too_hard(rule: Rule, session: PastSession, history: History) -> dict[str, Any] | None:
    """Return this session's exercises rated too hard if enough sessions in a row have one; otherwise None.

    The exercise may differ from session to session: the plan is too hard in either case.
    """
    row = _in_a_row(
        rule,
        session,
        history,
        has_data=lambda each: each.rated_exercises,
        applies=lambda each: bool(each.too_hard),
    )
    return {"exercises": list(session.too_hard)} if row else None


def _in_a_row(
    rule: Rule,
    session: PastSession,
    history: History,
    *,
    has_data: Callable[[PastSession], bool],
    applies: Callable[[PastSession], bool],
) -> list[PastSession]:
    """Return the last `rule.times` sessions, newest first, if `applies` to each of them; otherwise [].

    A session without data for the rule is skipped, and so is a report of the same day as a session: it is no check-in
    of its own. After an alert of this kind the count starts again, so that the next alert needs as many sessions as the
    first.
    """
    row = [session] if applies(session) else []
    for each in history.earlier if row else ():
        if len(row) == (rule.times or 1) or rule.kind in each.raised:
            break
        is_same = each.on_date == row[-1].on_date and (each.is_report or row[-1].is_report)
        if has_data(each) and not is_same:
            if not applies(each):
                break
            row.append(each)
    return row if len(row) == (rule.times or 1) else []


# --- Days within two weeks --------------------------------------------------------------------------------------------


def _on_days(
    applies: Callable[[PastSession], bool],
) -> Callable[[Rule, PastSession, History], dict[str, Any] | None]:
    """Return a rule about days within two weeks: it applies on the `rule.times`-th day on which `applies` is true.

    One day counts once, since the same near fall may be told on the stop sheet and again at the check-in. After an
    alert of this kind the count starts again.
    """

    def sees(rule: Rule, session: PastSession, history: History) -> dict[str, Any] | None:
        if not applies(session):
            return None
        since = session.on_date.toordinal() - DAYS_CONSIDERED
        days = {session.on_date}
        for each in history.earlier:
            if rule.kind in each.raised or each.on_date.toordinal() <= since:
                break
            if applies(each):
                days.add(each.on_date)
        return _list_days(days) if len(days) >= (rule.times or 1) else None

    return sees


def _once_in_two_weeks(
    applies: Callable[[PastSession], bool],
) -> Callable[[Rule, PastSession, History], dict[str, Any] | None]:
    """Return a rule that applies when `applies` is true, unless it has raised an alert within two weeks."""

    def sees(rule: Rule, session: PastSession, history: History) -> dict[str, Any] | None:
        since = session.on_date.toordinal() - DAYS_CONSIDERED
        recent = (each for each in history.earlier if each.on_date.toordinal() > since)
        if not applies(session) or any(rule.kind in each.raised for each in recent):
            return None
        return _list_days([session.on_date])

    return sees


def _is_afraid_to_fall(rule: Rule, session: PastSession, history: History) -> dict[str, Any] | None:
    """Return the day with the wishes that were told with the reason: the clinician reads them with the alert."""
    seen = _once_in_two_weeks(_gives_reason("afraid"))(rule, session, history)
    wishes = check_in.pick_without_danger(session.answers)
    return seen | {"told": wishes} if seen and wishes else seen


def _says_yes(question: str) -> Callable[[PastSession], bool]:
    return lambda session: session.answers.get(question) is True


def _gives_reason(reason: str) -> Callable[[PastSession], bool]:
    return lambda session: reason in session.reasons


def _is_unwell(session: PastSession) -> bool:
    return "unwell" in session.reasons or session.answers.get("ill") is True


def _unwell_in_a_row(rule: Rule, session: PastSession, history: History) -> dict[str, Any] | None:
    """Return the last days on which anything was told, if the patient was unwell on each of them.

    Days on which nothing was told do not interrupt the row: a plan may have three days a week.
    """
    if not _is_unwell(session):
        return None
    since = session.on_date.toordinal() - DAYS_CONSIDERED
    unwell: dict[datetime.date, bool] = {session.on_date: True}
    for each in history.earlier:
        if rule.kind in each.raised or each.on_date.toordinal() <= since:
            break
        unwell[each.on_date] = unwell.get(each.on_date, False) or _is_unwell(each)
    last = sorted(unwell, reverse=True)[: rule.times or 1]
    return _list_days(last) if len(last) == (rule.times or 1) and all(unwell[day] for day in last) else None


def _list_days(days: Any) -> dict[str, Any]:
    return {"days": [day.isoformat() for day in sorted(days)]}


# --- Sentences for the team -------------------------------------------------------------------------------------------


def _window(
    kind: AlertKind, level: AlertLevel, times: int, label: Promise, sentence: Promise, *, in_report: bool
) -> AlertRuleDefinition:
    """Return the rule of an alert about days within two weeks, which is clinicians’ judgment."""
    return AlertRuleDefinition(
        rule=Rule(kind=kind, level=level, times=times),
        label=label,
        sentence=sentence,
        grounds="J",
        may_change=(*ANYTHING, Part.TIMES),
        times_label=gettext_lazy("Days within two weeks"),
        in_report=in_report,
    )


LOOKING_BACK: tuple[LookBack, ...] = (
    LookBack(
        row=AlertRuleDefinition(
            rule=Rule(kind=AlertKind.PAIN, level=AlertLevel.HIGH),
            label=gettext_lazy("Strong pain"),
            sentence=gettext_lazy("pain at the patient’s limit after a session, and above the usual"),
            grounds="J",
            may_change=ANYTHING,
            highest=AlertLevel.HIGH,
            in_report=True,
        ),
        sees=_at_limit,
        says=says_at_limit,
    ),
    LookBack(
        row=AlertRuleDefinition(
            rule=Rule(kind=AlertKind.PAIN_RISING, level=AlertLevel.HIGH, margin=PAIN_CHANGE, times=2),
            label=gettext_lazy("More pain than usual, session after session"),
            sentence=gettext_lazy("pain %(margin)s or more above the usual, on %(times)s check-ins in a row"),
            grounds="Farrar C; J",
            may_change=(*ANYTHING, Part.MARGIN, Part.TIMES),
            highest=AlertLevel.HIGH,
            in_report=True,
        ),
        sees=_above_usual_again,
        says=says_above_usual_again,
    ),
    LookBack(
        row=AlertRuleDefinition(
            rule=Rule(kind=AlertKind.TOO_HARD, level=AlertLevel.HIGH, times=2),
            label=gettext_lazy("Too hard, session after session"),
            sentence=gettext_lazy("an exercise was too hard, in %(times)s sessions in a row"),
            grounds="SOPeD K",
            may_change=(*ANYTHING, Part.TIMES),
        ),
        sees=_too_hard,
        says=says_too_hard,
    ),
    LookBack(
        row=_window(
            AlertKind.NEAR_FALL_AGAIN,
            AlertLevel.HIGH,
            2,
            gettext_lazy("Nearly fell again"),
            gettext_lazy("a near fall on %(times)s days within two weeks"),
            in_report=True,
        ),
        sees=_on_days(_says_yes("near_fall")),
        says=says_days(gettext_lazy("Nearly fell")),
    ),
    LookBack(
        row=_window(
            AlertKind.DIZZY_AGAIN,
            AlertLevel.HIGH,
            2,
            gettext_lazy("Dizzy again"),
            gettext_lazy("dizziness on %(times)s days within two weeks"),
            in_report=True,
        ),
        sees=_on_days(_says_yes("dizzy")),
        says=says_days(gettext_lazy("Dizzy")),
    ),
    LookBack(
        row=_window(
            AlertKind.UNSTEADY,
            AlertLevel.HIGH,
            2,
            gettext_lazy("Unsteady again"),
            gettext_lazy("“not today: I feel unsteady” on %(times)s days within two weeks"),
            in_report=True,
        ),
        sees=_on_days(_gives_reason("unsteady")),
        says=says_days(gettext_lazy("Felt unsteady")),
    ),
    LookBack(
        row=AlertRuleDefinition(
            rule=Rule(kind=AlertKind.PAIN_ABOVE_USUAL, level=AlertLevel.LOW, margin=PAIN_CHANGE),
            label=gettext_lazy("More pain than usual"),
            sentence=gettext_lazy("pain %(margin)s or more above the usual after a session"),
            grounds="Farrar C",
            may_change=(*ANYTHING, Part.MARGIN),
            highest=AlertLevel.HIGH,
        ),
        sees=_above_usual,
        says=says_above_usual,
    ),
    LookBack(
        row=AlertRuleDefinition(
            rule=Rule(kind=AlertKind.USUAL_PAIN_UP, level=AlertLevel.LOW, margin=PAIN_CHANGE),
            label=gettext_lazy("The usual pain has risen"),
            sentence=gettext_lazy("the usual pain %(margin)s or more above the first one"),
            grounds="J",
            may_change=(*ANYTHING, Part.MARGIN),
            highest=AlertLevel.HIGH,
            in_report=True,
        ),
        sees=_usual_has_risen,
        says=says_usual_has_risen,
    ),
    LookBack(
        row=AlertRuleDefinition(
            rule=Rule(kind=AlertKind.UNWELL, level=AlertLevel.LOW, times=3),
            label=gettext_lazy("Unwell, day after day"),
            sentence=gettext_lazy("unwell on %(times)s days in a row"),
            grounds="J",
            may_change=(*ANYTHING, Part.TIMES),
            times_label=gettext_lazy("Days in a row"),
        ),
        sees=_unwell_in_a_row,
        says=says_days(gettext_lazy("Felt unwell")),
    ),
    LookBack(
        row=_window(
            AlertKind.TIRED,
            AlertLevel.LOW,
            3,
            gettext_lazy("Too tired again and again"),
            gettext_lazy("“not today: too tired” on %(times)s days within two weeks"),
            in_report=False,
        ),
        sees=_on_days(_gives_reason("tired")),
        says=says_days(gettext_lazy("Too tired")),
    ),
    LookBack(
        row=AlertRuleDefinition(
            rule=Rule(kind=AlertKind.AFRAID, level=AlertLevel.LOW),
            label=gettext_lazy("Afraid to fall"),
            sentence=gettext_lazy("“not today: I am afraid to fall”"),
            grounds="J",
            may_change=ANYTHING,
        ),
        sees=_is_afraid_to_fall,
        says=says_afraid_to_fall,
    ),
)
