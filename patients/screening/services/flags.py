"""Services that set the flags of a screening, and that record what a clinician decides about them."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from clinic.audit.services import record
from clinic.models import User
from patients.models import Flag, FlagOrigin, Patient, PatientFlag, Screening
from patients.safety.services.flags import check_flags_may_end, clear_flag, get_review_date, set_flag
from patients.screening.answers import RaisedFlag, list_sent_flags
from patients.screening.questions import BY_ID


class Decision(StrEnum):
    """A clinician's decision about a flag of a screening."""

    CONFIRM = "confirm"  # the flag is right
    CLEAR = "clear"  # the patient does not have it
    KEEP = "keep"  # the flag stays although the answer was no


def set_raised_flags(
    patient: Patient, raised: Iterable[RaisedFlag], *, by: User, now: datetime.datetime, settles: bool
) -> None:
    """Set the flags that the patient does not have yet. A flag that is set stays as it is, but for a later review.

    With `settles`, a clinician finishes the screening: a plain yes then confirms what the screening or a report had set
    before.
    """
    for answer in raised:
        row = set_flag(
            patient=patient,
            flag=answer.flag,
            by=by,
            now=now,
            origin=FlagOrigin.SCREENING,
            is_unsettled=answer.is_unsettled,
            review_on=get_review_date(answer.flag, patient.today(now)),
        )
        if settles and not answer.is_unsettled and row.origin != FlagOrigin.CLINICIAN:
            set_flag(patient=patient, flag=answer.flag, by=by, now=now)  # confirms it


def set_sent_flags(
    patient: Patient, screening: Screening, flags: Collection[str], *, by: User, now: datetime.datetime
) -> None:
    """Set every flag that the answers of a patient raise, to be confirmed: they count until a clinician settles them.

    `flags` are the live flags. A flag of answers with an advice was set when they were given; if a clinician has
    cleared it since the screening was begun, the same answers do not set it again.
    """
    settled = PatientFlag.objects.filter(patient=patient, cleared_at__gte=screening.begun_at)
    cleared = set(settled.values_list("flag", flat=True))
    raised = [
        row
        for row in list_sent_flags(screening.answers, flags)
        if row.flag not in cleared or not all(BY_ID[name].advice for name in row.questions)
    ]
    set_raised_flags(patient, raised, by=by, now=now, settles=False)


@transaction.atomic
def decide_flag(
    *, patient: Patient, flag: Flag, decision: Decision, by: User, now: datetime.datetime | None = None
) -> None:
    """Confirm or clear a flag, or keep it although the answer of the last screening was no. Idempotent.

    Raises NotPossibleError to clear a flag that ends only with an answer (`patients.safety.services.flag_endings`).
    """
    now = now or timezone.now()
    locked = Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=patient.pk)
    if decision is Decision.CLEAR:
        check_flags_may_end({flag})
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
