"""Service that ends a flag of a foot sore or a Charcot foot with what was found, also long after its report.

Such a flag never ends with one tap: the clinician says who has seen the foot and what it was, as at the end of a hold
(clinical rules, "Holds"). The answer is stored as a hold that begins and ends at once, so that the return rules, the
first day of exercises and the history are those of a hold.
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
from patients.models import ExerciseHold, Flag, HoldOutcome, Patient, PatientFlag
from patients.safety.hold_endings import KIND_OF_FLAG, endings_of
from patients.safety.selectors.holds import get_hold_of_flag
from patients.safety.services.flags import clear_flag
from patients.safety.services.holds import end_hold


@transaction.atomic
def end_flag(
    *,
    patient: Patient,
    flag: Flag,
    outcome: HoldOutcome,
    seen_by: str,
    by: User,
    now: datetime.datetime | None = None,
    start_on: datetime.date | None = None,
    cause: str = "",
    note: str = "",
    key: uuid.UUID | None = None,
) -> ExerciseHold | None:
    """End the flag with what was found, or keep it, and return the hold that has the answer.

    Returns None if the flag has ended already. The same `key` sent twice gives one answer. Raises NotPossibleError if a
    report about the foot waits for its own answer, and for what `end_hold` refuses.
    """
    now = now or timezone.now()
    locked = Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=patient.pk)
    if key and (known := ExerciseHold.objects.filter(pk=key).first()):
        if known.patient_id == locked.pk:
            return known
        key = None
    if not PatientFlag.objects.live().filter(patient=locked, flag=flag).exists():
        return None
    if get_hold_of_flag(locked, flag) is not None:
        raise NotPossibleError(_("A report about the foot waits for its answer. Answer that one first."))
    hold = new_hold_of_flag(locked, flag, now, key=key)
    hold.save(force_insert=True)
    record("hold.begun", actor=by, obj=hold, clinic=locked.clinic)
    ended = end_hold(
        hold=hold,
        outcome=outcome,
        seen_by=seen_by,
        by=by,
        now=now,
        start_on=start_on,
        cause=cause,
        note=note,
    )
    if flag in endings_of(hold.kind, hold.question)[outcome].takes_away:
        clear_flag(patient=locked, flag=flag, by=by, now=now)
    return ended


def new_hold_of_flag(
    patient: Patient, flag: Flag, now: datetime.datetime | None = None, *, key: uuid.UUID | None = None
) -> ExerciseHold:
    """Return an unsaved hold for the answer about this flag, with the id `key`. No question of the patient began it."""
    now = now or timezone.now()
    return ExerciseHold(
        pk=key or uuid.uuid4(),
        patient=patient,
        clinic=patient.clinic,
        kind=KIND_OF_FLAG[flag],
        question="",
        on_date=patient.today(now),
        begun_at=now,
    )
