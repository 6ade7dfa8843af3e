"""Services that begin and end holds, and set the flags that a report sets.

The patient's row is locked by the caller or here, as in every service that writes about a patient.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import Q
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
from patients.safety.hold_endings import Ending, endings_of, flags_decided_by
from patients.safety.holds import HOLDS_OF_A_DAY, HoldKind
from patients.safety.rechecks import RECHECKED, get_recheck
from patients.safety.services.flags import clear_flag, get_review_date, set_flag
from patients.sessions.check_in import HoldBegun
from patients.sessions.questions import Answers, Until


def begin_holds(
    *,
    patient: Patient,
    begun: Iterable[HoldBegun],
    source: ExerciseSession | SafetyReport,
    by: User,
    now: datetime.datetime,
    told_at: Mapping[str, datetime.datetime] | None = None,
) -> list[ExerciseHold]:
    """Begin these holds and return the new rows. Call it in the transaction that has locked the patient.

    Each sign that is told begins its own hold for a person, so that a hold is ended for what was told and for nothing
    else. The same session or report begins one for a sign once, also after a clinician has ended it. Of a hold of a day
    there is one for any number of signs. One that was told offline on an earlier day is stored with its end, and may be
    over already. Holds of a day that different answers end are two, also of one kind: a low of blood sugar, and a test
    for ketones. High ketones begin anew on each day on which they are told: the earlier hold ends, by this user.
    `told_at`: when the answer to a question was told on a phone, if it says so.
    """
    times = told_at or {}
    begun = list(begun)
    for each in begun:
        if each.until is Until.A_LATER_DAY:
            at = min(times.get(each.question) or _told_at(source, now), now)
            earlier = ExerciseHold.objects.filter(
                patient=patient,
                kind=HoldKind.KETONES,
                ended_at=None,
                on_date__lt=max(source.on_date, patient.today(at)),
            )
            _end(list(earlier.select_for_update(of=("self",))), patient=patient, by=by, now=now)
    known = _list_known(patient, source)
    rows = []
    for each in begun:
        at = min(times.get(each.question) or _told_at(source, now), now)
        day = max(source.on_date, patient.today(at))
        ends_at = _ends_at(each.until, patient, day, at)
        key = _key(each.kind.value, each.question, ends_at)
        if key in known:
            continue
        known.add(key)
        rows.append(
            ExerciseHold(
                patient=patient,
                clinic_id=patient.clinic_id,
                kind=each.kind,
                question=each.question,
                session=source if isinstance(source, ExerciseSession) else None,
                report=source if isinstance(source, SafetyReport) else None,
                # The day of telling: a session may have begun before midnight.
                on_date=day if each.until is Until.A_LATER_DAY else source.on_date,
                begun_at=at if ends_at is not None and ends_at <= now else now,
                ends_at=ends_at,
            )
        )
    if any(row.needs_a_person for row in rows):
        team_from = OpeningWeek.of(patient.clinic).after_a_working_day(now)
        for row in rows:
            row.team_from = team_from if row.needs_a_person else None
    ExerciseHold.objects.bulk_create(rows)
    if rows:
        record_each("hold.begun", actor=None, objs=rows, clinic=patient.clinic)
    return rows


_Key = tuple[str, str, datetime.datetime | None]


def _key(kind: str, question: str, ends_at: datetime.datetime | None) -> _Key:
    """Return what tells a hold from others: of a hold of a day, only whether a test for ketones ends it."""
    if kind in HOLDS_OF_A_DAY or ends_at is not None:
        question = question if kind == HoldKind.SUGAR and question == "ketones" else ""
    return kind, question, ends_at


def _list_known(patient: Patient, source: ExerciseSession | SafetyReport) -> set[_Key]:
    """Return the keys of the holds that are not begun again."""
    of_a_day = Q(ended_at=None) & (Q(ends_at__isnull=False) | Q(kind=HoldKind.KETONES))
    of_this = Q(session=source.pk) if isinstance(source, ExerciseSession) else Q(report=source.pk)
    for_a_person = Q(ends_at=None) & ~Q(kind__in=HOLDS_OF_A_DAY)  # also one that a clinician has ended
    holds = ExerciseHold.objects.filter(of_a_day | (of_this & for_a_person), patient=patient)
    return {_key(hold.kind, hold.question, hold.ends_at) for hold in holds.select_for_update(of=("self",))}


def _told_at(source: ExerciseSession | SafetyReport, now: datetime.datetime) -> datetime.datetime:
    """Return the time of telling: now, except for what was told offline or on paper before."""
    if isinstance(source, SafetyReport):
        return source.reported_at
    was_told_before = source.arrived_at is not None or source.source == Source.PAPER
    return (source.finished_at or source.started_at) if was_told_before else now


def _ends_at(
    until: Until, patient: Patient, day: datetime.date, told_at: datetime.datetime
) -> datetime.datetime | None:
    if until in (Until.A_PERSON, Until.A_LATER_DAY):
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
def end_rechecked_holds(
    *,
    patient: Patient,
    told: Answers,
    by: User,
    now: datetime.datetime,
    told_at: datetime.datetime | None = None,
) -> int:
    """End the holds that these new answers of the patient end, such as a low that was treated.

    A hold of 24 hours after a severe low stays, and so do high ketones on their day. `told_at` is the time of telling
    on a phone without a connection: a hold that began later stays. Returns the number of holds.
    """
    told_at = told_at or now
    today = patient.today(told_at)
    live = ExerciseHold.objects.live(now).filter(patient=patient, kind__in=RECHECKED, begun_at__lte=told_at)
    holds = []
    for hold in live.select_for_update(of=("self",)):
        hold.patient = patient
        recheck = get_recheck(hold, today)
        if recheck is not None and recheck.ends_with(told):
            holds.append(hold)
    _end(holds, patient=patient, by=by, now=now)
    return len(holds)


def _end(holds: list[ExerciseHold], *, patient: Patient, by: User, now: datetime.datetime) -> None:
    for hold in holds:
        hold.ended_at, hold.ended_by = max(now, hold.begun_at), by
        hold.save(update_fields=["ended_at", "ended_by"])
    if holds:
        record_each("hold.ended", actor=by, objs=holds, clinic=patient.clinic)


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
    cause: str = "",
    note: str = "",
) -> ExerciseHold:
    """End a hold with what was found, and change the flags as that answer says.

    `seen_by` names the person who has seen the patient, or the foot, and `cause` says what it was. Until a start date
    that lies ahead, a hold that ends by itself on that date takes its place. Returns the hold; one that has ended
    already stays as it is. Raises NotPossibleError if the answer does not belong to this hold, if `seen_by`, a start
    date or a cause that the answer asks for is missing, or if the date is before the report.
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
    if ending.needs_cause and not cause.strip():
        raise NotPossibleError(_("Write what it was."))
    if start_on is not None and start_on < row.on_date:
        raise NotPossibleError(_("The date is before the report."))
    row.ended_at, row.ended_by, row.outcome = max(now, row.begun_at), by, outcome
    row.seen_by, row.start_on, row.note = seen_by.strip(), start_on, note.strip()
    row.cause = cause.strip() if ending.needs_cause else ""
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
        start_on=day,
    )
    record("hold.begun", actor=None, obj=later, clinic=later.clinic)


