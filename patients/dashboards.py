"""Who needs me: the read model behind `/staff/`. A fixed number of queries, whatever the size of the clinic."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from clinic.access import may_do
from clinic.models import Clinic, ConsultationRequest, RequestState, User
from clinic.roles import Action

from .adherence import ONE_DAY, Schedule, days_from, missed_since, planned_days, rests_of
from .models import Alert, ExerciseSession, Patient, PlanEvent, PlanState, PlanVersion, SignInCard
from .reach import clinic_of
from .reports import Report, reports_from

#: Quiet: nothing logged for this many planned days (alert ladder, low) …
QUIET_PLANNED_DAYS = 3
#: … or for this many days in a row (alert ladder, high).
QUIET_DAYS = 14
#: How far back planned days are counted for someone who went quiet.
LOOK_BACK = datetime.timedelta(weeks=8)
#: Plans that end within this time are shown, so that what comes next is settled before they do.
ENDING_WITHIN = datetime.timedelta(days=14)
#: The most rows of one list; the rest is counted.
MOST_ROWS = 20
#: The most waiting events of the page; the others follow as these are settled.
MOST_EVENTS = 40
#: Newly registered patients stay on the front desk's page for this long.
NEW_FOR = datetime.timedelta(days=7)


@dataclass(frozen=True)
class Quiet:
    """Someone who has not logged anything for a while. `missed` counts planned days of the last eight weeks."""

    patient: Patient
    missed: int
    last_done: datetime.date | None
    is_high: bool


@dataclass(frozen=True)
class Ending:
    """A plan that ends soon, or has ended and was not finished. `days_left` is negative after the last day."""

    patient: Patient
    last_day: datetime.date
    days_left: int


@dataclass(frozen=True)
class TodayBoard:
    """The first screen of the day. What a person may not see is empty: the front desk sees no health data."""

    sees_health: bool
    only_mine: bool
    new_requests: int
    reports: list[Report]
    more_reports: bool
    quiet: list[Quiet]
    quiet_beyond: int
    ending: list[Ending]
    ending_beyond: int
    registered: list[Patient]

    @property
    def nobody_needs_me(self) -> bool:
        return not (self.reports or self.quiet or self.ending or self.new_requests)


def today_board(user: User, *, only_mine: bool = False, now: datetime.datetime | None = None) -> TodayBoard:
    """Wants a member of a clinic's team. Seven queries for a clinician, two for the front desk."""
    now = now or timezone.now()
    clinic = clinic_of(user)
    requests = ConsultationRequest.objects.visible_to(user).inbox().in_state(RequestState.NEW).count()
    if not may_do(user, Action.SEE_HEALTH):
        return TodayBoard(False, False, requests, [], False, [], 0, [], 0, _newly_registered(user, now))
    mine = Q(patient__clinician=user) if only_mine else Q()
    waiting = Alert.objects.visible_to(user).waiting().filter(mine)
    reports = reports_from(waiting, most=MOST_EVENTS + 1)
    more_reports = sum(len(report.events) for report in reports) > MOST_EVENTS
    quiet, ending = _quiet_and_ending(clinic, user if only_mine else None, now)
    shown = {row.patient for row in quiet[:MOST_ROWS]} | {row.patient for row in ending[:MOST_ROWS]}
    people = Patient.objects.in_bulk(shown)
    return TodayBoard(
        sees_health=True,
        only_mine=only_mine,
        new_requests=requests,
        reports=reports[:-1] if more_reports else reports,
        more_reports=more_reports,
        quiet=[
            Quiet(people[row.patient], row.missed, row.last_done, row.is_high) for row in quiet[:MOST_ROWS]
        ],
        quiet_beyond=max(0, len(quiet) - MOST_ROWS),
        ending=[Ending(people[row.patient], row.last_day, row.days_left) for row in ending[:MOST_ROWS]],
        ending_beyond=max(0, len(ending) - MOST_ROWS),
        registered=[],
    )


def _newly_registered(user: User, now: datetime.datetime) -> list[Patient]:
    """The last week's new patients, each with `has_card`: whether one was ever made."""
    cards = SignInCard.objects.filter(patient=OuterRef("pk"))
    patients = Patient.objects.visible_to(user).filter(registered_at__gte=now - NEW_FOR)
    return list(patients.annotate(has_card=Exists(cards)).order_by("-registered_at", "pk")[:MOST_ROWS])


