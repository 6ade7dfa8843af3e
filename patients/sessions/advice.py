"""Advice for a patient after a check-in, read from the table of questions.

It is computed from the answers only, so that it can be shown at once, even if no alert reaches the clinic.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from patients.sessions import check_in
from patients.sessions.check_in import WELL_DONE
from patients.sessions.questions import Advice, Answers, Kind, Level, Question


def every_advice() -> list[Advice]:
    """Return all advice, the most urgent first; within a level, that of yes-or-no questions first."""
    rows = [(question, advice) for question in check_in.QUESTIONS for advice in question.advice]
    rows.sort(key=lambda row: (-row[1].level, row[0].kind is not Kind.YES_NO))
    return [advice for _question, advice in rows]


def get_advice(answers: Answers) -> list[Advice]:
    """Return the advice that applies, the most urgent first; never empty.

    Of several for one question, only the most urgent is given: "call your clinic today" and "if the pain is still up
    tomorrow, call" would contradict each other. "You can start" is left out beside an advice to take care.
    """
    by_question: dict[str, Advice] = {}
    for advice in every_advice():
        if advice.applies(answers):
            by_question.setdefault(advice.question, advice)
    found = list(by_question.values()) or [WELL_DONE]
    return [advice for advice in found if advice.level > Level.GOOD] or found


def list_calls(answers: Answers) -> list[Advice]:
    """Return the advice of tiers 1 and 2 that applies: to call the emergency number, or the clinic the same day."""
    return [advice for advice in get_advice(answers) if advice.level >= Level.CALL]


def has_new_calls(dangers: Answers, known: Answers) -> bool:
    """Return whether one of the dangers was not known before and has advice of tier 1 or 2."""
    return bool(list_calls({name: told for name, told in dangers.items() if known.get(name) != told}))


def calls_later(advice: Sequence[Advice], asked: Iterable[Question]) -> bool:
    """Return whether the call of the clinic stands below the questions: while they decide if it is an emergency."""
    is_call = bool(advice) and advice[0].level is Level.CALL
    return is_call and any(each.decides_emergency for each in asked)


def list_alert_kinds(answers: Answers) -> list[str]:
    """Return the kinds of the alerts that these answers raise, each once."""
    kinds = [question.alert.kind for question in check_in.dangers_in(answers) if question.alert]
    return list(dict.fromkeys(kinds))
