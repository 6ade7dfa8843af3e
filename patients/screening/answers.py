"""Rules about the answers of a screening: the questions that are asked, the flags that are set, and the advice.

Pure code, without queries. "Not sure" counts as yes until a clinician has settled it (clinical rules, screening).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from patients.models import Flag

from .kinds import NO, UNSURE, YES, Advice, Answers, Kind, ScreeningQuestion
from .questions import BY_ID, QUESTIONS


def is_asked(question: ScreeningQuestion, answers: Answers, flags: Collection[str] = ()) -> bool:
    """Return whether a patient with these answers and flags is asked this question.

    A follow-up of a question that is not asked itself is not asked either, whatever was answered before.
    """
    if not question.after:
        return True
    if question.or_flags & set(flags):
        return True
    return any(
        answers.get(parent) in (YES, UNSURE) and is_asked(BY_ID[parent], answers, flags)
        for parent in question.after
    )


def list_asked(answers: Answers, flags: Collection[str] = ()) -> list[ScreeningQuestion]:
    """Return the questions that are asked, in order."""
    return [question for question in QUESTIONS if is_asked(question, answers, flags)]


def list_unanswered(answers: Answers, flags: Collection[str] = ()) -> list[ScreeningQuestion]:
    """Return the questions that are asked and have no answer yet, in order."""
    return [question for question in list_asked(answers, flags) if question.id not in answers]


@dataclass(frozen=True)
class RaisedFlag:
    """A flag that answers set. It is unsettled if no answer is a plain yes."""

    flag: Flag
    is_unsettled: bool
    questions: tuple[str, ...]


def list_raised_flags(answers: Answers, flags: Collection[str] = ()) -> list[RaisedFlag]:
    """Return the flags that the answers set, in the order of `Flag`."""
    found: dict[Flag, list[ScreeningQuestion]] = {}
    for question in list_asked(answers, flags):
        if question.is_met_by(answers):
            for flag in question.sets:
                found.setdefault(flag, []).append(question)
    return [
        RaisedFlag(
            flag=flag,
            is_unsettled=all(
                question.suspected or answers[question.id] == UNSURE for question in found[flag]
            ),
            questions=tuple(question.id for question in found[flag]),
        )
        for flag in Flag
        if flag in found
    ]


def list_denied_flags(answers: Answers, flags: Collection[str] = ()) -> list[Flag]:
    """Return the flags about which something was asked, and which no answer sets, in the order of `Flag`."""
    raised = {row.flag for row in list_raised_flags(answers, flags)}
    asked = {
        flag for question in list_asked(answers, flags) if question.id in answers for flag in question.sets
    }
    return [flag for flag in Flag if flag in asked - raised]


def list_sent_flags(answers: Answers, flags: Collection[str] = ()) -> list[RaisedFlag]:
    """Return the flags that the answers of a patient set as they are sent.

    They are unsettled, also those of a plain yes: nobody has looked at the patient yet.
    """
    return [RaisedFlag(row.flag, True, row.questions) for row in list_raised_flags(answers, flags)]


def list_urgent_flags(
    answers: Answers, flags: Collection[str] = (), *, before: Answers | None = None
) -> list[RaisedFlag]:
    """Return the flags of answers that come with an advice, which count at once and not only once they are sent.

    Those of answers that were given `before` are left out: they were set then, and a clinician may have cleared them
    since. Like those of `list_sent_flags`, they are unsettled.
    """
    known = {question.id for question in _list_urgent(before or {}, flags)}
    urgent = {
        flag
        for question in _list_urgent(answers, flags)
        if question.id not in known
        for flag in question.sets
    }
    return [row for row in list_sent_flags(answers, flags) if row.flag in urgent]


def _list_urgent(answers: Answers, flags: Collection[str]) -> list[ScreeningQuestion]:
    return [
        question for question in list_asked(answers, flags) if question.advice and question.is_met_by(answers)
    ]


@dataclass(frozen=True)
class GivenAdvice:
    """An advice with the question whose answer led to it."""

    question: ScreeningQuestion
    advice: Advice


def list_advice(answers: Answers, flags: Collection[str] = ()) -> list[GivenAdvice]:
    """Return the advice that the answers lead to, the most urgent first; of equal ones, the later question first."""
    later_first = reversed(_list_urgent(answers, flags))
    found = [GivenAdvice(question, question.advice) for question in later_first if question.advice]
    return sorted(found, key=lambda given: given.advice.tier)


def is_stopped(answers: Answers, flags: Collection[str] = ()) -> bool:
    """Return whether an answer stops the screening: the patient has to call the emergency number now."""
    return any(given.advice.stops for given in list_advice(answers, flags))


def next_question(
    answers: Answers, flags: Collection[str] = (), *, after: str = ""
) -> ScreeningQuestion | None:
    """Return the next question without an answer: the first one later than `after`, else the first of all."""
    waiting = list_unanswered(answers, flags)
    order = [question.id for question in QUESTIONS]
    place = order.index(after) if after in order else -1
    later = [question for question in waiting if order.index(question.id) > place]
    return next(iter(later or waiting), None)


def question_before(
    question_id: str, answers: Answers, flags: Collection[str] = ()
) -> ScreeningQuestion | None:
    """Return the question that is asked before this one; the last of all for "", None for the first."""
    asked = list_asked(answers, flags)
    ids = [question.id for question in asked]
    place = ids.index(question_id) if question_id in ids else len(ids)
    return asked[place - 1] if place else None


def show_answer(question: ScreeningQuestion, answers: Answers) -> str:
    """Return the answer in English words for the team; "" without one."""
    answer = answers.get(question.id)
    if answer is None:
        return ""
    if question.kind is Kind.YES_NO:
        return {YES: "Yes", NO: "No", UNSURE: "Not sure"}[str(answer)]
    return str(answer)
