"""The content of the patient detail page, `/staff/patients/<id>/`."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Case, FilteredRelation, When
from django.utils import timezone

from clinic.models import User
from clinic.permissions import has_staff_permission
from clinic.regions import get_active_region
from clinic.roles import Action
from clinic.weeks import list_weekday_names, start_of_week
from patients.activities.selectors import read_activities
from patients.alerts.selectors.alert_details import AlertDetails, group_alerts, with_report_details
from patients.goals.selectors import PatientGoals, get_known_goals
from patients.models import (
    Alert,
    ExerciseHold,
    ExerciseSession,
    Outcome,
    Patient,
    PlanItem,
    SessionEntry,
    Source,
)
from patients.plans.selectors.exercise_precautions import EffectsOnPlan, find_effects_of_new_flags
from patients.records.selectors.plan_histories import PlanHistory, VersionHistory, list_plan_histories
from patients.safety.selectors.holds import HoldPanel, kinds_of
from patients.safety.selectors.known_holds import get_known_record
from patients.safety.selectors.plan_safety import PatientSafety
from patients.safety.selectors.return_notes import ReturnNote, list_reducing_notes
from patients.screening.foot_risk import FootRisk
from patients.screening.selectors import ScreeningStatus, get_patient_foot_risk, get_screening_state
from patients.sessions.selectors.charts import (
    Axis,
    HeatMap,
    PainPlot,
    PainPoint,
    PlacedMark,
    Share,
    WeekPlot,
    effort_plot,
    heat_map,
    pain_plot,
    placed,
    week_plot,
)
from patients.sessions.selectors.session_log import (
    SessionLogRow,
    get_skipped_days,
    get_wishes,
    session_log,
    with_corrections,
    with_note,
)
from patients.sessions.selectors.timeline import (
    CalendarWeek,
    Days,
    EffortWeek,
    TimelineEvent,
    build_calendar,
    count_efforts,
    get_days,
    list_marks,
)
from patients.summaries.adherence import (
    ONE_DAY,
    PlannedItem,
    Schedule,
    Week,
    list_weeks,
    total_percent,
)
from patients.summaries.taken_days import counts_as_done

#: Weeks in the plots: half a year.
WEEKS_SHOWN = 26
#: The most alerts that are read: open ones first, then the newest resolved ones. They are marked on the timeline.
ALERTS_READ = 60
#: The most resolved alerts that are shown with details.
SETTLED_SHOWN = 6


@dataclass(frozen=True)
class PatientHold:
    """One hold in force; `alert` is the id of the open alert that is resolved together with it."""

    panel: HoldPanel
    alert: uuid.UUID | None


@dataclass(frozen=True)
class HealthDetails:
    """The part of the page for users who may see health data."""

    today: datetime.date
    plan: PlanHistory | None
    earlier: list[PlanHistory]
    weeks: list[Week]
    days: Days
    sessions: list[ExerciseSession]
    log: list[SessionLogRow]
    efforts: list[EffortWeek]
    reports: list[AlertDetails]
    effects: EffectsOnPlan
    marks: list[TimelineEvent]
    safety: PatientSafety
    screening: ScreeningStatus
    foot_risk: FootRisk
    holds: list[ExerciseHold]
    return_notes: list[ReturnNote]
    goals: PatientGoals

    @property
    def waiting(self) -> list[AlertDetails]:
        return [report for report in self.reports if report.is_waiting]

    @property
    def settled(self) -> list[AlertDetails]:
        return [report for report in self.reports if not report.is_waiting][:SETTLED_SHOWN]

    @property
    def hold_panels(self) -> list[PatientHold]:
        """The holds in force, each with the open alert that asks for its answer, if there is one."""
        return [
            PatientHold(
                HoldPanel(hold),
                next(
                    (row.first.pk for row in self.waiting if hold.pk in {each.pk for each in row.holds}), None
                ),
            )
            for hold in self.holds
        ]

    @property
    def held(self) -> set[uuid.UUID]:
        """The items of the current version that a hold keeps away."""
        current = self.plan.current if self.plan else None
        kinds = kinds_of(self.holds)
        return {row.item.pk for row in current.exercises if row.is_kept_away(kinds)} if current else set()

    @property
    def offered(self) -> int:
        """The number of exercises of the current version that no hold keeps away."""
        current = self.plan.current if self.plan else None
        return len(current.exercises) - len(self.held) if current else 0

    @property
    def adherence(self) -> int | None:
        """Adherence in percent over the weeks shown; None if nothing was planned."""
        return total_percent(self.weeks)

    @cached_property
    def axis(self) -> Axis:
        """The time axis of all plots. Needs at least one week."""
        return Axis.of(self.weeks)

    @property
    def week_plot(self) -> WeekPlot:
        return week_plot(self.weeks)

    @property
    def pain(self) -> list[PainPoint]:
        return [
            PainPoint(row.on_date, row.pain_before, row.pain_after, row.source == Source.PAPER)
            for row in self.sessions
            if row.pain_after is not None
        ]

    @property
    def pain_plot(self) -> PainPlot:
        return pain_plot(self.pain, self.axis)

    @cached_property
    def calendar(self) -> list[CalendarWeek]:
        return (
            build_calendar(self.days, starts_on=self.weeks[0].starts_on, today=self.today)
            if self.weeks
            else []
        )

    @property
    def heat_map(self) -> HeatMap:
        return heat_map(self.calendar)

    @property
    def weekday_names(self) -> list[tuple[str, str]]:
        """The (short, full) names of the rows of the calendar."""
        return list_weekday_names()

    @property
    def effort_plot(self) -> list[Share]:
        return effort_plot(self.efforts)

    @property
    def has_efforts(self) -> bool:
        return any(week.rated for week in self.efforts)

    @cached_property
    def placed_marks(self) -> list[PlacedMark]:
        return placed(self.marks, self.axis)

    @property
    def from_paper(self) -> list[ExerciseSession]:
        """The sessions that the team entered from a paper log."""
        return [session for session in self.sessions if session.source == Source.PAPER]

    @property
    def last_done(self) -> datetime.date | None:
        return self.sessions[-1].on_date if self.sessions else None

    @property
    def last_skipped_day(self) -> SessionLogRow | None:
        """The last planned day that the patient skipped."""
        return next((line for line in self.log if line.no), None)


@dataclass(frozen=True)
class PatientDetailPage:
    """The content of the page. `health` is None for a user who may not see health data."""

    patient: Patient
    age: int
    health: HealthDetails | None = field(default=None)


def get_patient_detail(
    user: User,
    patient: Patient,
    *,
    safety: PatientSafety | None = None,
    now: datetime.datetime | None = None,
) -> PatientDetailPage:
    """Return the page of a patient from `patients.lookups.get_patient_or_404`.

    Six queries, four if `safety` is given with a patient from `get_patient_with_safety_or_404`; none for a user who may
    not see health data. A patient read without holds and days costs one query more.
    """
    now = now or timezone.now()
    today = patient.today(now)
    return PatientDetailPage(
        patient=patient,
        age=get_age(today, patient.date_of_birth),
        health=_health(patient, now, safety) if has_staff_permission(user, Action.VIEW_HEALTH_DATA) else None,
    )


def get_age(today: datetime.date, born: datetime.date) -> int:
    """Return the age in whole years on the day `today`."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _health(patient: Patient, now: datetime.datetime, safety: PatientSafety | None) -> HealthDetails:
    """Return the health details. Six queries, four if `safety` is given."""
    screening = ScreeningStatus.of(patient, patient, now) if safety else get_screening_state(patient, now)
    safety = safety or PatientSafety.of(patient)
    today = patient.today(now)
    since = start_of_week(today) - datetime.timedelta(weeks=WEEKS_SHOWN - 1) - ONE_DAY
    plans = list_plan_histories(patient)
    events = [event for plan in plans for event in plan.events]
    sessions, entries = _sessions(patient, since)
    items = {line.item.pk: line.item for plan in plans for entry in plan.versions for line in entry.exercises}
    schedules = [_schedule(entry, patient) for plan in plans for entry in plan.versions]
    record = get_known_record(patient, now)
    holds, taken = record.live, record.get_taken(schedules)
    alerts = _alerts(patient, entries, items, holds)
    done = {
        session.on_date
        for session in sessions
        if counts_as_done(
            session.answers, has_done=any(each.outcome == Outcome.DONE for each in entries[session.pk])
        )
    }
    days = get_days(
        schedules, events, done, taken=taken, zone=patient.zone, first=since + ONE_DAY, last=today
    )
    weeks = _weeks(days, today)
    versions = [entry.version for plan in plans for entry in plan.versions]
    return HealthDetails(
        today=today,
        plan=next((plan for plan in plans if plan.is_open), None),
        earlier=[plan for plan in plans if not plan.is_open],
        weeks=weeks,
        days=days,
        sessions=sessions,
        log=session_log(
            sessions,
            entries,
            items,
            get_skipped_days(patient),
            [*{alert.report for alert in alerts if alert.report}, *get_wishes(patient)],
            read_activities(patient, vars(patient), now) if hasattr(patient, "known_activities") else (),
        ),
        efforts=count_efforts(
            ((row.on_date, entry.effort) for row in sessions for entry in entries[row.pk] if entry.effort),
            weeks,
        ),
        reports=[AlertDetails.of(group) for group in group_alerts(alerts)],
        effects=_find_effects(plans, safety),
        marks=list_marks(versions, events, alerts, patient.zone),
        safety=safety,
        screening=screening,
        foot_risk=get_patient_foot_risk({row.flag: row.is_unsettled for row in safety.flags}),
        holds=holds,
        return_notes=list_reducing_notes(patient, record, today),
        goals=get_known_goals(patient, now),
    )


