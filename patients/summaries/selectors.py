"""How a patient stands today, worked out from what is on record; `patients.summaries.services.refresh` keeps it in a row.

The arithmetic is pure (`compute_summary`); `compute_summaries` reads what it wants for any number of patients, in a fixed number
of queries.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db.models import Max, QuerySet, Value

from patients.models import (
    INACTIVITY_KINDS,
    Alert,
    ExerciseSession,
    Patient,
    PatientSummary,
    PlanEvent,
    PlanState,
    PlanVersion,
    SkippedDay,
)
from patients.summaries.adherence import (
    ONE_DAY,
    PlanPause,
    Schedule,
    get_pauses,
    list_days,
    list_missed_days,
    list_weeks,
    planned_days,
    total_percent,
)

#: Adherence is told over this long: time enough to see a habit, short enough to see it change.
ADHERENCE_WINDOW = datetime.timedelta(weeks=4)
#: How far back missed days are counted; two months of silence need no finer number.
LOOK_BACK = datetime.timedelta(weeks=8)


@dataclass(kw_only=True)
class SummaryInput:
    """What is on record about one patient. Days are where the patient lives.

    `done`: days with a finished session, at least those of the look-back. `rests`: of every plan. `active_plan`: the
    one that asks for something now, if there is one. `skipped_on`: the last day that the patient said no to.
    """

    today: datetime.date
    schedules: list[Schedule] = field(default_factory=list)
    rests: list[PlanPause] = field(default_factory=list)
    active_plan: uuid.UUID | None = None
    done: set[datetime.date] = field(default_factory=set)
    last_done_on: datetime.date | None = None
    skipped_on: datetime.date | None = None
    alert_level: int = 0
    has_inactivity_alert: bool = False

    @property
    def last_contact_on(self) -> datetime.date | None:
        """The last day of a session, or of a no: whoever says "not today" is in touch."""
        return max(filter(None, (self.last_done_on, self.skipped_on)), default=None)


@dataclass(frozen=True, kw_only=True)
class ComputedSummary:
    """How one patient stands on one day. The fields are those of `Standing`, and two about a silence.

    `silent_days`: days since anything was logged, or since the first planned day, on which the active plan did not
    rest and was not over; 0 when no planned day was missed. `has_inactivity_alert`: an alert about a silence waits.
    """

    today: datetime.date
    adherence: int | None
    missed_days: int
    silent_days: int
    last_done_on: datetime.date | None
    alert_level: int
    ends_on: datetime.date | None
    has_inactivity_alert: bool

    def as_row(self, patient: Patient, now: datetime.datetime) -> PatientSummary:
        """The row of this patient, not yet saved."""
        return PatientSummary(
            patient=patient,
            clinic_id=patient.clinic_id,
            adherence=self.adherence,
            missed_days=self.missed_days,
            last_done_on=self.last_done_on,
            alert_level=self.alert_level,
            ends_on=self.ends_on,
            refreshed_on=self.today,
            refreshed_at=now,
        )


def compute_summary(record: SummaryInput) -> ComputedSummary:
    """Pure: no query, no clock.

    Adherence looks at every plan of the last four weeks. What was missed is asked of the active plan alone: nobody is
    waited for whose plan rests, is finished, or was never published.
    """
    own = [schedule for schedule in record.schedules if schedule.plan == record.active_plan]
    missed = _missed(own, record) if own else []
    return ComputedSummary(
        today=record.today,
        adherence=_adherence(record),
        missed_days=len(missed),
        silent_days=_silent_days(own, missed, record) if missed else 0,
        last_done_on=record.last_done_on,
        alert_level=record.alert_level,
        ends_on=_latest(own).end_date if own else None,
        has_inactivity_alert=record.has_inactivity_alert,
    )


def _adherence(record: SummaryInput) -> int | None:
    """Percent of the days planned in the window, rounded down; None when none was."""
    first = record.today - ADHERENCE_WINDOW + ONE_DAY
    planned = planned_days(record.schedules, record.rests, first=first, last=record.today)
    done = {day for day in record.done if day >= first}
    return total_percent(list_weeks(planned, done, first=first, today=record.today))


def _missed(own: Sequence[Schedule], record: SummaryInput) -> list[datetime.date]:
    """The active plan's days that went by since the patient was heard of, in order."""
    first = max(record.today - LOOK_BACK, min(schedule.in_force_from for schedule in own))
    planned = planned_days(own, record.rests, first=first, last=record.today)
    return list_missed_days(planned, last_done=record.last_contact_on, today=record.today)


