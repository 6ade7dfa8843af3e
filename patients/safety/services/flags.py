"""What is known of a patient's safety and home: flags, circumstances, and the last rung of the support ladder.

Every verb can be sent twice with the effect of once. The patient's row is locked first, as in every action that writes
about a patient, so that two people at once queue. Who may is asked by the view (`Action.ASSIGN_PLANS`).
"""

from __future__ import annotations

import datetime
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from clinic.audit.services import record
from clinic.models import User
from exercises.models import Equipment
from patients.models import Circumstances, EyesClosedUnlock, Flag, Patient, PatientFlag
from patients.safety.selectors.plan_safety import PatientSafety
from patients.safety.selectors.safety_record import SafetyRecord


class StaleCircumstancesError(Exception):
    """Someone changed them since they were read. Holds the row as it is now, with `edited_by` loaded."""

    def __init__(self, circumstances: Circumstances) -> None:
        super().__init__("The circumstances were changed meanwhile.")
        self.circumstances = circumstances


class StaleSafetyError(Exception):
    """Someone changed what is on record since it was read. Holds what is on record now."""

    def __init__(self, record: SafetyRecord) -> None:
        super().__init__("What is on record was changed meanwhile.")
        self.record = record


@transaction.atomic
def save_safety_record(
    *,
    patient: Patient,
    wanted: SafetyRecord,
    seen: SafetyRecord,
    by: User,
    now: datetime.datetime | None = None,
) -> bool:
    """Put all of it on record in one go, if nobody changed it since `seen` was read. Whether anything changed now.

    The same edit sent twice is made once. Raises StaleSafetyError; then nothing is written.
    """
    locked = _get_for_update(patient)
    current = SafetyRecord.of(PatientSafety.of(locked))
    if current == wanted:
        return False
    if current != seen:
        raise StaleSafetyError(current)
    for flag in Flag:
        if flag in wanted.flags - current.flags:
            set_flag(patient=locked, flag=flag, by=by, now=now)
        elif flag in current.flags - wanted.flags:
            clear_flag(patient=locked, flag=flag, by=by, now=now)
    if wanted.eyes_closed != current.eyes_closed:
        turn = unlock_eyes_closed if wanted.eyes_closed else lock_eyes_closed
        turn(patient=locked, by=by, now=now)
    if (wanted.minutes, wanted.at_home) != (current.minutes, current.at_home):
        row = Circumstances.objects.filter(patient=locked).first()
        save_circumstances(
            patient=locked,
            minutes_a_session=wanted.minutes,
            equipment=list(Equipment.objects.filter(slug__in=wanted.at_home)),
            edit_number=row.edit_number if row else 0,
            by=by,
            now=now,
        )
    return True


@transaction.atomic
def set_flag(*, patient: Patient, flag: Flag, by: User, now: datetime.datetime | None = None) -> PatientFlag:
    """The patient's live row of this flag, made now if there was none. Who set it first stays its author."""
    locked = _get_for_update(patient)
    row, is_new = PatientFlag.objects.get_or_create(
        patient=locked, flag=flag, cleared_at=None, defaults={"set_by": by, "set_at": now or timezone.now()}
    )
    if is_new:
        record("flag.set", actor=by, obj=row, clinic=locked.clinic)
    return row


@transaction.atomic
def clear_flag(
    *, patient: Patient, flag: Flag, by: User, now: datetime.datetime | None = None
) -> PatientFlag | None:
    """Note that the flag no longer holds. The row that was cleared, or None when there was nothing to clear.

    What was answered for this flag on a plan goes with it: if the flag comes back, it asks again.
    """
    locked = _get_for_update(patient)
    row: PatientFlag | None = PatientFlag.objects.live().filter(patient=locked, flag=flag).first()
    if row is None:
        return None
    _clear(row, by, now)
    record("flag.cleared", actor=by, obj=row, clinic=locked.clinic)
    return row


@transaction.atomic
def save_circumstances(
    *,
    patient: Patient,
    minutes_a_session: int | None,
    equipment: Collection[Equipment],
    edit_number: int,
    by: User,
    now: datetime.datetime | None = None,
) -> Circumstances:
    """Write down the time budget (minutes a session, None if unknown) and all that is at home.

    `edit_number` is that of the row as it was read, 0 where there was none. The same edit sent twice is made once.
    Raises StaleCircumstancesError when someone changed them since.
    """
    locked = _get_for_update(patient)
    row = Circumstances.objects.select_related("edited_by").filter(patient=locked).first()
    wanted = {thing.pk for thing in equipment}
    if row is not None:
        at_home = set(row.equipment.values_list("pk", flat=True))
        if (row.minutes_a_session, at_home) == (minutes_a_session, wanted):
            return row
        if row.edit_number != edit_number:
            raise StaleCircumstancesError(row)
    else:
        row = Circumstances(patient=locked, edit_number=0)
    row.minutes_a_session = minutes_a_session
    row.edit_number += 1
    row.edited_at, row.edited_by = now or timezone.now(), by
    row.save()
    row.equipment.set(equipment)
    record("circumstances.set", actor=by, obj=row, clinic=locked.clinic)
    return row


@transaction.atomic
def unlock_eyes_closed(
    *, patient: Patient, by: User, now: datetime.datetime | None = None
) -> EyesClosedUnlock:
    """Let this patient's exercises be done with eyes closed: only a clinician steps up the ladder (NIH/NIA)."""
    locked = _get_for_update(patient)
    row, is_new = EyesClosedUnlock.objects.get_or_create(
        patient=locked, cleared_at=None, defaults={"set_by": by, "set_at": now or timezone.now()}
    )
    if is_new:
        record("eyes_closed.unlocked", actor=by, obj=row, clinic=locked.clinic)
    return row


@transaction.atomic
def lock_eyes_closed(
    *, patient: Patient, by: User, now: datetime.datetime | None = None
) -> EyesClosedUnlock | None:
    """Take it back. The row that was cleared, or None when eyes closed was locked already."""
    locked = _get_for_update(patient)
    row: EyesClosedUnlock | None = EyesClosedUnlock.objects.live().filter(patient=locked).first()
    if row is None:
        return None
    _clear(row, by, now)
    record("eyes_closed.locked", actor=by, obj=row, clinic=locked.clinic)
    return row


def _clear(row: PatientFlag | EyesClosedUnlock, by: User, now: datetime.datetime | None) -> None:
    # Two servers' clocks may differ by a little; nothing is cleared before it was set.
    row.cleared_at, row.cleared_by = max(now or timezone.now(), row.set_at), by
    row.save(update_fields=["cleared_at", "cleared_by"])


def _get_for_update(patient: Patient) -> Patient:
    return Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=patient.pk)
