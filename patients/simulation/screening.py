"""The screening of a simulated patient: the answers that fit what is true of them, now and then "not sure"."""

from __future__ import annotations

import datetime

from clinic.models import User
from patients.demo.random import SeededRandom
from patients.models import AnsweredBy, Flag, Patient, ScreeningSource
from patients.screening.answers import list_unanswered
from patients.screening.kinds import NO, UNSURE, YES, Kind, ScreeningQuestion
from patients.screening.questions import QUESTIONS
from patients.screening.services.screenings import save_screening
from patients.simulation.people import Person

#: Part of the questions that a patient answers with "not sure".
NOT_SURE = 0.02


def screen(
    patient: Patient, person: Person, *, by: User, rng: SeededRandom, now: datetime.datetime
) -> list[Flag]:
    """Fill in and finish the screening. Return the flags that are set by "not sure" alone."""
    answers: dict[str, str | int] = {}
    unsure: set[Flag] = set()
    while waiting := list_unanswered(answers):
        for question in waiting:
            answers[question.id] = _answer(question, person, rng)
            if answers[question.id] == UNSURE:
                unsure.update(question.sets)
    save_screening(
        patient=patient,
        answers=answers,
        source=ScreeningSource.VISIT,
        answered_by=AnsweredBy.PATIENT,
        edit_number=0,
        by=by,
        now=now,
        has_read=True,
        finish=True,
    )
    return sorted(unsure - person.flags)


def _answer(question: ScreeningQuestion, person: Person, rng: SeededRandom) -> str | int:
    if question.kind is Kind.SCALE:
        return person.usual_pain
    if question.kind is Kind.COUNT:
        return rng.randint(1, 3)
    if question.kind is Kind.TEXT:
        return "No heavy lifting."
    is_calm = question.advice is None or not question.advice.stops
    if is_calm and question.sets and rng.chance(NOT_SURE):
        return UNSURE
    return YES if (YES in question.counts) == (is_calm and _is_true(question, person)) else NO


def _is_true(question: ScreeningQuestion, person: Person) -> bool:
    """Return True if a flag of the question, or of one that it opens, is true of the patient."""
    opened = [each for each in QUESTIONS if question.id in each.after]
    return bool(person.flags.intersection(question.sets)) or any(_is_true(each, person) for each in opened)