def _find_effects(plans: list[PlanHistory], safety: PatientSafety) -> EffectsOnPlan:
    """Return what flags set since the publishing of the open plan change in it."""
    current = next((plan.current for plan in plans if plan.is_open), None)
    if current is None:
        return EffectsOnPlan()
    return find_effects_of_new_flags(current.version, [line.item for line in current.exercises], safety)


def _sessions(
    patient: Patient, since: datetime.date
) -> tuple[list[ExerciseSession], dict[uuid.UUID, list[SessionEntry]]]:
    """Return the finished sessions after `since`, oldest first, and their entries by session. One query."""
    rows = (
        ExerciseSession.objects.for_patient(patient)
        .finished()
        .filter(on_date__gt=since)
        .annotate(entry=FilteredRelation("entries"), **with_note(), **with_corrections())
        .select_related("entry__instead", "helped_by")  # type: ignore[misc]
        .order_by("on_date", "finished_at", "pk", "entry__pk")
    )
    sessions: dict[uuid.UUID, ExerciseSession] = {}
    entries: dict[uuid.UUID, list[SessionEntry]] = {}
    for row in rows:
        sessions.setdefault(row.pk, row)
        # A joined row of a session without entries has no attribute `entry`.
        entries.setdefault(row.pk, []).extend([row.entry] if hasattr(row, "entry") else [])
    return list(sessions.values()), entries


