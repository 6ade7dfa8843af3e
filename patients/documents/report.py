"""The one-page report for the doctor who referred the patient: its data, and its rendering on a single page."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, OuterRef
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from clinic.models import User
from clinic.regions import Paper, get_active_region
from clinic.weeks import list_weekdays
from exercises.pdf import LaidOutDocument, lay_out
from patients.activities.selectors import ToldActivity, read_activities, with_activities
from patients.alerts.rules import alert_rule_definitions
from patients.goals.selectors import GoalHistory, read_goals, with_goals
from patients.models import (
    ActivityKind,
    Alert,
    Effort,
    ExerciseSession,
    Flag,
    Patient,
    PlanEvent,
    PlanState,
    PlanVersion,
    SessionEntry,
    Source,
)
from patients.plans.diff import weekday_names
from patients.plans.prescription import Prescribed
from patients.safety.selectors.known_holds import get_taken_days_of
from patients.sessions.selectors.charts import MOST_PAIN, PainPoint
from patients.sessions.selectors.versions import (
    get_current_version,
    list_published_versions,
    list_version_items,
)
from patients.summaries.adherence import (
    ONE_DAY,
    Schedule,
    Week,
    get_pauses,
    list_weeks,
    planned_days,
    total_percent,
)
from patients.summaries.taken_days import counts_as_done

#: Weeks that the report covers.
WEEKS = 12
#: Sessions at the start and at the end of the period to average: enough that one bad day does not dominate.
TREND_SESSIONS = 5
#: Maximum numbers of exercises and events to list, tried in turn until the report fits on one page. The others are
#: counted.
NAMED = ((20, 8), (12, 6), (8, 4), (4, 2))
#: Font sizes in points, tried in turn.
PRINT_SIZES = (11.5, 10.25, 9)


@dataclass(frozen=True)
class Average:
    """Mean pain (0–10) over some sessions, to one decimal; None if none of them has a value."""

    sessions: int
    before: float | None
    after: float | None


@dataclass(frozen=True)
class EventLine:
    """One safety event: its kind, its day, the day on which it was resolved, and the note about it."""

    kind: str
    on: datetime.date
    settled_on: datetime.date | None
    note: str


@dataclass(frozen=True)
class DoctorReport:
    """All data of the report. The period is from `first` to `today`, both included."""

    patient: Patient
    by: User
    today: datetime.date
    first: datetime.date
    version: PlanVersion | None
    exercises: tuple[Prescribed, ...]
    weeks: list[Week]
    sessions: Sequence[ExerciseSession]
    efforts: dict[str, int]
    events: list[EventLine]
    flags: list[str]
    #: The goal in the patient's own words, None without one.
    goal: GoalHistory | None = None
    #: Activities beside the plan in the period, the newest first.
    activities: tuple[ToldActivity, ...] = ()

    @property
    def days(self) -> str:
        return weekday_names(self.version.weekdays) if self.version else ""

    @property
    def first_weekday(self) -> str:
        """Return the name of the day on which the weeks of the report start."""
        return str(list_weekdays()[0].label)

    @property
    def adherence(self) -> int | None:
        return total_percent(self.weeks)

    @property
    def planned(self) -> int:
        return sum(week.planned for week in self.weeks)

    @property
    def done(self) -> int:
        return sum(week.done for week in self.weeks)

    @property
    def weeks_reached(self) -> int:
        return sum(week.is_adherent for week in self.weeks)

    @property
    def days_from_paper(self) -> int:
        return len({session.on_date for session in self.sessions if session.source == Source.PAPER})

    @property
    def days_with_help(self) -> int:
        return len({session.on_date for session in self.sessions if session.helped_by})

    @property
    def helpers(self) -> str:
        """Return the names of the helpers of the sessions without duplicates: "Maria (daughter), Luis"."""
        return ", ".join(
            dict.fromkeys(session.helped_by.name for session in self.sessions if session.helped_by)
        )

    @property
    def activity_totals(self) -> list[tuple[str, int, int]]:
        """Return each kind of activity told of in the period: its name, how often, and the minutes together."""
        totals = []
        for kind in ActivityKind:
            minutes = [each.minutes for each in self.activities if each.kind is kind]
            if minutes:
                totals.append((str(kind.label), len(minutes), sum(minutes)))
        return totals

    @cached_property
    def pain(self) -> list[PainPoint]:
        return [
            PainPoint(session.on_date, session.pain_before, session.pain_after)
            for session in self.sessions
            if session.pain_after is not None
        ]

    @property
    def pain_at_first(self) -> Average:
        return _average(self.pain[:TREND_SESSIONS])

    @property
    def pain_at_last(self) -> Average:
        return _average(self.pain[-TREND_SESSIONS:])

    @property
    def has_trend(self) -> bool:
        """Return True if there are enough sessions that the first and the last ones do not overlap."""
        return len(self.pain) >= 2 * TREND_SESSIONS

    @property
    def rated_exercises(self) -> int:
        return sum(self.efforts.values())

    @property
    def effort_lines(self) -> list[tuple[str, int]]:
        return [(str(effort.label), self.efforts.get(effort, 0)) for effort in Effort]


def doctor_report(patient: Patient, *, by: User, now: datetime.datetime | None = None) -> DoctorReport:
    """Return the report on the last twelve weeks, or on less if the first plan began later, in ten queries.

    The patient's clinic must be loaded.
    """
    now = now or timezone.now()
    today = patient.today(now)
    versions = list(list_published_versions(patient).select_related("plan"))
    begun = min((version.start_date for version in versions), default=today)
    first = min(max(begun, today - datetime.timedelta(weeks=WEEKS) + ONE_DAY), today)
    version = get_current_version(patient)
    sessions = list(
        ExerciseSession.objects.for_patient(patient)
        .finished()
        .filter(on_date__range=(first, today))
        .select_related("helped_by")
        .with_has_done()
        .order_by("on_date", "finished_at")
    )
    rows = Patient.objects.filter(pk=patient.pk)
    told = rows.values(**with_goals(OuterRef("pk")), **with_activities(OuterRef("pk"), first, today)).get()
    return DoctorReport(
        patient=patient,
        by=by,
        today=today,
        first=first,
        version=version,
        exercises=list_version_items(version) if version and version.plan.state != PlanState.FINISHED else (),
        weeks=_weeks(patient, versions, sessions, first, now),
        sessions=sessions,
        efforts=_efforts(sessions),
        events=_events(patient, first),
        flags=[str(Flag(row.flag).label) for row in patient.flags.live().order_by("set_at", "pk")],
        goal=read_goals(patient, told, now).current,
        activities=read_activities(patient, told, now),
    )


def _weeks(
    patient: Patient,
    versions: Sequence[PlanVersion],
    sessions: Sequence[ExerciseSession],
    first: datetime.date,
    now: datetime.datetime,
) -> list[Week]:
    zone, today = patient.zone, patient.today(now)
    rests = get_pauses(PlanEvent.objects.filter(plan__patient=patient).order_by("at", "pk"), zone)
    schedules = [Schedule.of(version, zone) for version in versions]
    planned = planned_days(schedules, rests, first=first, last=today)
    done = {row.on_date for row in sessions if counts_as_done(row.answers, has_done=row.has_done)}
    taken = get_taken_days_of(patient, now, schedules)
    return list_weeks(
        taken.planned(planned, done),
        taken.done(done),
        first=first,
        today=today,
        first_weekday=get_active_region().first_weekday,
    )


def _efforts(sessions: Sequence[ExerciseSession]) -> dict[str, int]:
    rated = SessionEntry.objects.filter(session__in=sessions).exclude(effort="")
    return dict(rated.order_by().values_list("effort").annotate(Count("pk")))


def _events(patient: Patient, first: datetime.date) -> list[EventLine]:
    """Return the safety events of the period, the newest first.

    The day is that of the session or report, because a paper log may be entered weeks later.
    """
    zone = patient.zone
    # Alerts about inactivity or a single bad day are for the clinic only.
    reported = [kind for kind, row in alert_rule_definitions().items() if row.in_report]
    alerts = (
        Alert.objects.filter(patient=patient, kind__in=reported)
        .annotate(told_on=Coalesce("session__on_date", "report__on_date"))
        .filter(told_on__gte=first)
        .order_by("-told_on", "-raised_at", "pk")
    )
    return [
        EventLine(
            kind=str(alert.get_kind_display()),
            on=alert.told_on,
            settled_on=alert.settled_at.astimezone(zone).date() if alert.settled_at else None,
            note=alert.note,
        )
        for alert in alerts
    ]


def _average(points: Sequence[PainPoint]) -> Average:
    def mean(numbers: Sequence[int]) -> float | None:
        return round(sum(numbers) / len(numbers), 1) if numbers else None

    return Average(
        sessions=len(points),
        before=mean([point.before for point in points if point.before is not None]),
        after=mean([point.after for point in points]),
    )


# --- Rendering ------------------------------------------------------------------------------------------------------

#: Width and height of a plot, in units of its SVG.
PLOT = (480, 180)


def report_page(report: DoctorReport, *, remark: str, paper: Paper) -> LaidOutDocument:
    """Lay out the report: first in smaller print, then with fewer exercises and events, until it fits on one page."""
    given = {name: _plot(f"patients/documents/{name}.svg", report) for name in ("adherence", "pain")}
    sizes: Sequence[float] = PRINT_SIZES
    for most_exercises, most_events in NAMED:
        html = report_html(
            report, remark=remark, paper=paper, most_exercises=most_exercises, most_events=most_events
        )
        page = lay_out(html, sizes=sizes, most_pages=1, given=given)
        if page.number_of_pages == 1:
            break
        # A larger size rarely fits with a shorter list either, and each attempt takes about a second.
        sizes = PRINT_SIZES[-1:]
    return page


def report_html(
    report: DoctorReport,
    *,
    remark: str,
    paper: Paper,
    most_exercises: int = NAMED[0][0],
    most_events: int = NAMED[0][1],
) -> str:
    """Render the report as HTML. Exercises and events that are not listed are counted: "and 12 more"."""
    return render_to_string(
        "patients/documents/report_pdf.html",
        {
            "report": report,
            "remark": remark,
            "paper": paper,
            "language": get_language(),
            "exercises": report.exercises[:most_exercises],
            "more_exercises": max(len(report.exercises) - most_exercises, 0),
            "events": report.events[:most_events],
            "more_events": max(len(report.events) - most_events, 0),
        },
    )


def _plot(template: str, report: DoctorReport) -> str:
    width, height = PLOT
    slot = width / max(len(report.weeks), 1)
    span = max((report.today - report.first).days, 1)

    def place(point: PainPoint, pain: int) -> tuple[str, str]:
        return (
            f"{4 + (width - 8) * (point.on - report.first).days / span:.1f}",
            f"{height * (1 - pain / MOST_PAIN):.1f}",
        )

    before = [place(point, point.before) for point in report.pain if point.before is not None]
    after = [place(point, point.after) for point in report.pain]
    bars = [
        (f"{(number + 1 / 6) * slot:.1f}", f"{slot * 2 / 3:.1f}", week, height * (week.percent or 0) // 100)
        for number, week in enumerate(report.weeks)
    ]
    return render_to_string(
        template,
        {
            "bars": [(x, wide, week, height - tall, tall) for x, wide, week, tall in bars],
            "before": before,
            "after": after,
            "before_line": " ".join(",".join(mark) for mark in before),
            "after_line": " ".join(",".join(mark) for mark in after),
        },
    )
