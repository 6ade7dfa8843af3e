"""Services of the team: fill in a screening and finish it, begin the next one, and ask the patient to fill it in.

Every service locks the patient first, so that concurrent requests run one after the other. The views check the
permission.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.audit.services import record
from clinic.models import User
from patients.exceptions import NotPossibleError
from patients.models import AnsweredBy, AskAgainReason, Patient, Screening, ScreeningSource
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


class StaleScreeningError(Exception):
    """Somebody saved the screening since it was read, or finished it. Holds it as it is now, with `edited_by`."""

    def __init__(self, screening: Screening) -> None:
        super().__init__("The screening was changed meanwhile.")
        self.screening = screening


def get_for_update(patient: Patient) -> Patient:
    """Lock the patient, and return them with their clinic."""
    return Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=patient.pk)


def get_open(patient: Patient) -> Screening | None:
    """Return the screening that nobody has finished; None without one."""
    return Screening.objects.open().filter(patient=patient).select_related("edited_by").first()


def _get_last_finished(patient: Patient) -> Screening | None:
    finished = Screening.objects.finished().filter(patient=patient).select_related("edited_by")
    return finished.order_by("-finished_at").first()


def begin(screening: Screening, by: User, now: datetime.datetime) -> None:
    """Set who began the screening, if nobody has yet. Does not save."""
    if not screening.is_begun:
        screening.begun_at, screening.begun_by = now, by


def write(screening: Screening, by: User, now: datetime.datetime) -> None:
    """Save the screening as an edit, so that a page that was open before is out of date."""
    screening.edit_number += 1
    screening.edited_at, screening.edited_by = now, by
    screening.save()


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

    Flags of new answers with an advice are set at once. With `has_read`, the clinician has read what a doctor told the
    patient not to do. With `finish`, the screening is finished and sets its flags. The same answers sent twice are
    saved once. Raises StaleScreeningError, and NotPossibleError with the reason why it cannot be finished; nothing is
    written then.
    """
    now = now or timezone.now()
    locked = get_for_update(patient)
    screening = get_open(locked)
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
    before = screening.answers
    if before.get(MUST_BE_READ) != answers.get(MUST_BE_READ):
        screening.read_at = screening.read_by = None
    screening.answers, screening.source, screening.answered_by = sent
    if has_read and answers.get(MUST_BE_READ):
        screening.read_at, screening.read_by = now, by
    begin(screening, by, now)
    flags = get_live_flags(locked)
    if finish:
        _check_can_finish(screening, flags)
        screening.finished_at, screening.finished_by = now, by
    write(screening, by, now)
    record(
        "screening.finished" if finish else "screening.saved", actor=by, obj=screening, clinic=locked.clinic
    )
    if finish:
        raised = list_raised_flags(screening.answers, flags)
    else:
        raised = list_urgent_flags(screening.answers, flags, before=before)
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
    locked = get_for_update(patient)
    screening = get_open(locked)
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
    locked = get_for_update(patient)
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
    locked = get_for_update(patient)
    screening = get_open(locked)
    if screening is not None and screening.is_for_patient:
        return screening
    if screening is None:
        screening = Screening(
            patient=locked, clinic=locked.clinic, source=ScreeningSource.PHONE, edited_by=by, edit_number=0
        )
    screening.invited_at, screening.invited_by, screening.sent_at = now, by, None
    write(screening, by, now)
    record("screening.invited", actor=by, obj=screening, clinic=locked.clinic)
    return screening