def _alerts(
    patient: Patient,
    entries: dict[uuid.UUID, list[SessionEntry]],
    items: dict[uuid.UUID, PlanItem],
    holds: Sequence[ExerciseHold],
) -> list[Alert]:
    """Return open alerts first, then the newest resolved ones. One query: entries and holds are already loaded.

    An alert of a session before the weeks shown has no entries.
    """
    waiting_first = Case(When(settled_at=None, then=0), default=1)
    rows = with_report_details(Alert.objects.filter(patient=patient)).prefetch_related(None)
    alerts = list(rows.order_by(waiting_first, "-raised_at", "session_id", "report_id", "kind")[:ALERTS_READ])
    for alert in alerts:
        alert.patient.open_holds = [hold for hold in holds if hold.needs_a_person]  # type: ignore[attr-defined]
    for session in (alert.session for alert in alerts if alert.session):
        done = entries.get(session.pk, [])
        for entry in done:
            entry.item = items[entry.item_id]
        done.sort(key=lambda entry: (entry.item.order, entry.pk))
        # Fills the cache that `prefetch_related` would fill, without a second query for the same entries.
        session._prefetched_objects_cache = {"entries": done}  # type: ignore[attr-defined]
    return alerts


def _schedule(entry: VersionHistory, patient: Patient) -> Schedule:
    items = [PlannedItem(row.line, row.all_demands) for row in entry.exercises]
    return Schedule.of(entry.version, patient.zone, items)


def _weeks(days: Days, today: datetime.date) -> list[Week]:
    """Return the adherence of each week, from the first week with a planned day or a session on."""
    if not days.planned and not days.done:
        return []
    first_weekday = get_active_region().first_weekday
    return list_weeks(
        days.planned,
        days.done,
        first=min(days.planned | days.done),
        today=today,
        first_weekday=first_weekday,
    )
