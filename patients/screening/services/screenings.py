"""Services that fill in a screening: by staff as a whole, by the patient question after question.

Every service locks the patient first, so that concurrent requests run one after the other. The views check the
permission.
"""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.audit.services import record
from clinic.models import User
from patients.exceptions import NotPossibleError
from patients.models import AnsweredBy, AskAgainReason, Patient, ReportPlace, Screening, ScreeningSource
from patients.safety.selectors.flags import get_live_flags
from patients.screening.answers import (
    is_asked,
    is_stopped,
    list_raised_flags,
    list_unanswered,
    list_urgent_flags,
)
from patients.screening.kinds import Answers
from patients.screening.questions import BY_ID, MUST_BE_READ
from patients.screening.services.flags import set_raised_flags
from patients.sessions.services.reports import save_report


class StaleScreeningError(Exception):
    """Somebody saved the screening since it was read, or finished it. Holds it as it is now, with `edited_by`."""

    def __init__(self, screening: Screening) -> None:
        super().__init__("The screening was changed meanwhile.")
        self.screening = screening


def _get_for_update(patient: Patient) -> Patient:
    return Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=patient.pk)


def _get_open(patient: Patient) -> Screening | None:
    return Screening.objects.open().filter(patient=patient).select_related("edited_by").first()


def _get_last_finished(patient: Patient) -> Screening | None:
    finished = Screening.objects.finished().filter(patient=patient).select_related("edited_by")
    return finished.order_by("-finished_at").first()


def _begin(screening: Screening, by: User, now: datetime.datetime) -> None:
    if not screening.is_begun:
        screening.begun_at, screening.begun_by = now, by


def _write(screening: Screening, by: User, now: datetime.datetime) -> None:
    screening.edit_number += 1
    screening.edited_at, screening.edited_by = now, by
    screening.save()


# --- The team ---------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_screening(
    *,
    patient: Patient,
    answers: Answers,
    source: ScreeningSource,
    answered_by: AnsweredBy,
    edit_number: int,
    by: User,
    now: datetime.datetime | None = None,
    has_read: bool = False,
    finish: bool = False,
) -> Screening:
    """Save all answers of the open screening, and begin one if there is none (`edit_number` 0).

    Flags of answers with an advice are set at once. With `has_read`, the clinician has read what a doctor told the
    patient not to do. With `finish`, the screening is finished and sets its flags. The same answers sent twice are
    saved once. Raises StaleScreeningError, and NotPossibleError with the reason why it cannot be finished; nothing is
    written then.
    """
    now = now or timezone.now()
    locked = _get_for_update(patient)
    screening = _get_open(locked)
    if screening is None:
        finished = _get_last_finished(locked)
        if (
            finished is not None
            and finished.edit_number == edit_number + 1
            and finished.answers == dict(answers)
        ):
            return finished
        if finished is not None:
            raise StaleScreeningError(finished)
        screening = Screening(patient=locked, clinic=locked.clinic, edit_number=0, edited_by=by)
    sent = (dict(answers), source, answered_by)
    is_same = sent == (screening.answers, screening.source, screening.answered_by)
    if screening.edit_number != edit_number and not is_same:
        raise StaleScreeningError(screening)
    if is_same and screening.is_begun and not finish and not has_read:
        return screening
    if screening.answers.get(MUST_BE_READ) != answers.get(MUST_BE_READ):
        screening.read_at = screening.read_by = None
    screening.answers, screening.source, screening.answered_by = sent
    if has_read and answers.get(MUST_BE_READ):
        screening.read_at, screening.read_by = now, by
    _begin(screening, by, now)
    flags = get_live_flags(locked)
    if finish:
        _check_can_finish(screening, flags)
        screening.finished_at, screening.finished_by = now, by
    _write(screening, by, now)
    record(
        "screening.finished" if finish else "screening.saved", actor=by, obj=screening, clinic=locked.clinic
    )
    raised = (list_raised_flags if finish else list_urgent_flags)(screening.answers, flags)
    set_raised_flags(locked, raised, by=by, now=now, settles=finish)
    return screening


def _check_can_finish(screening: Screening, flags: frozenset[str]) -> None:
    """Raise NotPossibleError while an answer is missing, calls for help, or has to be read."""
    if is_stopped(screening.answers, flags):
        raise NotPossibleError(
            _("An answer calls for the emergency number. Change it once a doctor has looked at the patient.")
        )
    if list_unanswered(screening.answers, flags):
        raise NotPossibleError(_("Some questions have no answer yet."))
    is_told = is_asked(BY_ID[MUST_BE_READ], screening.answers, flags)
    if is_told and screening.read_at is None:
        raise NotPossibleError(_("Read first what a doctor told the patient not to do."))


