"""Services that set the flags of a screening, and that record what a clinician decides about them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from clinic.audit.services import record
from clinic.models import User
from patients.models import Flag, FlagOrigin, Patient, PatientFlag, Screening
from patients.safety.services.flags import clear_flag, set_flag
from patients.screening.answers import RaisedFlag


class Decision(StrEnum):
    """A clinician's decision about a flag of a screening."""

    CONFIRM = "confirm"  # the flag is right
    CLEAR = "clear"  # the patient does not have it
    KEEP = "keep"  # the flag stays although the answer was no


def set_raised_flags(
    patient: Patient, raised: Iterable[RaisedFlag], *, by: User, now: datetime.datetime, settles: bool
) -> None:
    """Set the flags that the patient does not have yet. A flag that is set stays as it is.

    With `settles`, a clinician finishes the screening: a plain yes then confirms what the screening or a report had set
    before.
    """
    live = {row.flag: row for row in PatientFlag.objects.live().filter(patient=patient)}
    for answer in raised:
        row = live.get(answer.flag)
        if row is None:
            set_flag(
                patient=patient,
                flag=answer.flag,
                by=by,
                now=now,
                origin=FlagOrigin.SCREENING,
                is_unsettled=answer.is_unsettled,
            )
        elif settles and not answer.is_unsettled and row.origin != FlagOrigin.CLINICIAN:
            set_flag(patient=patient, flag=answer.flag, by=by, now=now)  # confirms it


@transaction.atomic
def decide_flag(
    *, patient: Patient, flag: Flag, decision: Decision, by: User, now: datetime.datetime | None = None
) -> None:
    """Confirm or clear a flag, or keep it although the answer of the last screening was no. Idempotent."""
    now = now or timezone.now()
    locked = Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=patient.pk)
    if decision is Decision.CLEAR:
        clear_flag(patient=locked, flag=flag, by=by, now=now)
        return
    row: PatientFlag | None = PatientFlag.objects.live().filter(patient=locked, flag=flag).first()
    if row is None:
        return
    if decision is Decision.CONFIRM:
        set_flag(patient=locked, flag=flag, by=by, now=now)
        return
    screening: Screening | None = (
        Screening.objects.finished().filter(patient=locked).order_by("-finished_at").first()
    )
    if screening is not None and flag not in screening.kept_flags:
        screening.kept_flags = [*screening.kept_flags, str(flag.value)]
        screening.save(update_fields=["kept_flags"])
        record("flag.kept", actor=by, obj=row, clinic=locked.clinic)
