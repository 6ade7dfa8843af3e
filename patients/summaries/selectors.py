"""Compute the summaries of patients from their plans, sessions and alerts.

`compute_summary` is pure; `compute_summaries` reads its input for any number of patients in a fixed number of queries.
`patients.summaries.services.refresh` stores the results.
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

#: Adherence is computed over this time: long enough to show a habit, and short enough to show a change.
ADHERENCE_WINDOW = datetime.timedelta(weeks=4)
#: Missed days are counted over this time; after two months of inactivity the exact number is not needed.
LOOK_BACK = datetime.timedelta(weeks=8)


@dataclass(kw_only=True)
class SummaryInput:
    """The data about one patient from which a summary is computed. Days are in the patient's time zone.

    `done`: days with a finished session, at least those of the last `LOOK_BACK`. `schedules` and `rests`: those of
    every plan. `active_plan`: the key of the active plan, if any. `skipped_on`: the last day that the patient skipped.
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
        """The last day of a session or a skipped day, because a patient who answers "not today" is in contact."""
        return max(filter(None, (self.last_done_on, self.skipped_on)), default=None)


@dataclass(frozen=True, kw_only=True)
class ComputedSummary:
    """The summary of one patient on one day: the fields of `PatientSummary`, and two about inactivity.

    `silent_days`: days since the last log, or since the first planned day, on which the active plan was neither paused
    nor over; 0 if no planned day was missed. `has_inactivity_alert`: an inactivity alert is open.
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
        """Return the unsaved row of this patient."""
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
    """Compute the summary of one patient. Pure: no query, no clock.

    Adherence includes every plan of the last four weeks. Missed days are those of the active plan only: a patient
    whose plan is paused, finished or never published has none.
    """
    active = [schedule for schedule in record.schedules if schedule.plan == record.active_plan]
    missed = _missed(active, record) if active else []
    return ComputedSummary(
        today=record.today,
        adherence=_adherence(record),
        missed_days=len(missed),
        silent_days=_silent_days(active, missed, record) if missed else 0,
        last_done_on=record.last_done_on,
        alert_level=record.alert_level,
        ends_on=_latest(active).end_date if active else None,
        has_inactivity_alert=record.has_inactivity_alert,
    )


def _adherence(record: SummaryInput) -> int | None:
    """Return the percentage of days planned in the window, rounded down; None if no day was planned."""
    first = record.today - ADHERENCE_WINDOW + ONE_DAY
    planned = planned_days(record.schedules, record.rests, first=first, last=record.today)
    done = {day for day in record.done if day >= first}
    return total_percent(list_weeks(planned, done, first=first, today=record.today))


def _missed(active: Sequence[Schedule], record: SummaryInput) -> list[datetime.date]:
    """Return the planned days of the active plan since the last contact with the patient, in order."""
    first = max(record.today - LOOK_BACK, min(schedule.in_force_from for schedule in active))
    planned = planned_days(active, record.rests, first=first, last=record.today)
    return list_missed_days(planned, last_done=record.last_contact_on, today=record.today)


def _silent_days(active: Sequence[Schedule], missed: Sequence[datetime.date], record: SummaryInput) -> int:
    """Return the days since the last contact, or since the first missed day if the contact was before this plan."""
    starts_on = max(
        min(schedule.in_force_from for schedule in active), min(schedule.start_date for schedule in active)
    )
    last_contact_on = record.last_contact_on
    since = last_contact_on if last_contact_on is not None and last_contact_on >= starts_on else missed[0]
    rests = [rest for rest in record.rests if rest.plan == record.active_plan]
    silent = list_days(since + ONE_DAY, min(record.today, _latest(active).end_date))
    return sum(not any(rest.covers(day) for rest in rests) for day in silent)


def _latest(schedules: Iterable[Schedule]) -> Schedule:
    return max(schedules, key=lambda schedule: schedule.published_at)


# --- Queries ------------------------------------------------------------------------------------------------------


def compute_summaries(
    patients: Collection[Patient], now: datetime.datetime
) -> dict[uuid.UUID, ComputedSummary]:
    """Return the summaries by patient at the aware datetime `now`. Six queries for any number of patients.

    The patients need `clinic` loaded.
    """
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
    # One query for the last days of both kinds, because a summary is computed after every change of a patient's data.
    skipped_day = SkippedDay.objects.filter(patient__in=records).order_by()
    last = (
        rows.annotate(name=Value(name)).values_list("patient", "name").annotate(Max("on_date"))
        for rows, name in ((finished, "last_done_on"), (skipped_day, "skipped_on"))
    )
    for patient, name, day in QuerySet.union(*last, all=True):
        setattr(records[patient], name, day)
