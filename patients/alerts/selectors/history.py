"""Read what was told before a session or a report, as input of the alert rules."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from patients.alerts.history import (
    DAYS_CONSIDERED,
    SESSIONS_CONSIDERED,
    USUAL_FROM,
    PastSession,
    get_usual_pain,
)
from patients.models import (
    Alert,
    Effort,
    ExerciseSession,
    Patient,
    SafetyReport,
    Screening,
    SessionEntry,
    SkippedDay,
)

#: The most reports that are read of two weeks.
REPORTS_CONSIDERED = 60


def get_past_sessions(sessions: Sequence[ExerciseSession]) -> list[PastSession]:
    """Return sessions of one patient as input of the rules, in the same order. Two queries."""
    rated: set[object] = set()
    too_hard: dict[object, list[str]] = defaultdict(list)
    reasons: dict[object, set[str]] = defaultdict(set)
    entries = SessionEntry.objects.filter(session__in=sessions).exclude(effort="", reason="")
    values = entries.order_by("item__order", "pk").values_list(
        "session", "effort", "reason", "item__content__name"
    )
    for pk, effort, reason, name in values:
        if reason:
            reasons[pk].add(reason)
        if effort:
            rated.add(pk)
        if effort == Effort.TOO_HARD:
            too_hard[pk].append(name or "")
    raised: dict[object, set[str]] = defaultdict(set)
    for pk, kind in Alert.objects.filter(session__in=sessions).values_list("session", "kind"):
        raised[pk].add(kind)
    return [
        PastSession(
            on_date=session.on_date,
            answers=session.told,
            rated_exercises=session.pk in rated,
            too_hard=tuple(too_hard[session.pk]),
            reasons=frozenset(reasons[session.pk]),
            raised=frozenset(raised[session.pk]),
        )
        for session in sessions
    ]


def get_past_reports(reports: Sequence[SafetyReport]) -> list[PastSession]:
    """Return reports of one patient as input of the rules, in the same order. One query."""
    raised: dict[object, set[str]] = defaultdict(set)
    for pk, kind in Alert.objects.filter(report__in=reports).values_list("report", "kind"):
        raised[pk].add(kind)
    return [
        PastSession(
            on_date=report.on_date,
            answers=report.told,
            reasons=frozenset(filter(None, [report.reason])),
            raised=frozenset(raised[report.pk]),
            is_report=True,
        )
        for report in reports
    ]


@dataclass(frozen=True)
class Told:
    """One row of what was told, with its time. `source` is None for a skipped day, which raises no alert."""

    day: datetime.date
    at: datetime.datetime
    source: ExerciseSession | SafetyReport | None
    past: PastSession


def list_earlier(source: ExerciseSession | SafetyReport) -> list[PastSession]:
    """Return what was told before a session or a report, newest first by the day on which it was told. Six queries.

    These are the last sessions that are finished, and the reports and skipped days of the last two weeks. Data that
    arrived late, from a phone or from paper, counts by its own day.
    """
    return [row.past for row in reversed(list_told_before(source))]


def list_told_before(source: ExerciseSession | SafetyReport) -> list[Told]:
    """Return what was told before a session or a report, from the oldest on; see `list_earlier`. Six queries."""
    since = source.on_date - datetime.timedelta(days=DAYS_CONSIDERED)
    rows = _as_told(_sessions_before(source), _reports_before(source, since))
    return _in_order([*rows, *_skipped_days(source.patient, since, source.on_date)])


def list_told_after(source: ExerciseSession | SafetyReport) -> list[Told]:
    """Return what was told in the two weeks after a session or report that arrived late, from the oldest on.

    Two queries if there is nothing, six otherwise.
    """
    until = source.on_date + datetime.timedelta(days=DAYS_CONSIDERED)
    at = _told_at(source)
    period = {"on_date__gte": source.on_date, "on_date__lt": until}
    finished = ExerciseSession.objects.for_patient(source.patient).finished().filter(**period)
    reported = _list_reports(source.patient).filter(**period)
    later = Q(on_date__gt=source.on_date)
    sessions = list(finished.filter(later | Q(started_at__gt=at)).exclude(pk=source.pk))
    reports = list(reported.filter(later | Q(reported_at__gt=at)).exclude(pk=source.pk)[:REPORTS_CONSIDERED])
    if not sessions and not reports:
        return []
    skipped = _skipped_days(source.patient, source.on_date, until - datetime.timedelta(days=1))
    return _in_order([*_as_told(sessions, reports), *skipped])


def _told_at(source: ExerciseSession | SafetyReport) -> datetime.datetime:
    return source.reported_at if isinstance(source, SafetyReport) else source.started_at


def _as_told(sessions: list[ExerciseSession], reports: list[SafetyReport]) -> list[Told]:
    sources: list[ExerciseSession | SafetyReport] = [*sessions, *reports]
    past = [*get_past_sessions(sessions), *get_past_reports(reports)]
    return [
        Told(source.on_date, _told_at(source), source, each)
        for source, each in zip(sources, past, strict=True)
    ]


def _in_order(rows: list[Told]) -> list[Told]:
    return sorted(rows, key=lambda row: (row.day, row.at))


def _sessions_before(source: ExerciseSession | SafetyReport) -> list[ExerciseSession]:
    before = Q(on_date__lt=source.on_date) | Q(on_date=source.on_date, started_at__lt=_told_at(source))
    finished = ExerciseSession.objects.for_patient(source.patient).finished().filter(before)
    return list(
        finished.filter(on_date__lte=source.on_date)
        .exclude(pk=source.pk)
        .order_by("-on_date", "-started_at")[:SESSIONS_CONSIDERED]
    )


def _reports_before(source: ExerciseSession | SafetyReport, since: datetime.date) -> list[SafetyReport]:
    reports = _list_reports(source.patient).filter(on_date__gt=since)
    if isinstance(source, SafetyReport):
        before = Q(on_date__lt=source.on_date) | Q(
            on_date=source.on_date, reported_at__lte=source.reported_at
        )
        reports = reports.filter(before).exclude(pk=source.pk)
    else:
        # A report in the course of a session is known at its check-in.
        reports = reports.filter(on_date__lte=source.on_date)
    return list(reports.order_by("-on_date", "-reported_at")[:REPORTS_CONSIDERED])


def _list_reports(patient: Patient) -> QuerySet[SafetyReport]:
    """Return the patient's reports, without those that a session of a phone has taken over: it has their answers."""
    sessions = ExerciseSession.objects.filter(patient=OuterRef("patient"), client_key=OuterRef("client_key"))
    return SafetyReport.objects.filter(~Exists(sessions), patient=patient)


def _skipped_days(patient: Patient, after: datetime.date, last: datetime.date) -> list[Told]:
    days = SkippedDay.objects.filter(patient=patient, on_date__gt=after, on_date__lte=last).exclude(reason="")
    return [
        Told(day, at, None, PastSession(on_date=day, reasons=frozenset([reason]), is_report=True))
        for day, at, reason in days.values_list("on_date", "at", "reason")
    ]


def get_first_usual(patient: Patient) -> float | None:
    """Return the usual pain at the beginning: the answer of the screening, else the median of the first ratings.

    None while there are fewer than `USUAL_FROM` ratings. Two queries, one with an answer of the screening.
    """
    screened = Screening.objects.first_usual_pain(patient)
    if screened is not None:
        return screened
    ratings = (
        ExerciseSession.objects.for_patient(patient)
        .finished()
        .filter(pain_before__isnull=False)
        .order_by("on_date", "started_at")
        .values_list("pain_before", flat=True)[:USUAL_FROM]
    )
    return get_usual_pain([rating for rating in ratings if rating is not None])
