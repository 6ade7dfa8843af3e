"""The team's page of today, `/staff/`, in a fixed number of queries that use indexes, for any size of clinic."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone

from clinic.audit.context import note_listed
from clinic.models import Clinic, ConsultationRequest, RequestState, User
from clinic.permissions import get_clinic_for_user, has_staff_permission
from clinic.roles import Action
from patients.alerts.selectors.alert_details import (
    AlertDetails,
    add_session_details,
    group_alerts,
    with_people,
)
from patients.messages.selectors import WaitingMessages, list_waiting_messages
from patients.models import (
    Alert,
    ErasureRequest,
    ExerciseHold,
    Patient,
    PatientSummary,
    Screening,
    SignInCard,
)
from patients.models.alerts import AlertQuerySet
from patients.safety.selectors.holds import HoldPanel

#: Plans that end within this time are shown, so that the clinician can decide in time how to continue.
ENDING_WITHIN = datetime.timedelta(days=14)
#: The most check-ins, inactivity alerts and rows of each list; the rest is counted.
MOST_ROWS = 20
#: A check-in may raise several alerts, so this many are read to get MOST_ROWS check-ins.
MOST_ALERTS = 3 * MOST_ROWS
#: Newly registered patients stay on the front desk's page for this long.
NEW_FOR = datetime.timedelta(days=7)


@dataclass(frozen=True)
class NewRequests:
    """The number of consultation requests that wait for a first answer, and the time of the oldest."""

    count: int
    oldest_at: datetime.datetime | None
    #: Requests of patients to delete their data; 0 for members who do not answer them.
    erasures: int = 0

    def __bool__(self) -> bool:
        return self.count > 0


@dataclass(frozen=True)
class Ending:
    """A plan that ends soon, or has ended and was not finished. `days_left` is negative after the last day."""

    patient: Patient
    last_day: datetime.date
    days_left: int


@dataclass(frozen=True)
class StaffTodayPage:
    """The content of the page. Fields that the user may not see are empty: the front desk sees no health data.

    `reports` are check-ins and reports with alerts, `quiet` are inactivity alerts, `holds` are those of a person that
    no open alert tells of. The first two are ordered by level, highest first, then unacknowledged before acknowledged,
    then newest first. `screenings` are those that patients have sent and nobody has finished, longest waiting first.
    The `more_…` fields count the rows that are not shown.
    """

    sees_health: bool
    only_mine: bool
    new_requests: NewRequests
    reports: list[AlertDetails] = field(default_factory=list)
    more_reports: int = 0
    messages: WaitingMessages = field(default_factory=WaitingMessages)
    quiet: list[AlertDetails] = field(default_factory=list)
    more_quiet: int = 0
    holds: list[HoldPanel] = field(default_factory=list)
    screenings: list[Screening] = field(default_factory=list)
    more_screenings: int = 0
    ending: list[Ending] = field(default_factory=list)
    more_ending: int = 0
    registered: list[Patient] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        told = (self.reports, self.quiet, self.holds, self.screenings, self.messages, self.new_requests)
        return not any((*told, self.new_requests.erasures, self.ending))

    @property
    def patients(self) -> list[Patient]:
        """Return the patients whom the page names; one may come more than once."""
        rows = (self.reports, self.quiet, self.screenings, self.messages.rows, self.ending)
        named = [row.patient for group in rows for row in group]
        return [*named, *(panel.hold.patient for panel in self.holds), *self.registered]


def get_staff_today_page(
    user: User, *, only_mine: bool = False, now: datetime.datetime | None = None
) -> StaffTodayPage:
    """Return the page for a member of a clinic's team. Eight queries with health data, two for the front desk.

    `only_mine`: only the alerts for which `concerns` holds, only plans of the user's patients, and only messages and
    screenings of theirs and of patients without a clinician.
    """
    now = now or timezone.now()
    requests = _new_requests(user)
    if not has_staff_permission(user, Action.VIEW_HEALTH_DATA):
        page = StaffTodayPage(False, False, requests, registered=_newly_registered(user, now))
        note_listed(user, [patient.pk for patient in page.patients])
        return page
    for_clinic = Alert.objects.visible_to(user).waiting()
    waiting = for_clinic.filter(concerns(user)) if only_mine else for_clinic
    alerts = _first_alerts(waiting, for_clinic)
    holds = _set_open_holds(alerts, user, only_mine=only_mine)
    reports, quiet = _first_reports(alerts)
    counts = _count_alerts(alerts)
    screenings, screenings_in_all = _sent_screenings(user, only_mine=only_mine)
    ending, ending_in_all = _ending(get_clinic_for_user(user), user if only_mine else None, now)
    page = StaffTodayPage(
        sees_health=True,
        only_mine=only_mine,
        new_requests=requests,
        reports=reports,
        more_reports=counts["sessions"] + counts["reports"] - len(reports),
        messages=list_waiting_messages(user, only_mine=only_mine),
        quiet=quiet,
        more_quiet=counts["quiet"] - len(quiet),
        holds=holds,
        screenings=screenings,
        more_screenings=screenings_in_all - len(screenings),
        ending=ending,
        more_ending=ending_in_all - len(ending),
    )
    note_listed(user, [patient.pk for patient in page.patients])
    return page


def concerns(user: User) -> Q:
    """Return the condition on alerts that concern a clinician.

    These are the alerts of their own patients, those they have acknowledged, and escalated ones that nobody has
    acknowledged.
    """
    unclaimed = Q(escalated_at__isnull=False, acknowledged_at=None)
    return Q(patient__clinician=user) | Q(acknowledged_by=user) | unclaimed


def _new_requests(user: User) -> NewRequests:
    """Return new consultation requests, and open requests for erasure if the user may answer them. One query."""
    new = ConsultationRequest.objects.visible_to(user).inbox().in_state(RequestState.NEW).order_by()
    grouped = new.values("clinic").annotate(count=Count("*"), oldest_at=Min("created_at"))
    erasures = ErasureRequest.objects.visible_to(user).open().order_by()
    if not has_staff_permission(user, Action.ERASE_PATIENTS):
        erasures = erasures.none()
    (found,) = Clinic.objects.filter(pk=get_clinic_for_user(user).pk).values_list(
        Subquery(grouped.values("count")),
        Subquery(grouped.values("oldest_at")),
        Subquery(erasures.values("clinic").annotate(count=Count("*")).values("count")),
    )
    count, oldest_at, erasures_waiting = found
    return NewRequests(count or 0, oldest_at, erasures_waiting or 0)


def _newly_registered(user: User, now: datetime.datetime) -> list[Patient]:
    """Return the patients of the last week, each with `has_card`: True if a card was ever made."""
    cards = SignInCard.objects.own().filter(patient=OuterRef("pk"))
    patients = Patient.objects.visible_to(user).filter(registered_at__gte=now - NEW_FOR)
    return list(patients.annotate(has_card=Exists(cards)).order_by("-registered_at", "pk")[:MOST_ROWS])


# --- Alerts ------------------------------------------------------------------------------------------------------


def _first_alerts(waiting: AlertQuerySet, for_clinic: AlertQuerySet) -> list[Alert]:
    """Return all open alerts of the first check-ins and reports, and the first inactivity alerts. One query.

    Each row holds the numbers of all waiting sessions, reports and inactivity alerts, for `_count_alerts`.
    """
    told, inactive = waiting.about_sessions(), waiting.about_inactivity()
    first = Q()
    for part in (told.filter(acknowledged_at=None), told.filter(acknowledged_at__isnull=False)):
        first |= Q(session__in=_top(part.exclude(session=None), MOST_ALERTS).values("session"))
        first |= Q(report__in=_top(part.exclude(report=None), MOST_ALERTS).values("report"))
    for part in (inactive.filter(acknowledged_at=None), inactive.filter(acknowledged_at__isnull=False)):
        first |= Q(pk__in=_top(part, MOST_ROWS).values("pk"))
    counts = {
        "sessions_in_all": _in_all(waiting, Count("session", distinct=True)),
        "reports_in_all": _in_all(waiting, Count("report", distinct=True)),
        "quiet_in_all": _in_all(inactive, Count("pk")),
    }
    return list(with_people(for_clinic.filter(first)).annotate(**counts))


def _in_all(rows: QuerySet[Any], count: Count) -> Subquery:
    """Return the number of rows as a subquery, so that rows beyond the first are counted and not loaded."""
    return Subquery(rows.order_by().values("clinic").annotate(count=count).values("count"))


def _count_alerts(alerts: list[Alert]) -> dict[str, int]:
    """Return the numbers of all waiting sessions, reports and inactivity alerts: 0 where no alert waits. No query."""
    names = ("sessions", "reports", "quiet")
    return {name: (getattr(alerts[0], f"{name}_in_all") or 0) if alerts else 0 for name in names}


def _first_reports(alerts: list[Alert]) -> tuple[list[AlertDetails], list[AlertDetails]]:
    """Return the first check-ins and reports, each with all of its open alerts, and the first inactivity alerts.

    One query.
    """
    alerts = sorted(alerts, key=lambda alert: str(alert.session_id or alert.report_id))
    reports = sorted((AlertDetails.of(group) for group in group_alerts(alerts)), key=_urgency)
    shown = [report for report in reports if report.source is not None][:MOST_ROWS]
    add_session_details(shown)
    return shown, [report for report in reports if report.source is None][:MOST_ROWS]


def _top(alerts: AlertQuerySet, most: int) -> AlertQuerySet:
    """Return the first alerts in the order of the index `alerts_waiting`."""
    return alerts.order_by("-level", "-raised_at", "-pk")[:most]


def _urgency(report: AlertDetails) -> tuple[int, bool, float, str]:
    """Return the sort key: highest level first, then unacknowledged, then newest."""
    newest = max(alert.raised_at for alert in report.alerts)
    return (-report.level, report.is_acknowledged, -newest.timestamp(), str(report.first.pk))


def _set_open_holds(alerts: list[Alert], user: User, *, only_mine: bool) -> list[HoldPanel]:
    """Set `open_holds` of the patients of these alerts, and return the first open holds without an alert. One query.

    These are the holds whose alert is resolved, or was never raised; those that nobody looked at come first. An alert
    that a clinic has switched off, such as that of new weakness, begins its hold all the same.
    """
    told = Alert.objects.waiting().filter(
        Q(session__isnull=False, session=OuterRef("session"))
        | Q(report__isnull=False, report=OuterRef("report"))
    )
    for_a_person = ExerciseHold.objects.visible_to(user).for_a_person()
    holds = for_a_person.filter(~Exists(told))
    if only_mine:
        unseen = Q(escalated_at__isnull=False, looked_at=None)
        holds = holds.filter(Q(patient__clinician=user) | Q(looked_by=user) | unseen)
    first = holds.order_by(F("looked_at").asc(nulls_first=True), "begun_at", "pk")[:MOST_ROWS]
    patients = {alert.patient_id for alert in alerts}
    rows = list(
        for_a_person.filter(Q(patient__in=patients) | Q(pk__in=first.values("pk")))
        .annotate(is_shown=Case(When(pk__in=first.values("pk"), then=True), default=False))
        .select_related("patient", "looked_by")
        .order_by(F("looked_at").asc(nulls_first=True), "begun_at", "pk")
    )
    for alert in alerts:
        alert.patient.open_holds = [  # type: ignore[attr-defined]
            hold for hold in rows if hold.patient_id == alert.patient_id
        ]
    return [HoldPanel(hold) for hold in rows if hold.is_shown]


# --- Sent screenings ----------------------------------------------------------------------------------------------


def _sent_screenings(user: User, *, only_mine: bool) -> tuple[list[Screening], int]:
    """Return the first screenings that wait for a clinician, and the number of all. One query, `screenings_waiting`."""
    waiting = Screening.objects.visible_to(user).waiting()
    if only_mine:
        waiting = waiting.filter(Q(patient__clinician=user) | Q(patient__clinician=None))
    rows = waiting.select_related("patient").annotate(in_all=_in_all(waiting, Count("pk")))
    first = list(rows.order_by("sent_at", "pk")[:MOST_ROWS])
    return [*first], first[0].in_all if first else 0


# --- Ending plans -------------------------------------------------------------------------------------------------


def _ending(clinic: Clinic, clinician: User | None, now: datetime.datetime) -> tuple[list[Ending], int]:
    """Return the first plans to end, and the number of all that end soon. One query, index `standing_by_end`."""
    today = clinic.today(now)
    summaries = PatientSummary.objects.filter(clinic=clinic, ends_on__lte=today + ENDING_WITHIN)
    if clinician is not None:
        summaries = summaries.filter(patient__clinician=clinician)
    rows = list(
        summaries.select_related("patient")
        .annotate(in_all=_in_all(summaries, Count("pk")))
        .order_by("ends_on", "patient")[:MOST_ROWS]
    )
    ending = [
        Ending(row.patient, last_day, (last_day - today).days)
        for row in rows
        if (last_day := row.ends_on)  # never None here, which the type checker cannot know
    ]
    return ending, rows[0].in_all if rows else 0