def _silent_days(own: Sequence[Schedule], missed: Sequence[datetime.date], record: SummaryInput) -> int:
    """Counted from when the patient was last heard of, or from the first planned day when that was before this plan."""
    starts_on = max(
        min(schedule.in_force_from for schedule in own), min(schedule.start_date for schedule in own)
    )
    last_contact_on = record.last_contact_on
    since = last_contact_on if last_contact_on is not None and last_contact_on >= starts_on else missed[0]
    rests = [rest for rest in record.rests if rest.plan == record.active_plan]
    silent = list_days(since + ONE_DAY, min(record.today, _latest(own).end_date))
    return sum(not any(rest.covers(day) for rest in rests) for day in silent)


def _latest(own: Iterable[Schedule]) -> Schedule:
    return max(own, key=lambda schedule: schedule.published_at)


# --- Reading ------------------------------------------------------------------------------------------------------


def compute_summaries(
    patients: Collection[Patient], now: datetime.datetime
) -> dict[uuid.UUID, ComputedSummary]:
    """By patient, at the aware moment `now`. Six queries for any number; wants `clinic` loaded."""
    records = {patient.pk: SummaryInput(today=patient.today(now)) for patient in patients}
    zones = {patient.pk: patient.zone for patient in patients}
    _read_plans(records, zones)
    _read_sessions(records)
    alerts = Alert.objects.waiting().filter(patient__in=records).values_list("patient", "level", "kind")
    for patient, level, kind in alerts:
        record = records[patient]
        record.alert_level = max(record.alert_level, level)
        record.has_inactivity_alert |= kind in INACTIVITY_KINDS
    return {pk: compute_summary(record) for pk, record in records.items()}


def _read_plans(records: dict[uuid.UUID, SummaryInput], zones: dict[uuid.UUID, ZoneInfo]) -> None:
    versions = PlanVersion.objects.published().filter(plan__patient__in=records).select_related("plan")
    for version in versions:
        patient = version.plan.patient_id
        records[patient].schedules.append(Schedule.of(version, zones[patient]))
        if version.plan.state == PlanState.ACTIVE:
            records[patient].active_plan = version.plan_id
    events: dict[uuid.UUID, list[PlanEvent]] = {}
    for event in PlanEvent.objects.filter(plan__patient__in=records).select_related("plan"):
        events.setdefault(event.plan.patient_id, []).append(event)
    for patient, moves in events.items():
        records[patient].rests = get_pauses(moves, zones[patient])


def _read_sessions(records: dict[uuid.UUID, SummaryInput]) -> None:
    finished = ExerciseSession.objects.finished().filter(patient__in=records).order_by()
    since = min((record.today for record in records.values()), default=datetime.date.max) - LOOK_BACK
    for patient, day in finished.filter(on_date__gte=since).values_list("patient", "on_date").distinct():
        records[patient].done.add(day)
    # The last day of each kind in one query: this is worked out whenever anything happens to a patient.
    skipped_day = SkippedDay.objects.filter(patient__in=records).order_by()
    last = (
        rows.annotate(name=Value(name)).values_list("patient", "name").annotate(Max("on_date"))
        for rows, name in ((finished, "last_done_on"), (skipped_day, "skipped_on"))
    )
    for patient, name, day in QuerySet.union(*last, all=True):
        setattr(records[patient], name, day)