def _change_flags(hold: ExerciseHold, ending: Ending, by: User, now: datetime.datetime) -> None:
    """Clear and set the flags as the answer says. A flag for which another hold still waits for its answer stays."""
    live = PatientFlag.objects.live().filter(patient=hold.patient_id, flag__in=ending.takes_away)
    for row in live.order_by("pk"):
        flag = Flag(row.flag)
        told = _list_holds_about(flag, row)
        if any(not each.is_ended for each in told):
            continue
        if flag in ending.clears or _was_set_by_mistake(row, told):
            clear_flag(patient=hold.patient, flag=flag, by=by, now=now)
    for flag in ending.sets:
        set_flag(patient=hold.patient, flag=flag, by=by, now=now)


def _list_holds_about(flag: Flag, row: PatientFlag) -> list[ExerciseHold]:
    """Return the patient's holds for a person whose answers decide about a flag: those that are open, and those begun
    since this row of the flag was set."""
    holds = ExerciseHold.objects.filter(
        Q(ended_at=None) | Q(begun_at__gte=row.set_at), patient=row.patient_id, ends_at=None
    )
    return [hold for hold in holds if flag in flags_decided_by(hold.kind, hold.question)]


def _was_set_by_mistake(row: PatientFlag, told: Iterable[ExerciseHold]) -> bool:
    """Return True if a flag rests on reports only, and the answer to each of them takes it away.

    One of these reports has set the row, at the moment at which it began its hold.
    """
    flag, told = Flag(row.flag), list(told)
    endings = [endings_of(hold.kind, hold.question).get(HoldOutcome(hold.outcome)) for hold in told]
    return (
        row.rests_on_reports
        and any(hold.begun_at == row.set_at for hold in told)
        and all(ending and flag in ending.takes_away for ending in endings)
    )


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