# --- Quiet, ending -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Active:
    """What decides about one active plan: its latest published version and the patient's last finished session."""

    plan: uuid.UUID
    patient: uuid.UUID
    time_zone: str
    start_date: datetime.date
    weeks: int
    last_done: datetime.date | None

    @property
    def last_day(self) -> datetime.date:
        return self.start_date + datetime.timedelta(weeks=self.weeks) - ONE_DAY


@dataclass(frozen=True)
class _QuietRow:
    patient: uuid.UUID
    missed: int
    last_done: datetime.date | None
    is_high: bool


@dataclass(frozen=True)
class _EndingRow:
    patient: uuid.UUID
    last_day: datetime.date
    days_left: int


def _quiet_and_ending(
    clinic: Clinic, clinician: User | None, now: datetime.datetime
) -> tuple[list[_QuietRow], list[_EndingRow]]:
    """Three queries: the active plans as plain values, then versions and pauses of those that may be quiet."""
    plans = list(_active_plans(clinic, clinician))
    today = clinic.today(now)
    candidates = [
        plan
        for plan in plans
        if plan.start_date + QUIET_PLANNED_DAYS * ONE_DAY <= today + ONE_DAY
        and (plan.last_done is None or today - plan.last_done > QUIET_PLANNED_DAYS * ONE_DAY)
    ]
    ending = [
        _EndingRow(plan.patient, plan.last_day, (plan.last_day - today).days)
        for plan in plans
        if plan.last_day - today <= ENDING_WITHIN
    ]
    quiet = _quiet(candidates, clinic, now)
    return (
        sorted(quiet, key=lambda row: (not row.is_high, -row.missed, str(row.patient))),
        sorted(ending, key=lambda row: (row.days_left, str(row.patient))),
    )


def _active_plans(clinic: Clinic, clinician: User | None) -> Iterable[_Active]:
    newer = PlanVersion.objects.published().filter(plan=OuterRef("plan"), number__gt=OuterRef("number"))
    sessions = ExerciseSession.objects.finished().filter(patient=OuterRef("plan__patient"))
    versions = PlanVersion.objects.published().filter(
        ~Exists(newer), plan__state=PlanState.ACTIVE, plan__patient__clinic=clinic
    )
    if clinician is not None:
        versions = versions.filter(plan__patient__clinician=clinician)
    last_done = Subquery(sessions.order_by("-on_date").values("on_date")[:1])
    rows = versions.values_list(
        "plan", "plan__patient", "plan__patient__time_zone", "start_date", "weeks", last_done
    )
    return (_Active(*row) for row in rows)


def _quiet(candidates: list[_Active], clinic: Clinic, now: datetime.datetime) -> Iterable[_QuietRow]:
    plans = [plan.plan for plan in candidates]
    versions = _by_plan(PlanVersion.objects.published().filter(plan__in=plans))
    events = _by_plan(PlanEvent.objects.filter(plan__in=plans))
    for plan in candidates:
        zone = ZoneInfo(plan.time_zone) if plan.time_zone else clinic.zone
        today = now.astimezone(zone).date()
        schedules = [Schedule.of(version, zone) for version in versions.get(plan.plan, ())]
        rests = rests_of(events.get(plan.plan, ()), zone)
        planned = planned_days(
            schedules,
            rests,
            first=max(today - LOOK_BACK, min(schedule.in_force_from for schedule in schedules)),
            last=today,
        )
        missed = missed_since(planned, last_done=plan.last_done, today=today)
        if not missed:
            continue
        silent_from = (plan.last_done or missed[0]) + ONE_DAY
        silent = days_from(max(silent_from, today - LOOK_BACK), today)
        is_high = sum(not any(rest.covers(day) for rest in rests) for day in silent) >= QUIET_DAYS
        if is_high or len(missed) >= QUIET_PLANNED_DAYS:
            yield _QuietRow(plan.patient, len(missed), plan.last_done, is_high)


def _by_plan(rows: QuerySet) -> dict[uuid.UUID, list]:
    by_plan: dict[uuid.UUID, list] = {}
    for row in rows:
        by_plan.setdefault(row.plan_id, []).append(row)
    return by_plan