@transaction.atomic
def screen_again(*, patient: Patient, by: User, now: datetime.datetime | None = None) -> Screening:
    """Begin a new screening without answers, or return the open one."""
    now = now or timezone.now()
    locked = _get_for_update(patient)
    screening = _get_open(locked)
    if screening is None:
        screening = Screening.objects.create(
            patient=locked, clinic=locked.clinic, begun_at=now, begun_by=by, edited_at=now, edited_by=by
        )
        record("screening.begun", actor=by, obj=screening, clinic=locked.clinic)
    return screening


@transaction.atomic
def ask_again(
    *, patient: Patient, reason: AskAgainReason, by: User, now: datetime.datetime | None = None
) -> Screening | None:
    """Mark the last finished screening as due again, after a hospital stay or a new illness. None without one."""
    now = now or timezone.now()
    locked = _get_for_update(patient)
    last = _get_last_finished(locked)
    if last is not None and last.ask_again_at is None:
        last.ask_again_at, last.ask_again_by, last.ask_again_reason = (
            max(now, last.finished_at or now),
            by,
            reason,
        )
        last.save(update_fields=["ask_again_at", "ask_again_by", "ask_again_reason"])
        record("screening.due_again", actor=by, obj=last, clinic=locked.clinic)
    return last


@transaction.atomic
def invite_patient(*, patient: Patient, by: User, now: datetime.datetime | None = None) -> Screening:
    """Ask the patient to fill in the screening; their first page then leads to it. Asking twice asks once.

    A screening that the patient has sent is handed back to them.
    """
    now = now or timezone.now()
    locked = _get_for_update(patient)
    screening = _get_open(locked)
    if screening is not None and screening.is_for_patient:
        return screening
    if screening is None:
        screening = Screening(
            patient=locked, clinic=locked.clinic, source=ScreeningSource.PHONE, edited_by=by, edit_number=0
        )
    screening.invited_at, screening.invited_by, screening.sent_at = now, by, None
    _write(screening, by, now)
    record("screening.invited", actor=by, obj=screening, clinic=locked.clinic)
    return screening


# --- The patient ------------------------------------------------------------------------------------------------------


@transaction.atomic
def answer_question(
    *, patient: Patient, question_id: str, answer: str | int, by: User, now: datetime.datetime
) -> Screening:
    """Save one answer of the patient or their helper.

    Flags of an answer with an advice are set at once, and a sign of danger is reported to the clinic at once. Raises
    NotPossibleError if the clinic has not asked for it, has it already, or an answer has stopped it.
    """
    locked = _get_for_update(patient)
    screening = _get_open(locked)
    flags = get_live_flags(locked)
    if screening is None or not screening.is_for_patient:
        raise NotPossibleError(_("Your clinic does not need these answers now."))
    question = BY_ID[question_id]
    if screening.answers.get(question_id) == answer or not is_asked(question, screening.answers, flags):
        return screening
    if is_stopped(screening.answers, flags):
        raise NotPossibleError(_("Your clinic does not need these answers now."))
    screening.answers = {**screening.answers, question_id: answer}
    if question_id == MUST_BE_READ:
        screening.read_at = screening.read_by = None
    screening.source = ScreeningSource.PHONE
    screening.answered_by = AnsweredBy.PATIENT if by.pk == locked.user_id else AnsweredBy.WITH_HELP
    is_first = not screening.is_begun
    _begin(screening, by, now)
    _write(screening, by, now)
    if is_first:
        record("screening.begun", actor=by, obj=screening, clinic=locked.clinic)
    urgent = list_urgent_flags(screening.answers, flags)
    set_raised_flags(locked, urgent, by=by, now=now, settles=False)
    if question.reports and question.is_met_by(screening.answers):
        save_report(
            patient=locked,
            place=ReportPlace.SCREENING,
            answers={question.reports: True},
            by=by,
            now=now,
            client_key=uuid.uuid5(screening.pk, question.id),  # the same answer again is the same report
        )
    return screening


@transaction.atomic
def send_screening(*, patient: Patient, by: User, now: datetime.datetime) -> bool:
    """Send the answers to the clinic, which then finishes the screening. Sending twice sends once.

    Return False, and change nothing, while a question has no answer or there is nothing to send.
    """
    locked = _get_for_update(patient)
    screening = _get_open(locked)
    if screening is None or not screening.is_for_patient:
        return screening is not None and screening.sent_at is not None
    if list_unanswered(screening.answers, get_live_flags(locked)):
        return False
    screening.sent_at = now
    _write(screening, by, now)
    record("screening.sent", actor=by, obj=screening, clinic=locked.clinic)
    return True
