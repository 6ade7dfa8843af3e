"""Services that take a patient's answers one by one, and send them to the clinic.

Every service locks the patient first, so that concurrent requests run one after the other. The views check the
permission.
"""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.utils.translation import gettext_lazy

from clinic.audit.services import record
from clinic.models import User
from patients.exceptions import NotPossibleError
from patients.models import AnsweredBy, Patient, ReportPlace, Screening, ScreeningSource
from patients.safety.selectors.flags import get_live_flags
from patients.screening.answers import (
    RaisedFlag,
    is_asked,
    is_stopped,
    list_unanswered,
    list_urgent_flags,
)
from patients.screening.kinds import ScreeningQuestion
from patients.screening.questions import BY_ID, MUST_BE_READ
from patients.screening.services.flags import set_raised_flags, set_sent_flags
from patients.screening.services.screenings import begin, get_for_update, get_open, write
from patients.sessions.services.reports import save_report

_NOT_SAVED = gettext_lazy(
    "This answer was not saved. The clinic has the questions now. Has something changed? Tell them."
)


@transaction.atomic
def answer_question(
    *, patient: Patient, question_id: str, answer: str | int, by: User, now: datetime.datetime
) -> Screening:
    """Save one answer of the patient or their helper.

    An answer with an advice is urgent: its flags are set at once, and a sign of danger is reported to the clinic at
    once. It is also taken after the screening was sent, or was stopped by another answer. An answer that stops the
    screening sets all flags, since nothing more is sent. Raises NotPossibleError if the clinic has not asked for it or
    has it already; of an urgent answer also if its question is not asked any more: `report_late_answer` takes that one.
    """
    locked = get_for_update(patient)
    screening = get_open(locked)
    flags = get_live_flags(locked)
    question = BY_ID[question_id]
    is_urgent = question.is_urgent_answer(answer)
    if screening is None or screening.invited_at is None:
        raise NotPossibleError(_NOT_SAVED)
    if not is_asked(question, screening.answers, flags):
        if is_urgent:
            raise NotPossibleError(_NOT_SAVED)
        return screening
    if not is_urgent and (not screening.is_for_patient or is_stopped(screening.answers, flags)):
        raise NotPossibleError(_NOT_SAVED)
    before = screening.answers
    if before.get(question_id) == answer:
        return screening
    screening.answers = {**before, question_id: answer}
    if question_id == MUST_BE_READ:
        screening.read_at = screening.read_by = None
    screening.source = ScreeningSource.PHONE
    _set_answered_by(screening, locked, by)
    is_first = not screening.is_begun
    begin(screening, by, now)
    write(screening, by, now)
    action = "screening.begun" if is_first else "screening.answered"
    record(action, actor=by, obj=screening, clinic=locked.clinic)
    urgent = list_urgent_flags(screening.answers, flags, before=before)
    set_raised_flags(locked, urgent, by=by, now=now, settles=False)
    if is_stopped(screening.answers, flags):
        set_sent_flags(locked, screening, flags, by=by, now=now)
    if is_urgent:
        # The same answer again is the same report.
        _report_sign(locked, screening, question, by=by, now=now, key=question.id)
    return screening


def _set_answered_by(screening: Screening, patient: Patient, by: User) -> None:
    """Keep that somebody helped, also if the patient gives the last answer alone."""
    if by.pk != patient.user_id:
        screening.answered_by = AnsweredBy.WITH_HELP
    elif not screening.is_begun or screening.answered_by != AnsweredBy.WITH_HELP:
        screening.answered_by = AnsweredBy.PATIENT


def _report_sign(
    patient: Patient,
    screening: Screening,
    question: ScreeningQuestion,
    *,
    by: User,
    now: datetime.datetime,
    key: str,
) -> None:
    if question.reports:
        save_report(
            patient=patient,
            place=ReportPlace.SCREENING,
            answers={question.reports: True},
            by=by,
            now=now,
            client_key=uuid.uuid5(screening.pk, key),
        )


@transaction.atomic
def report_late_answer(
    *, patient: Patient, question_id: str, answer: str | int, by: User, now: datetime.datetime
) -> bool:
    """Set the flags of an urgent answer that the screening did not take, and report its sign; False for any other.

    It comes from a page that was open while a clinician finished the screening, or whose question another page has
    made needless. Told twice on one day, it is reported once.
    """
    locked = get_for_update(patient)
    question = BY_ID[question_id]
    asked = Screening.objects.filter(patient=locked, invited_at__isnull=False).order_by("-invited_at").first()
    if asked is None or not question.is_urgent_answer(answer):
        return False
    raised = [RaisedFlag(flag, True, (question.id,)) for flag in question.sets]
    set_raised_flags(locked, raised, by=by, now=now, settles=False)
    _report_sign(
        locked, asked, question, by=by, now=now, key=f"{question.id}, late, {locked.today(now).isoformat()}"
    )
    return True


@transaction.atomic
def send_screening(*, patient: Patient, by: User, now: datetime.datetime) -> bool:
    """Send the answers to the clinic, which then finishes the screening. Sending twice sends once.

    Every flag that the answers raise is set at once, to be confirmed: it counts until a clinician settles it. A no
    clears nothing. Return False, and change nothing, while a question has no answer, an answer calls for help, or
    there is nothing to send.
    """
    locked = get_for_update(patient)
    screening = get_open(locked)
    if screening is None or not screening.is_for_patient:
        return screening is not None and screening.sent_at is not None
    flags = get_live_flags(locked)
    if list_unanswered(screening.answers, flags) or is_stopped(screening.answers, flags):
        return False
    screening.sent_at = now
    write(screening, by, now)
    record("screening.sent", actor=by, obj=screening, clinic=locked.clinic)
    set_sent_flags(locked, screening, flags, by=by, now=now)
    return True
