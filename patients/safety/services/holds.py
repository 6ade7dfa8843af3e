"""Services that begin and end holds, and set the flags that a report sets.

The patient's row is locked by the caller or here, as in every service that writes about a patient.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.audit.services import record, record_each
from clinic.clinics.opening_hours import OpeningWeek
from clinic.models import Clinic, User
from patients.alerts.emails import send_hold_emails
from patients.exceptions import NotPossibleError
from patients.models import (
    ExerciseHold,
    ExerciseSession,
    Flag,
    FlagOrigin,
    HoldOutcome,
    Patient,
    PatientFlag,
    SafetyReport,
    Source,
)
from patients.safety.hold_endings import Ending, endings_of
from patients.safety.holds import HOLDS_OF_A_DAY, HoldKind
from patients.safety.services.flags import clear_flag, get_review_date, set_flag
from patients.sessions.check_in import HoldBegun
from patients.sessions.questions import Until

#: Minutes of opening hours after which a hold that nobody has looked at goes to the whole team: one working day
#: (clinical rules, alert ladder; NICE NG19: feet within one working day).
LOOK_WITHIN_MINUTES = 8 * 60


def begin_holds(
    *,
    patient: Patient,
    begun: Iterable[HoldBegun],
    source: ExerciseSession | SafetyReport,
    now: datetime.datetime,
    told_at: Mapping[str, datetime.datetime] | None = None,
) -> list[ExerciseHold]:
    """Begin these holds and return the new rows. A hold that is in force already is not begun twice.

    Call it in the transaction that has locked the patient or the session. A hold of a day that was told offline on an
    earlier day ends at the end of that day, or 24 hours after it was told. `told_at`: when the answer to a question was
    told on a phone, if it says so.
    """
    known = {
        (hold.kind, hold.ends_at)
        for hold in ExerciseHold.objects.filter(patient=patient, ended_at=None).select_for_update(
            of=("self",)
        )
    }
    rows = []
    for each in begun:
        at = min((told_at or {}).get(each.question) or _told_at(source, now), now)
        ends_at = _ends_at(each.until, patient, max(source.on_date, patient.today(at)), at)
        if (each.kind.value, ends_at) in known or (ends_at is not None and ends_at <= now):
            continue
        known.add((each.kind.value, ends_at))
        rows.append(
            ExerciseHold(
                patient=patient,
                clinic_id=patient.clinic_id,
                kind=each.kind,
                question=each.question,
                session=source if isinstance(source, ExerciseSession) else None,
                report=source if isinstance(source, SafetyReport) else None,
                on_date=source.on_date,
                begun_at=now,
                ends_at=ends_at,
            )
        )
    if any(row.ends_at is None for row in rows):
        team_from = OpeningWeek.of(patient.clinic).after_open_minutes(now, LOOK_WITHIN_MINUTES)
        for row in rows:
            row.team_from = team_from if row.ends_at is None else None
    ExerciseHold.objects.bulk_create(rows)
    if rows:
        record_each("hold.begun", actor=None, objs=rows, clinic=patient.clinic)
    return rows


def _told_at(source: ExerciseSession | SafetyReport, now: datetime.datetime) -> datetime.datetime:
    """Return the time of telling: now, except for what was told offline or on paper before."""
    if isinstance(source, SafetyReport):
        return source.reported_at
    was_told_before = source.arrived_at is not None or source.source == Source.PAPER
    return (source.finished_at or source.started_at) if was_told_before else now


def _ends_at(
    until: Until, patient: Patient, day: datetime.date, told_at: datetime.datetime
) -> datetime.datetime | None:
    if until is Until.A_PERSON:
        return None
    if until is Until.ONE_DAY:
        return told_at + datetime.timedelta(hours=24)
    midnight = datetime.datetime.combine(
        day + datetime.timedelta(days=1), datetime.time.min, tzinfo=patient.zone
    )
    return midnight.astimezone(datetime.UTC)


def set_reported_flags(*, patient: Patient, flags: dict[str, bool], by: User, now: datetime.datetime) -> None:
    """Set the flags that a report sets, with the report as their origin. The value is True for a suspected one."""
    for flag, is_suspected in flags.items():
        set_flag(
            patient=patient,
            flag=Flag(flag),
            by=by,
            now=now,
            origin=FlagOrigin.REPORT,
            is_unsettled=is_suspected,
            review_on=get_review_date(Flag(flag), patient.today(now)),
        )


@transaction.atomic
def end_holds_of_a_day(
    *, patient: Patient, kinds: Iterable[HoldKind], by: User, now: datetime.datetime
) -> int:
    """End holds of these kinds that the patient's next answers may end, such as a low that was treated.

    A hold of 24 hours after a severe low stays. Returns the number of holds. Raises ValueError for a kind that only a
    person of the team ends.
    """
    wanted = set(kinds)
    if not wanted <= HOLDS_OF_A_DAY:
        raise ValueError(f"Only a person of the team ends these: {wanted - HOLDS_OF_A_DAY}")
    midnight = _ends_at(Until.END_OF_DAY, patient, patient.today(now), now)
    holds = list(
        ExerciseHold.objects.live(now)
        .filter(patient=patient, kind__in=wanted, ends_at=midnight)
        .select_for_update(of=("self",))
    )
    for hold in holds:
        hold.ended_at, hold.ended_by = max(now, hold.begun_at), by
        hold.save(update_fields=["ended_at", "ended_by"])
    if holds:
        record_each("hold.ended", actor=by, objs=holds, clinic=patient.clinic)
    return len(holds)


@transaction.atomic
def look_at_hold(*, hold: ExerciseHold, by: User, now: datetime.datetime | None = None) -> bool:
    """Record that a person of the team works on this hold; it stays. Returns False if somebody does already."""
    row = ExerciseHold.objects.for_a_person().filter(pk=hold.pk, looked_at=None).select_for_update().first()
    if row is None:
        return False
    row.looked_at, row.looked_by = now or timezone.now(), by
    row.save(update_fields=["looked_at", "looked_by"])
    record("hold.looked_at", actor=by, obj=row, clinic=row.clinic)
    return True


@transaction.atomic
def end_hold(
    *,
    hold: ExerciseHold,
    outcome: HoldOutcome,
    seen_by: str,
    by: User,
    now: datetime.datetime | None = None,
    start_on: datetime.date | None = None,
    note: str = "",
) -> ExerciseHold:
    """End a hold with what was found, and change the flags as that answer says.

    `seen_by` names the person who has seen the patient, or the foot. Until a start date that lies ahead, a hold that
    ends by itself on that date takes its place. Returns the hold; one that has ended already stays as it is. Raises
    NotPossibleError if the answer does not belong to this hold, if `seen_by` or a start date that the answer asks for
    is missing, or if the date is before the report.
    """
    now = now or timezone.now()
    Patient.objects.select_for_update().get(pk=hold.patient_id)
    row = ExerciseHold.objects.select_related("patient__clinic", "clinic").get(pk=hold.pk)
    if row.is_ended:
        return row
    ending = endings_of(row.kind, row.question).get(outcome)
    if ending is None:
        raise NotPossibleError(_("This answer does not belong to the hold."))
    if not seen_by.strip():
        raise NotPossibleError(_("Write who has seen the patient."))
    if ending.needs_start_date and start_on is None:
        raise NotPossibleError(_("Write the date from which the patient may exercise."))
    if start_on is not None and start_on < row.on_date:
        raise NotPossibleError(_("The date is before the report."))
    row.ended_at, row.ended_by, row.outcome = max(now, row.begun_at), by, outcome
    row.seen_by, row.start_on, row.note = seen_by.strip(), start_on, note.strip()
    if row.looked_at is None:
        row.looked_at, row.looked_by = row.ended_at, by
    row.save()
    record("hold.ended", actor=by, obj=row, clinic=row.clinic)
    _change_flags(row, ending, by, now)
    if start_on is not None and start_on > row.patient.today(now):
        _hold_until(row, start_on, now)
    return row


def _hold_until(hold: ExerciseHold, day: datetime.date, now: datetime.datetime) -> None:
    """Keep the same exercises away until the day begins where the patient lives."""
    ends_at = _ends_at(Until.END_OF_DAY, hold.patient, day - datetime.timedelta(days=1), now)
    later = ExerciseHold.objects.create(
        patient=hold.patient,
        clinic=hold.clinic,
        kind=hold.kind,
        question=hold.question,
        session_id=hold.session_id,
        report_id=hold.report_id,
        on_date=hold.on_date,
        begun_at=now,
        ends_at=ends_at,
    )
    record("hold.begun", actor=None, obj=later, clinic=later.clinic)


def _change_flags(hold: ExerciseHold, ending: Ending, by: User, now: datetime.datetime) -> None:
    reported = PatientFlag.objects.live().filter(
        patient=hold.patient_id, origin=FlagOrigin.REPORT, flag__in=ending.clears_reported
    )
    for flag in (*ending.clears, *(Flag(row.flag) for row in reported)):
        clear_flag(patient=hold.patient, flag=flag, by=by, now=now)
    for flag in ending.sets:
        set_flag(patient=hold.patient, flag=flag, by=by, now=now)


# --- Escalation to the whole team -----------------------------------------------------------------------------------


def escalate_holds(*, now: datetime.datetime) -> int:
    """Tell the whole team of the holds that nobody has looked at for one working day. Returns the number of holds.

    Sends one e-mail to each member who answers alerts, for any number of holds. Safe to run repeatedly and
    concurrently: each hold is escalated once.
    """
    due = ExerciseHold.objects.past_limit(now).order_by().values("clinic").distinct()
    return sum(_escalate(clinic, now) for clinic in Clinic.objects.filter(pk__in=due).order_by("pk"))


@transaction.atomic
def _escalate(clinic: Clinic, now: datetime.datetime) -> int:
    due = ExerciseHold.objects.past_limit(now).filter(clinic=clinic)
    holds = list(due.select_for_update(of=("self",)).order_by("pk"))
    if holds:
        ExerciseHold.objects.filter(pk__in=[hold.pk for hold in holds]).update(escalated_at=now)
        record_each("hold.escalated", actor=None, objs=holds, clinic=clinic)
        send_hold_emails(clinic)
    return len(holds)
