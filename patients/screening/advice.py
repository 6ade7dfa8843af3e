"""The advice of the screening in the form of the check-in's, for pages without the database and for phones.

They show it by conditions on the answers, as they do with the advice of `patients.sessions.check_in`.
"""

from __future__ import annotations

from typing import Any

from patients.screening.kinds import Advice as ScreeningAdvice
from patients.screening.kinds import ScreeningQuestion, Tier
from patients.screening.questions import QUESTIONS
from patients.sessions import check_in
from patients.sessions.questions import Advice, Condition, Level

_LEVELS = {Tier.EMERGENCY: Level.EMERGENCY, Tier.SAME_DAY: Level.CALL}


def list_screening_advice() -> list[Advice]:
    """Return all advice of the screening, the most urgent first."""
    rows = [_of(question, question.advice) for question in QUESTIONS if question.advice]
    return sorted(rows, key=lambda row: -row.level)


def list_screening_dangers() -> list[dict[str, Any]]:
    """Return the conditions under which an answer is a danger, as data."""
    return [_condition(question).as_data() for question in QUESTIONS if question.advice]


def list_screening_holds() -> list[dict[str, Any]]:
    """Return the holds that an answer begins, since it reports a sign of the check-in, as data."""
    return [
        {
            "question": question.id,
            "kind": hold.kind.value,
            "until": hold.until.value,
            "recheck": None,
            "when": [_condition(question).as_data()],
        }
        for question in QUESTIONS
        if question.reports
        for hold in check_in.question(question.reports).holds
        if not hold.when
    ]


def _of(question: ScreeningQuestion, advice: ScreeningAdvice) -> Advice:
    return Advice(
        when=(_condition(question),),
        level=_LEVELS[advice.tier],
        title=advice.title,
        to_do=advice.to_do,
        grounds=advice.grounds,
    )


def _condition(question: ScreeningQuestion) -> Condition:
    return Condition(question=question.id, one_of=question.counts)
