"""Compute the summaries of patients from their plans, sessions and alerts.

`compute_summary` is pure; `compute_summaries` reads its input for any number of patients in a fixed number of queries.
`patients.summaries.services.refresh` stores the results.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    CharField,
    DateField,
    DateTimeField,
    Exists,
    F,
    JSONField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast

from clinic.regions import MONDAY, get_region
from exercises.models import demands_of
from patients.models import (
    INACTIVITY_KINDS,
    Alert,
    ExerciseHold,
    ExerciseSession,
    Patient,
    PatientFlag,
    PatientSummary,
    PlanEvent,
    PlanItem,
    PlanState,
    PlanVersion,
    Reason,
    SafetyReport,
    SkippedDay,
)
from patients.safety.rules import BLOCKING_FLAGS
from patients.summaries.adherence import (
    ONE_DAY,
    PlannedItem,
    PlanPause,
    Schedule,
    get_pauses,
    list_days,
    list_missed_days,
    list_weeks,
    planned_days,
    total_percent,
)
from patients.summaries.taken_days import (
    FlagSpan,
    HoldSpan,
    TakenDays,
    counts_as_done,
    get_taken_days,
)

#: Adherence is computed over this time: long enough to show a habit, and short enough to show a change.
ADHERENCE_WINDOW = datetime.timedelta(weeks=4)
#: Missed days are counted over this time; after two months of inactivity the exact number is not needed.
LOOK_BACK = datetime.timedelta(weeks=8)


@dataclass(kw_only=True)
class SummaryInput:
    """The data about one patient from which a summary is computed. Days are in the patient's time zone.

    `done`: days with a finished session, at least those of the last `LOOK_BACK`, but for days on which only a danger
    was told. `schedules` and `rests`: those of every plan. `active_plan`: the key of the active plan, if any.
    `skipped_on`, `told_on`: the last day that the patient skipped, and the last one of a report. `taken`: the days that
    count neither way. `first_weekday`: that of the clinic's region, for adherence.
    """

    today: datetime.date
    first_weekday: int = MONDAY
    schedules: list[Schedule] = field(default_factory=list)
    rests: list[PlanPause] = field(default_factory=list)
    active_plan: uuid.UUID | None = None
    done: set[datetime.date] = field(default_factory=set)
    last_done_on: datetime.date | None = None
    skipped_on: datetime.date | None = None
    told_on: datetime.date | None = None
    taken: TakenDays = field(default_factory=TakenDays)
    alert_level: int = 0
    has_inactivity_alert: bool = False

    @property
    def last_contact_on(self) -> datetime.date | None:
        """The last day of a session, a skipped day or a report: a patient who answers "not today" is in contact."""
        return max(filter(None, (self.last_done_on, self.skipped_on, self.told_on)), default=None)


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
    weeks = list_weeks(
        record.taken.planned(planned, done),
        record.taken.done(done),
        first=first,
        today=record.today,
        first_weekday=record.first_weekday,
    )
    return total_percent(weeks)


def _missed(active: Sequence[Schedule], record: SummaryInput) -> list[datetime.date]:
    """Return the planned days of the active plan since the last contact with the patient, in order."""
    first = max(record.today - LOOK_BACK, min(schedule.in_force_from for schedule in active))
    planned = record.taken.planned(
        planned_days(active, record.rests, first=first, last=record.today), record.done
    )
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
    taken = record.taken.whole | record.taken.in_part
    return sum(day not in taken and not any(rest.covers(day) for rest in rests) for day in silent)


def _latest(schedules: Iterable[Schedule]) -> Schedule:
    return max(schedules, key=lambda schedule: schedule.published_at)


# --- Queries ------------------------------------------------------------------------------------------------------


def compute_summaries(
    patients: Collection[Patient], now: datetime.datetime
) -> dict[uuid.UUID, ComputedSummary]:
    """Return the summaries by patient at the aware datetime `now`. Five queries for any number of patients.

    One more if a hold or a later flag keeps only some exercises of one of them away. The patients need `clinic` loaded.
    """
    records = {
        patient.pk: SummaryInput(
            today=patient.today(now), first_weekday=get_region(patient.clinic.region).first_weekday
        )
        for patient in patients
    }
    zones = {patient.pk: patient.zone for patient in patients}
    _read_plans(records, zones)
    _read_sessions(records, zones)
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


def _read_sessions(records: dict[uuid.UUID, SummaryInput], zones: dict[uuid.UUID, ZoneInfo]) -> None:
    finished = ExerciseSession.objects.finished().filter(patient__in=records).order_by()
    since = min((record.today for record in records.values()), default=datetime.date.max) - LOOK_BACK
    columns = finished.filter(on_date__gte=since).with_has_done().values_list(*done_columns())
    for patient, day, has_done, answers in columns:
        if counts_as_done(answers, has_done=has_done):
            records[patient].done.add(day)
    spans: dict[uuid.UUID, list[HoldSpan]] = {}
    ill_days: dict[uuid.UUID, set[datetime.date]] = {}
    flags: dict[uuid.UUID, list[FlagSpan]] = {}
    for patient, name, day, first, second, which in _last_days_and_spans(records, finished, since):
        if name == _HOLD:
            spans.setdefault(patient, []).append(HoldSpan(day, first, second, which))
        elif name == _FLAG:
            flags.setdefault(patient, []).append(FlagSpan(which, first, second))
        elif name == _ILL:
            ill_days.setdefault(patient, set()).add(day)
        else:
            setattr(records[patient], name, day)
    partly = {patient for patient, rows in spans.items() if any(not row.is_whole for row in rows)}
    partly |= flags.keys()
    items = list_items_by_version(partly) if partly else {}
    for patient in spans.keys() | ill_days.keys() | flags.keys():
        records[patient].taken = get_taken_days(
            spans.get(patient, ()),
            ill_days.get(patient, ()),
            zone=zones[patient],
            today=records[patient].today,
            schedules=with_items(records[patient].schedules, items),
            flags=flags.get(patient, ()),
        )


def list_later_flags(since: datetime.date | None = None) -> QuerySet[Any]:
    """Return the flags that block exercises and were set after a version of the patient's plans was published.

    With `since`, those that were cleared before that day (in UTC) are left out.
    """
    published = PlanVersion.objects.published().filter(
        plan__patient=OuterRef("patient"), published_at__lt=OuterRef("set_at")
    )
    flags = PatientFlag.objects.filter(Exists(published), flag__in=BLOCKING_FLAGS)
    if since is not None:
        first = datetime.datetime.combine(since, datetime.time.min, tzinfo=datetime.UTC)
        flags = flags.filter(Q(cleared_at=None) | Q(cleared_at__gte=first))
    return flags


def list_items_by_version(patients: Collection[uuid.UUID]) -> dict[uuid.UUID, list[PlannedItem]]:
    """Return the items of every published version of these patients, by version. One query.

    As on the patient's pages, the demands of the published copy count together with those of the exercise today.
    """
    rows = (
        PlanItem.objects.filter(version__plan__patient__in=patients, version__published_at__isnull=False)
        .only("version", "first_week", "last_week", "weekdays")
        .annotate(
            copied_position=F("content__position"),
            copied_demands=F("content__demands"),
            position_today=F("exercise__position"),
            demands_today=F("exercise__demands"),
        )
    )
    items: dict[uuid.UUID, list[PlannedItem]] = {}
    for item in rows:
        copied = demands_of(position=item.copied_position or "", demands=item.copied_demands or ())
        today = demands_of(position=item.position_today, demands=item.demands_today)
        items.setdefault(item.version_id, []).append(PlannedItem(item, copied | today))
    return items


def with_items(schedules: Iterable[Schedule], items: Mapping[Any, Sequence[PlannedItem]]) -> list[Schedule]:
    """Return the schedules with the items of their versions."""
    return [replace(schedule, items=items.get(schedule.version, ())) for schedule in schedules]


def done_columns() -> tuple[Any, ...]:
    """Return the columns of sessions, read `with_has_done`, from which `counts_as_done` tells if a day is done.

    The answers are read only of a session without an exercise done, which is rare.
    """
    answers = Case(When(has_done=True, then=Value(None, output_field=JSONField())), default=F("answers"))
    return ("patient", "on_date", "has_done", answers)


#: Names of rows about days that count neither way.
_HOLD, _ILL, _FLAG = "hold", "ill", "flag"


def _last_days_and_spans(
    records: dict[uuid.UUID, SummaryInput], finished: QuerySet[ExerciseSession], since: datetime.date
) -> QuerySet[Any]:
    """Return rows of patient, name, day, two moments, and the kind of a hold or the flag. One query.

    The moments are the two ends of a hold, or those at which a flag was set and cleared. It is one query for rows of
    every kind, because a summary is computed after every change of a patient's data.
    """
    skipped = SkippedDay.objects.filter(patient__in=records).order_by()
    reports = SafetyReport.objects.filter(patient__in=records).order_by()
    nothing = Cast(Value(None), DateTimeField())  # PostgreSQL asks for the type of a column of nothing
    no_kind = Value("", output_field=CharField())
    last = [
        rows.annotate(name=Value(name, output_field=CharField()))
        .values("patient", "name")
        .annotate(day=Max("on_date"), first_end=nothing, second_end=nothing, which=no_kind)
        .values_list("patient", "name", "day", "first_end", "second_end", "which")
        for rows, name in ((finished, "last_done_on"), (skipped, "skipped_on"), (reports, "told_on"))
    ]
    holds = ExerciseHold.objects.filter(patient__in=records).order_by()
    spans = (
        holds.not_over_before(since)
        .annotate(name=Value(_HOLD, output_field=CharField()))
        .values_list("patient", "name", "on_date", "ended_at", "ends_at", "kind")
    )
    ill = (
        skipped.filter(reason=Reason.UNWELL, on_date__gte=since)
        .annotate(
            name=Value(_ILL, output_field=CharField()), first_end=nothing, second_end=nothing, which=no_kind
        )
        .values_list("patient", "name", "on_date", "first_end", "second_end", "which")
    )
    flags = (
        list_later_flags(since)
        .filter(patient__in=records)
        .order_by()
        .annotate(
            name=Value(_FLAG, output_field=CharField()), day=Cast(Value(None), DateField()), which=F("flag")
        )
        .values_list("patient", "name", "day", "set_at", "cleared_at", "which")
    )
    return last[0].union(*last[1:], spans, ill, flags, all=True)
