"""Saving of answers of a screening that a phone has kept, since they could not be sent."""

from __future__ import annotations

import datetime
import uuid

from clinic.models import User
from patients.exceptions import NotPossibleError
from patients.models import Patient, ReportPlace
from patients.screening.questions import BY_ID
from patients.screening.services.answers import answer_question, report_late_answer
from patients.sessions.services.reports import save_report


def save_kept_answer(
    *,
    patient: Patient,
    question_id: str,
    answer: str,
    key: uuid.UUID,
    told_at: datetime.datetime,
    by: User,
    now: datetime.datetime,
) -> None:
    """Save an answer that a phone has kept. Idempotent.

    If the clinic does not need the answers any more, a sign of danger is reported all the same. Raises ValueError for
    what is no answer to a question of the screening.
    """
    question = BY_ID.get(question_id)
    if question is None:
        raise ValueError("no question of the screening")
    read = question.read(answer)
    try:
        answer_question(patient=patient, question_id=question_id, answer=read, by=by, now=now)
    except NotPossibleError:
        if report_late_answer(patient=patient, question_id=question_id, answer=read, by=by, now=now):
            return
        if question.reports and question.is_met_by({question_id: read}):
            save_report(
                patient=patient,
                place=ReportPlace.SCREENING,
                answers={question.reports: True},
                by=by,
                now=now,
                client_key=key,
                reported_at=told_at,
            )
