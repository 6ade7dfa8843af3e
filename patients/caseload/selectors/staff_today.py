"""Who needs me: the read model behind `/staff/`. A fixed number of queries along indexes, at any size of a clinic."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.db.models import Count, Exists, Min, OuterRef, Q, Subquery
from django.utils import timezone

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
from patients.models import Alert, Patient, PatientSummary, SignInCard
from patients.models.alerts import AlertQuerySet

#: Plans that end within this time are shown, so that what comes next is settled before they do.
ENDING_WITHIN = datetime.timedelta(days=14)
#: The most check-ins, silences and rows of one list; the rest is counted, and a link away.
MOST_ROWS = 20
#: A check-in may raise several alerts: so many are read that MOST_ROWS check-ins are among them.
MOST_ALERTS = 3 * MOST_ROWS
#: Newly registered patients stay on the front desk's page for this long.
NEW_FOR = datetime.timedelta(days=7)


@dataclass(frozen=True)
class NewRequests:
    """Consultation requests that wait for a first answer: how many, and since when the oldest."""

    count: int
    oldest_at: datetime.datetime | None

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
    """The first screen of the day. What a person may not see is empty: the front desk sees no health data.

    `reports` and `quiet` begin with the gravest; at each level, what nobody has in hand comes first, the newest of it
    on top. The `…_beyond` count what is not shown.
    """

    sees_health: bool
    only_mine: bool
    new_requests: NewRequests
    reports: list[AlertDetails] = field(default_factory=list)
    more_reports: int = 0
    messages: WaitingMessages = field(default_factory=WaitingMessages)
    quiet: list[AlertDetails] = field(default_factory=list)
    more_quiet: int = 0
    ending: list[Ending] = field(default_factory=list)
    more_ending: int = 0
    registered: list[Patient] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.reports or self.messages or self.quiet or self.ending or self.new_requests)


def get_staff_today_page(
    user: User, *, only_mine: bool = False, now: datetime.datetime | None = None
) -> StaffTodayPage:
    """Wants a member of a clinic's team. Six queries for those who treat, two for the front desk.

    `only_mine`: the alerts of one's own patients, and whatever went to the whole team.
    """
    now = now or timezone.now()
    requests = _new_requests(user)
    if not has_staff_permission(user, Action.VIEW_HEALTH_DATA):
        return StaffTodayPage(False, False, requests, registered=_newly_registered(user, now))
    for_clinic = Alert.objects.visible_to(user).waiting()
    waiting = for_clinic.filter(concerns(user)) if only_mine else for_clinic
    reports, quiet = _first_reports(waiting, for_clinic)
    counts = waiting.aggregate(
        reports=Count("session", distinct=True), quiet=Count("pk", filter=Q(session=None))
    )
    ending, ending_in_all = _ending(get_clinic_for_user(user), user if only_mine else None, now)
    return StaffTodayPage(
        sees_health=True,
        only_mine=only_mine,
        new_requests=requests,
        reports=reports,
        more_reports=counts["reports"] - len(reports),
        messages=list_waiting_messages(user, only_mine=only_mine),
        quiet=quiet,
        more_quiet=counts["quiet"] - len(quiet),
        ending=ending,
        more_ending=ending_in_all - len(ending),
    )


def concerns(user: User) -> Q:
    """The alerts that a clinician looks after: of their own patients, those they took in hand, and those that went to
    the whole team and that nobody has."""
    unclaimed = Q(escalated_at__isnull=False, acknowledged_at=None)
    return Q(patient__clinician=user) | Q(acknowledged_by=user) | unclaimed


def _new_requests(user: User) -> NewRequests:
    new = ConsultationRequest.objects.visible_to(user).inbox().in_state(RequestState.NEW)
    found = new.aggregate(count=Count("pk"), oldest_at=Min("created_at"))
    return NewRequests(**found)


def _newly_registered(user: User, now: datetime.datetime) -> list[Patient]:
    """The last week's new patients, each with `has_card`: whether one was ever made."""
    cards = SignInCard.objects.own().filter(patient=OuterRef("pk"))
    patients = Patient.objects.visible_to(user).filter(registered_at__gte=now - NEW_FOR)
    return list(patients.annotate(has_card=Exists(cards)).order_by("-registered_at", "pk")[:MOST_ROWS])


# --- Alerts ------------------------------------------------------------------------------------------------------


def _first_reports(
    waiting: AlertQuerySet, for_clinic: AlertQuerySet
) -> tuple[list[AlertDetails], list[AlertDetails]]:
    """The first check-ins and the first silences, in two queries. With a check-in come all alerts of it that wait."""
    told, silent = waiting.about_sessions(), waiting.about_inactivity()
    first = Q()
    for part in (told.filter(acknowledged_at=None), told.filter(acknowledged_at__isnull=False)):
        first |= Q(session__in=_top(part, MOST_ALERTS).values("session"))
    for part in (silent.filter(acknowledged_at=None), silent.filter(acknowledged_at__isnull=False)):
        first |= Q(pk__in=_top(part, MOST_ROWS).values("pk"))
    alerts = sorted(with_people(for_clinic.filter(first)), key=lambda alert: str(alert.session_id))
    reports = sorted((AlertDetails.of(group) for group in group_alerts(alerts)), key=_urgency)
    shown = [report for report in reports if report.session is not None][:MOST_ROWS]
    add_session_details(shown)
    return shown, [report for report in reports if report.session is None][:MOST_ROWS]


def _top(alerts: AlertQuerySet, most: int) -> AlertQuerySet:
    """Read along the index `alerts_waiting`, which is in this order."""
    return alerts.order_by("-level", "-raised_at", "-pk")[:most]


def _urgency(report: AlertDetails) -> tuple[int, bool, float, str]:
    """Level first; then what nobody has in hand; then the newest."""
    newest = max(alert.raised_at for alert in report.alerts)
    return (-report.level, report.is_acknowledged, -newest.timestamp(), str(report.first.pk))


# --- Plans that end -----------------------------------------------------------------------------------------------


def _ending(clinic: Clinic, clinician: User | None, now: datetime.datetime) -> tuple[list[Ending], int]:
    """The first plans to end, and how many end in all; one query along the index `standing_by_end`."""
    today = clinic.today(now)
    standings = PatientSummary.objects.filter(clinic=clinic, ends_on__lte=today + ENDING_WITHIN)
    if clinician is not None:
        standings = standings.filter(patient__clinician=clinician)
    # Asked for beside the rows: nothing is read of those that are only counted.
    in_all = standings.order_by().values("clinic").annotate(count=Count("pk")).values("count")
    rows = list(
        standings.select_related("patient")
        .annotate(in_all=Subquery(in_all))
        .order_by("ends_on", "patient")[:MOST_ROWS]
    )
    ending = [
        Ending(row.patient, last_day, (last_day - today).days)
        for row in rows
        if (last_day := row.ends_on)  # every row of the index has one
    ]
    return ending, rows[0].in_all if rows else 0
