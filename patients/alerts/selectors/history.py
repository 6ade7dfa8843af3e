"""Read what was told before a session or a report, as input of the alert rules."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Q

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


def list_earlier(source: ExerciseSession | SafetyReport) -> list[PastSession]:
    """Return what was told before a session or a report, newest first by the day on which it was told. Six queries.

    These are the last sessions that are finished, and the reports and skipped days of the last two weeks. Data that
    arrived late, from a phone or from paper, counts by its own day.
    """
    since = source.on_date - datetime.timedelta(days=DAYS_CONSIDERED)
    sessions, reports = _sessions_before(source), _reports_before(source, since)
    told = [
        (row.on_date, row.started_at, past)
        for row, past in zip(sessions, get_past_sessions(sessions), strict=True)
    ]
    told += [
        (row.on_date, row.reported_at, past)
        for row, past in zip(reports, get_past_reports(reports), strict=True)
    ]
    told += _skipped_days(source, since)
    return [past for _day, _at, past in sorted(told, key=lambda each: each[:2], reverse=True)]


def _sessions_before(source: ExerciseSession | SafetyReport) -> list[ExerciseSession]:
    at = source.reported_at if isinstance(source, SafetyReport) else source.started_at
    before = Q(on_date__lt=source.on_date) | Q(on_date=source.on_date, started_at__lt=at)
    finished = ExerciseSession.objects.for_patient(source.patient).finished().filter(before)
    return list(
        finished.filter(on_date__lte=source.on_date)
        .exclude(pk=source.pk)
        .order_by("-on_date", "-started_at")[:SESSIONS_CONSIDERED]
    )


def _reports_before(source: ExerciseSession | SafetyReport, since: datetime.date) -> list[SafetyReport]:
    reports = SafetyReport.objects.filter(patient=source.patient_id, on_date__gt=since)
    if isinstance(source, SafetyReport):
        before = Q(on_date__lt=source.on_date) | Q(
            on_date=source.on_date, reported_at__lte=source.reported_at
        )
        reports = reports.filter(before).exclude(pk=source.pk)
    else:
        # A report in the course of a session is known at its check-in.
        reports = reports.filter(on_date__lte=source.on_date)
    return list(reports.order_by("-on_date", "-reported_at")[:REPORTS_CONSIDERED])


def _skipped_days(
    source: ExerciseSession | SafetyReport, since: datetime.date
) -> list[tuple[datetime.date, datetime.datetime, PastSession]]:
    days = SkippedDay.objects.filter(
        patient=source.patient_id, on_date__gt=since, on_date__lte=source.on_date
    ).exclude(reason="")
    return [
        (day, at, PastSession(on_date=day, reasons=frozenset([reason]), is_report=True))
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
