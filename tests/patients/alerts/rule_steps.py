"""Steps shared by the tests of alert rules: sessions as the rules see them, and the kinds raised."""

from __future__ import annotations

import datetime

from patients.alerts.history import PastSession
from patients.alerts.rules import defaults, findings
from tests.factories import MONDAY

DEFAULTS = defaults()


def past(*, ago=0, rated_exercises=False, too_hard=(), reasons=(), raised=frozenset(), **answers):
    """Return a session of some days ago with these answers by the id of the question."""
    return PastSession(
        on_date=MONDAY - ago * DAY,
        answers=answers,
        rated_exercises=rated_exercises,
        too_hard=too_hard,
        reasons=frozenset(reasons),
        raised=frozenset(raised),
    )


def raised(session, *earlier, rules=DEFAULTS, **known):
    return [str(finding.rule.kind) for finding in findings(rules, session, earlier, **known)]


def used_to(usual, *, count=10):
    """Return so many sessions of a patient who lives with this pain."""
    return [past(ago=ago, pain_before=usual, pain_after=usual) for ago in range(1, count + 1)]


def seen(kind, session, *earlier, **known):
    return next(each.seen for each in findings(DEFAULTS, session, earlier, **known) if each.rule.kind == kind)


#: Clinical rules, "Alert ladder, version 2": a clinic cannot switch these off.
ALWAYS_ON = {
    "fall": 3,
    "head": 3,
    "sore": 3,
    "hot_foot": 3,
    "bad_foot": 3,
    "calf": 3,
    "chest": 3,
    "faint": 3,
    "stroke": 3,
    "cauda": 3,
    "low_drowsy": 3,
    "severe_low": 2,
    "ketones": 2,
}


PAIN_KINDS = {"pain", "pain_rising", "pain_above", "usual_pain_up"}


DAY = datetime.timedelta(days=1)


HARD = past(pain_before=2, pain_after=2, rated_exercises=True, too_hard=("Calf raise",))
