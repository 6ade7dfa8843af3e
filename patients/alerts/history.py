"""Input of the alert rules: what was told before, the usual pain, and the pain limit. Pure: no query, no clock.

Source: clinical rules, "Alert ladder, version 2".
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from patients.sessions.questions import Answers

#: The usual pain is the median pain before the last `USUAL_OF` sessions, if at least `USUAL_FROM` have a rating.
USUAL_OF, USUAL_FROM = 10, 3
#: The default pain limit: at least 7, and 3 above the usual (clinical rules, J).
LOWEST_LIMIT, LIMIT_ABOVE_USUAL, HIGHEST_PAIN = 7, 3, 10
#: The number of earlier sessions that are read: enough for the usual pain also where some have no rating.
SESSIONS_CONSIDERED = 3 * USUAL_OF
#: Days that rules such as "twice in 14 days" look back, with the day itself.
DAYS_CONSIDERED = 14

_LONG_AGO = datetime.date.min


@dataclass(frozen=True, kw_only=True)
class PastSession:
    """One finished session, or one report outside a session, as input of the rules.

    `answers`: by question id, including pain before and after; unanswered questions are missing, as in a paper log.
    `rated_exercises`: True if any exercise was rated; `too_hard`: the names of those rated too hard; `reasons`: the
    reasons for "not today", of the day or of an exercise; `raised`: the kinds of alert that it has already raised.
    `on_date` is the day where the patient lives.
    """

    on_date: datetime.date = _LONG_AGO
    answers: Answers = field(default_factory=dict)
    rated_exercises: bool = False
    too_hard: tuple[str, ...] = ()
    reasons: frozenset[str] = frozenset()
    raised: frozenset[str] = frozenset()
    is_report: bool = False

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


@dataclass(frozen=True, kw_only=True)
class History:
    """Sessions and reports before the one that is judged, newest first, with two facts of the patient.

    `first_usual` is the usual pain at the beginning: the answer of the screening, or the first ratings. `own_limit` is
    the pain limit that a clinician has set.
    """

    earlier: Sequence[PastSession] = ()
    first_usual: float | None = None
    own_limit: int | None = None

    def get_usual(self, session: PastSession) -> float | None:
        """Return the usual pain at the time of a session.

        While nothing is known of it, the pain before this session stands for it, as in the advice to the patient.
        """
        usual = get_usual_pain(list_ratings(self.earlier), first=self.first_usual)
        return session.pain_before if usual is None else usual

    def get_limit(self, session: PastSession) -> float:
        """Return the pain limit at the time of a session."""
        return get_pain_limit(self.get_usual(session), own=self.own_limit)


def list_ratings(sessions: Iterable[PastSession]) -> list[int]:
    """Return the ratings of the pain before these sessions, in their order."""
    return [each.pain_before for each in sessions if each.pain_before is not None]


def get_usual_pain(ratings: Sequence[int], *, first: float | None = None) -> float | None:
    """Return the usual pain: the median of the last `USUAL_OF` ratings before a session, the newest first.

    Until there are `USUAL_FROM` of them it is `first`, the answer of the screening; None if that is not known either.
    """
    known = list(ratings[:USUAL_OF])
    return float(median(known)) if len(known) >= USUAL_FROM else first


def get_pain_limit(usual: float | None, *, own: int | None = None) -> float:
    """Return the pain at which a rating above the usual is an alert of the same working day.

    `own` is the limit that a clinician has set for the patient; otherwise it is the greater of `LOWEST_LIMIT` and the
    usual + `LIMIT_ABOVE_USUAL`, at most 10.
    """
    if own is not None:
        return own
    return min(max(LOWEST_LIMIT, (usual or 0) + LIMIT_ABOVE_USUAL), HIGHEST_PAIN)
