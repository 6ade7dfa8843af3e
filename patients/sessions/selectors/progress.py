"""Selector of the page `/my/progress/`. It counts sessions that were done, never missed days."""

from __future__ import annotations

import calendar
import datetime
import uuid
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Avg, Count, Min, Q

from clinic.regions import get_active_region
from clinic.weeks import list_weekday_names
from patients.models import ExerciseSession, Outcome, Patient, PlanState, PlanVersion, Source
from patients.safety.selectors.known_holds import get_safety_record
from patients.sessions.selectors.own_words import OwnWords
from patients.sessions.selectors.progress_weeks import Weeks, get_recent_weeks
from patients.sessions.selectors.this_week import ThisWeek, get_schedule, this_week
from patients.sessions.selectors.versions import get_current_version, list_version_items
from patients.summaries.taken_days import counts_as_done

#: Period of the average pain; an average, so that one bad day does not decide the number.
PAIN_WINDOW = datetime.timedelta(weeks=4)
#: Numbers of sessions that the page congratulates on.
MILESTONES = (5, 10, 25, 50, 75, 100, 150, 200, 300, 400, 500)


class DayStatus(StrEnum):
    """Mark of a day in the calendar. No day is ever marked as missed."""

    DONE = "done"
    PLANNED = "planned"
    NONE = ""


@dataclass(frozen=True)
class Day:
    """One day of the calendar."""

    date: datetime.date
    mark: DayStatus
    is_today: bool


@dataclass(frozen=True)
class Pain:
    """Average pain (0–10, rounded) before and after the sessions of the last four weeks."""

    before: int
    after: int


@dataclass(frozen=True)
class FinishedSession:
    """One finished session of the list, with its key; `helper` is who entered it, or "" for none."""

    pk: uuid.UUID
    date: datetime.date
    exercises_done: int
    pain_before: int | None
    pain_after: int | None
    is_from_paper: bool
    helper: str = ""


@dataclass(frozen=True)
class Progress:
    """The calendar of one month, and totals.

    `weeks` start as in the active region; None pads the first and the last week.
    """

    today: datetime.date
    month: datetime.date
    weeks: tuple[tuple[Day | None, ...], ...]
    previous_month: datetime.date | None
    next_month: datetime.date | None
    total: int
    week: ThisWeek
    lately: Weeks
    pain: Pain | None
    sessions: tuple[FinishedSession, ...]
    own_words: OwnWords

    @property
    def milestone(self) -> int:
        """The last milestone reached; 0 before the first."""
        return max((number for number in MILESTONES if number <= self.total), default=0)

    @property
    def weekdays(self) -> list[tuple[str, str]]:
        """The calendar's columns: (short, full) name of each day, in the order of the active region."""
        return list_weekday_names()


def get_progress(patient: Patient, now: datetime.datetime, month: datetime.date | None = None) -> Progress:
    """Return the patient's progress with the calendar of `month` (any day of it), in six queries;
    one more if a hold keeps only some exercises away.

    The current month is used for None, and for months before the first session or after the end of the plan.
    """
    today = patient.today(now)
    finished = ExerciseSession.objects.for_patient(patient).finished()
    recent = Q(on_date__gt=today - PAIN_WINDOW)
    sums = finished.aggregate(
        total=Count("pk"),
        earliest=Min("on_date"),
        before=Avg("pain_before", filter=recent),
        after=Avg("pain_after", filter=recent & Q(pain_before__isnull=False)),
    )
    version = get_current_version(patient)
    earliest, latest = _bounds(version, today, sums["earliest"])
    first = (month if month and earliest.replace(day=1) <= month <= latest else today).replace(day=1)
    last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
    in_month = list(
        finished.filter(on_date__range=(first, last))
        .select_related("helped_by")
        .annotate(exercises_done=Count("entries", filter=Q(entries__outcome=Outcome.DONE)))
        .order_by("-on_date", "-finished_at")
    )
    lately = get_recent_weeks(patient, today)
    sessions = tuple(
        FinishedSession(
            session.pk,
            session.on_date,
            session.exercises_done,
            session.pain_before,
            session.pain_after,
            is_from_paper=session.source == Source.PAPER,
            helper=session.helped_by.name if session.helped_by else "",
        )
        for session in in_month
    )
    days_done = {
        row.on_date for row in in_month if counts_as_done(row.answers, has_done=row.exercises_done > 0)
    }
    record = get_safety_record(patient, now, **OwnWords.annotations(patient, first=first, last=last))
    items = list_version_items(version) if version and record.needs_items else ()
    taken = record.get_taken(get_schedule(version, items, patient.zone))
    return Progress(
        today=today,
        month=first,
        weeks=_weeks(first, today, version, days_done),
        previous_month=_month_before(first) if earliest < first else None,
        next_month=last + datetime.timedelta(days=1) if latest > last else None,
        total=sums["total"],
        week=this_week(version, lately.days_done, today, taken),
        lately=lately,
        pain=None if sums["before"] is None else Pain(round(sums["before"]), round(sums["after"])),
        sessions=sessions,
        own_words=OwnWords.read(patient, record.row, now),
    )


def parse_month(text: str) -> datetime.date | None:
    """Return the first day of a month given as "2026-03", or None for any other text."""
    try:
        return datetime.datetime.strptime(text, "%Y-%m").replace(tzinfo=datetime.UTC).date()
    except ValueError:
        return None


def _bounds(
    version: PlanVersion | None, today: datetime.date, earliest: datetime.date | None
) -> tuple[datetime.date, datetime.date]:
    """Return the first and the last day of the calendar's range."""
    days = [today, earliest or today]
    if version is not None:
        days += [version.start_date, version.end_date]
    return min(days), max(days)


def _weeks(
    first: datetime.date, today: datetime.date, version: PlanVersion | None, done: set[datetime.date]
) -> tuple[tuple[Day | None, ...], ...]:
    planned = version if version and version.plan.state == PlanState.ACTIVE else None

    def day(date: datetime.date) -> Day | None:
        if date.month != first.month:
            return None
        if date in done:
            mark = DayStatus.DONE
        elif planned and date >= today and planned.is_planned_on(date):
            mark = DayStatus.PLANNED
        else:
            mark = DayStatus.NONE
        return Day(date, mark, date == today)

    weeks = calendar.Calendar(get_active_region().first_weekday).monthdatescalendar(first.year, first.month)
    return tuple(tuple(day(date) for date in week) for week in weeks)


def _month_before(first: datetime.date) -> datetime.date:
    return (first - datetime.timedelta(days=1)).replace(day=1)
