"""The patient's story on one page: the read model behind `/staff/patients/<id>/`."""

from __future__ import annotations

import datetime
import math
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.db.models import Prefetch
from django.utils import timezone

from clinic.access import may_do
from clinic.models import User
from clinic.roles import Action

from .adherence import ONE_DAY, Schedule, Week, planned_days, rests_of, total_percent, weeks_of
from .changes import changes, weekday_names
from .charts import PainPlot, PainPoint, WeekPlot, pain_plot, week_plot
from .models import (
    Alert,
    ExerciseSession,
    Patient,
    Plan,
    PlanEvent,
    PlanItem,
    PlanState,
    PlanVersion,
)
from .plan_content import PlanContent
from .plan_states import Move, MoveRow, moves_from
from .prescription import Prescribed, prescribed
from .reports import Report, reports_from

#: Weeks of the plots: half a year says how it is going.
WEEKS_SHOWN = 26
#: The most alerts of one page, newest first.
EVENTS_SHOWN = 12


@dataclass(frozen=True)
class VersionStory:
    """One published version: what it prescribed and what it changed. `changes` is empty for the first of a plan."""

    version: PlanVersion
    exercises: list[Prescribed]
    changes: list[str]

    @property
    def minutes(self) -> int:
        """About how long one session takes."""
        return session_minutes(self.exercises)

    @property
    def days(self) -> str:
        return weekday_names(self.version.weekdays)


@dataclass(frozen=True)
class PlanStory:
    """One plan with its published versions and moves, newest first, and its draft if there is one."""

    plan: Plan
    versions: list[VersionStory]
    events: list[PlanEvent]
    draft: PlanVersion | None

    @property
    def current(self) -> VersionStory | None:
        return self.versions[0] if self.versions else None

    @property
    def is_open(self) -> bool:
        return self.plan.state != PlanState.FINISHED

    @property
    def moves(self) -> list[MoveRow]:
        """Publishing has its own page and button."""
        return [row for row in moves_from(self.plan.state) if row.move is not Move.PUBLISH]

    @property
    def pause_note(self) -> str:
        """Why the plan rests, while it does."""
        last = next((event for event in self.events if event.to_state == PlanState.PAUSED), None)
        return last.note if last and self.plan.state == PlanState.PAUSED else ""


@dataclass(frozen=True)
class HealthStory:
    """What only those who treat may see."""

    today: datetime.date
    plan: PlanStory | None
    earlier: list[PlanStory]
    weeks: list[Week]
    sessions: list[ExerciseSession]
    reports: list[Report]

    @property
    def waiting(self) -> list[Report]:
        return [report for report in self.reports if report.is_waiting]

    @property
    def settled(self) -> list[Report]:
        return [report for report in self.reports if not report.is_waiting]

    @property
    def adherence(self) -> int | None:
        """Percent of what was planned, over the weeks shown."""
        return total_percent(self.weeks)

    @property
    def week_plot(self) -> WeekPlot:
        return week_plot(self.weeks)

    @property
    def pain(self) -> list[PainPoint]:
        return [
            PainPoint(row.on_date, row.pain_before, row.pain_after)
            for row in self.sessions
            if row.pain_after is not None
        ]

    @property
    def pain_plot(self) -> PainPlot:
        return pain_plot(self.pain)

    @property
    def last_done(self) -> datetime.date | None:
        return self.sessions[-1].on_date if self.sessions else None

    @property
    def holds_standing(self) -> bool:
        return any(report.holds_standing for report in self.waiting)


@dataclass(frozen=True)
class PatientStory:
    """The page. `health` is None for the front desk."""

    patient: Patient
    age: int
    health: HealthStory | None = field(default=None)


def patient_story(user: User, patient: Patient, *, now: datetime.datetime | None = None) -> PatientStory:
    """Wants the patient of `reach.patient_for`. No query for the front desk, six for those who treat."""
    now = now or timezone.now()
    today = patient.today(now)
    return PatientStory(
        patient=patient,
        age=age_on(today, patient.date_of_birth),
        health=_health(patient, today) if may_do(user, Action.SEE_HEALTH) else None,
    )


def age_on(today: datetime.date, born: datetime.date) -> int:
    """Whole years lived on that day."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def session_minutes(exercises: Iterable[Prescribed]) -> int:
    """About how long these exercises take together, rounded up to whole minutes."""
    return math.ceil(sum(exercise.session_dose.session_seconds() for exercise in exercises) / 60)


def _health(patient: Patient, today: datetime.date) -> HealthStory:
    since = today - datetime.timedelta(weeks=WEEKS_SHOWN)
    plans = plan_stories(patient)
    sessions = list(
        ExerciseSession.objects.of_patient(patient)
        .finished()
        .filter(on_date__gt=since)
        .order_by("on_date", "finished_at")
    )
    return HealthStory(
        today=today,
        plan=next((story for story in plans if story.is_open), None),
        earlier=[story for story in plans if not story.is_open],
        weeks=_weeks(patient, plans, sessions, since, today),
        sessions=sessions,
        reports=reports_from(Alert.objects.filter(patient=patient), most=EVENTS_SHOWN),
    )


def plan_stories(patient: Patient) -> list[PlanStory]:
    """Every plan of the patient with its versions, newest first. Three queries."""
    versions = (
        PlanVersion.objects.filter(plan__patient=patient)
        .select_related("plan", "published_by", "edited_by")
        .prefetch_related(Prefetch("items", PlanItem.objects.select_related("exercise").in_order()))
        .order_by("-plan__created_at", "plan", "-number")
    )
    moves = PlanEvent.objects.filter(plan__patient=patient).select_related("by").order_by("-at", "-pk")
    events: dict[uuid.UUID, list[PlanEvent]] = {}
    for event in moves:
        events.setdefault(event.plan_id, []).append(event)
    return [
        _plan_story(list(group), events.get(plan_id, []))
        for plan_id, group in groupby(versions, key=lambda version: version.plan_id)
    ]


def _plan_story(versions: list[PlanVersion], events: list[PlanEvent]) -> PlanStory:
    """One plan from its versions, newest first: there is always at least one."""
    published = [version for version in versions if version.is_published]
    contents = [PlanContent.of(version, list(version.items.all())) for version in published]
    return PlanStory(
        plan=versions[0].plan,
        versions=[
            VersionStory(
                version=version,
                exercises=[prescribed(item) for item in version.items.all()],
                changes=changes(contents[place + 1], contents[place]) if place + 1 < len(contents) else [],
            )
            for place, version in enumerate(published)
        ],
        events=events,
        draft=next((version for version in versions if not version.is_published), None),
    )


def _weeks(
    patient: Patient,
    plans: Sequence[PlanStory],
    sessions: Sequence[ExerciseSession],
    since: datetime.date,
    today: datetime.date,
) -> list[Week]:
    """Adherence from the first week with a plan, or with a session, on."""
    zone = patient.zone
    schedules = [Schedule.of(story.version, zone) for plan in plans for story in plan.versions]
    rests = rests_of((event for plan in plans for event in plan.events), zone)
    planned = planned_days(schedules, rests, first=since + ONE_DAY, last=today)
    done = {session.on_date for session in sessions}
    if not planned and not done:
        return []
    return weeks_of(planned, done, first=min(planned | done), today=today)
