"""Services that write a patient's flags, home circumstances and the unlock of the last support level.

Every service is idempotent. The patient's row is locked first, as in every service that writes about a patient, so that
concurrent requests wait for each other. The view checks the permission (`Action.ASSIGN_PLANS`).
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Collection

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.audit.services import record
from clinic.models import User
from exercises.models import Equipment
from patients.exceptions import NotPossibleError
from patients.models import Circumstances, EyesClosedUnlock, Flag, FlagOrigin, Patient, PatientFlag
from patients.safety.hold_endings import KIND_OF_FLAG
from patients.safety.selectors.plan_safety import PatientSafety
from patients.safety.selectors.safety_record import SafetyRecord

#: Months after the last cause of a flag until its review: a fall (clinical rules, "Patient flags × exercise demands").
MONTHS_TO_REVIEW = {Flag.FELL: 12}


class StaleCircumstancesError(Exception):
    """The circumstances were changed since they were read. `circumstances` is the current row with `edited_by`."""

    def __init__(self, circumstances: Circumstances) -> None:
        super().__init__("The circumstances were changed meanwhile.")
        self.circumstances = circumstances


class StaleSafetyError(Exception):
    """The safety record was changed since it was read. `record` is the current one."""

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
    """Save the whole record and return True, or return False if it is stored already.

    `seen` is the record that the page showed. Raises StaleSafetyError, and writes nothing, if the stored record is
    neither `seen` nor `wanted`, and NotPossibleError for a flag that ends only with an answer (`end_flag`).
    """
    locked = _get_for_update(patient)
    current = SafetyRecord.of(PatientSafety.of(locked))
    if current == wanted:
        return False
    if current != seen:
        raise StaleSafetyError(current)
    check_flags_may_end(current.flags - wanted.flags)
    for flag in Flag:
        if flag in wanted.flags - current.flags:
            set_flag(patient=locked, flag=flag, by=by, now=now)
        elif flag in current.flags - wanted.flags:
            clear_flag(patient=locked, flag=flag, by=by, now=now)
        elif flag in (current.unsettled - wanted.unsettled) & wanted.flags:
            confirm_flag(patient=locked, flag=flag, by=by, now=now)
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


def check_flags_may_end(flags: Collection[str]) -> None:
    """Raise NotPossibleError if one of these flags ends only with an answer: who has seen the foot, and what it was."""
    for flag in KIND_OF_FLAG:
        if flag in flags:
            raise NotPossibleError(
                _("“%(flag)s” ends with an answer: who has seen the foot, and what it was.")
                % {"flag": flag.label}
            )


@transaction.atomic
def set_flag(
    *,
    patient: Patient,
    flag: Flag,
    by: User,
    now: datetime.datetime | None = None,
    origin: FlagOrigin = FlagOrigin.CLINICIAN,
    is_unsettled: bool = False,
    review_on: datetime.date | None = None,
) -> PatientFlag:
    """Return the patient's live row of this flag; create it if there is none. An existing row keeps its `set_by`.

    `is_unsettled` is for a suspicion or a "not sure". A clinician who sets a flag that a screening or a report has set
    confirms it; other origins change nothing about a row that exists, except that `review_on` moves its review to a
    later day. Without `review_on` the review of a new row is counted from now.
    """
    locked = _get_for_update(patient)
    now = now or timezone.now()
    row, is_new = PatientFlag.objects.get_or_create(
        patient=locked,
        flag=flag,
        cleared_at=None,
        defaults={
            "set_by": by,
            "set_at": now,
            "origin": origin,
            "is_unsettled": is_unsettled,
            "review_on": review_on or get_review_date(flag, patient.today(now)),
        },
    )
    if is_new:
        record("flag.set", actor=by, obj=row, clinic=locked.clinic)
        return row
    if review_on is not None and (row.review_on is None or review_on > row.review_on):
        row.review_on = review_on
        row.save(update_fields=["review_on"])
        record("flag.review_moved", actor=by, obj=row, clinic=locked.clinic)
    if origin == FlagOrigin.CLINICIAN and not is_unsettled:
        _confirm(row, by, locked, now)
    return row


@transaction.atomic
def confirm_flag(
    *, patient: Patient, flag: Flag, by: User, now: datetime.datetime | None = None
) -> PatientFlag | None:
    """Record that a clinician has confirmed a flag, and return its row, or None if there is no live row."""
    locked = _get_for_update(patient)
    row: PatientFlag | None = PatientFlag.objects.live().filter(patient=locked, flag=flag).first()
    if row is not None:
        _confirm(row, by, locked, now or timezone.now())
    return row


def get_review_date(flag: Flag, since: datetime.date) -> datetime.date | None:
    """Return the day on which a flag falls due for review, counted from its last cause; None if it never does."""
    months = MONTHS_TO_REVIEW.get(flag)
    if months is None:
        return None
    years, month = divmod(since.month - 1 + months, 12)
    year, month = since.year + years, month + 1
    return datetime.date(year, month, min(since.day, calendar.monthrange(year, month)[1]))


@transaction.atomic
def clear_flag(
    *, patient: Patient, flag: Flag, by: User, now: datetime.datetime | None = None
) -> PatientFlag | None:
    """Clear the flag and return its row, or None if the patient has no live row of it.

    Safety overrides for this flag are then no longer in force: if the flag is set again, they have to be given again.
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
    """Save the time for a session (in minutes, None if unknown) and all equipment at home.

    `edit_number` is that of the row as it was read, 0 if there was none. An edit that changes nothing is not written.
    Raises StaleCircumstancesError if the row was changed since.
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
    """Unlock eyes closed, the last support level (NIH/NIA), for this patient and return the live row.

    Only a clinician may raise the support level.
    """
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
    """Lock eyes closed again and return the row that was cleared, or None if it was locked already."""
    locked = _get_for_update(patient)
    row: EyesClosedUnlock | None = EyesClosedUnlock.objects.live().filter(patient=locked).first()
    if row is None:
        return None
    _clear(row, by, now)
    record("eyes_closed.locked", actor=by, obj=row, clinic=locked.clinic)
    return row


def _confirm(row: PatientFlag, by: User, patient: Patient, now: datetime.datetime) -> None:
    """Record the clinician who confirms a flag, once; a flag that a clinician has set needs it only if suspected."""
    if not row.is_unsettled and (row.origin == FlagOrigin.CLINICIAN or row.confirmed_at is not None):
        return
    row.is_unsettled = False
    if row.confirmed_at is None:
        row.confirmed_at, row.confirmed_by = now, by
    row.save(update_fields=["is_unsettled", "confirmed_at", "confirmed_by"])
    record("flag.confirmed", actor=by, obj=row, clinic=patient.clinic)


def _clear(row: PatientFlag | EyesClosedUnlock, by: User, now: datetime.datetime | None) -> None:
    # The clocks of two servers may differ slightly, and the database refuses a row that is cleared before it is set.
    row.cleared_at, row.cleared_by = max(now or timezone.now(), row.set_at), by
    row.save(update_fields=["cleared_at", "cleared_by"])


def _get_for_update(patient: Patient) -> Patient:
    return Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=patient.pk)
