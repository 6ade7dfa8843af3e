"""Selectors of a patient's published plan versions: the current one, its exercises by day and by week."""

from __future__ import annotations

import datetime
import math
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Case, IntegerField, OuterRef, QuerySet, Subquery, Value, When

from patients.models import Patient, PlanItem, PlanState, PlanVersion, SafetyReport, SkippedDay
from patients.models.schedule import is_planned_at, is_planned_in
from patients.plans.prescription import Prescribed, prescribed


@dataclass(frozen=True)
class PlanByWeeks:
    """The whole plan: the items of the current week, of later and of earlier weeks, and those suspended for now.

    `minutes` are the durations of the shortest and of the longest session of the items in `now`; if there are none, of
    those in `later`, else of those in `before`.
    """

    now: tuple[Prescribed, ...] = ()
    later: tuple[Prescribed, ...] = ()
    before: tuple[Prescribed, ...] = ()
    suspended: tuple[Prescribed, ...] = ()
    minutes: tuple[int, int] = (0, 0)


def get_current_version(patient: Patient) -> PlanVersion | None:
    """Return the latest published version of the current plan, or None.

    That is the active or paused plan, otherwise the finished plan that was created last. The version has the
    annotations of `last_skipped_day`.
    """
    current_first = Case(
        When(plan__state__in=(PlanState.ACTIVE, PlanState.PAUSED), then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return (
        list_published_versions(patient)
        .select_related("plan", "seen", "published_by")
        .annotate(**last_skipped_day(patient))
        .order_by(current_first, "-plan__created_at", "-number")
        .first()
    )


def last_skipped_day(patient: Patient) -> dict[str, Subquery]:
    """Return annotations with the last skipped day, `skipped_on`, its `skip_reason`, and the latest report with that
    reason on that day, `skip_report`, for any query."""
    skipped_day = SkippedDay.objects.filter(patient=patient).order_by("-on_date")
    told = SafetyReport.objects.filter(
        patient=patient, on_date=OuterRef("on_date"), reason=OuterRef("reason")
    ).order_by("-reported_at")
    return {
        "skipped_on": Subquery(skipped_day.values("on_date")[:1]),
        "skip_reason": Subquery(skipped_day.values("reason")[:1]),
        "skip_report": Subquery(skipped_day.values(report=Subquery(told.values("pk")[:1]))[:1]),
    }


def list_published_versions(patient: Patient) -> QuerySet[PlanVersion]:
    """Return all versions that were ever published for this patient."""
    return PlanVersion.objects.published().filter(plan__patient=patient).exclude(plan__state=PlanState.DRAFT)


def list_version_items(version: PlanVersion) -> tuple[Prescribed, ...]:
    """Return the exercises of a published version, in order, each with its easier alternative; one query."""
    items = PlanItem.objects.filter(version=version).select_related("exercise__easier")
    return tuple(prescribed(item) for item in items.in_order())


def list_scheduled_items(
    version: PlanVersion, exercises: Sequence[Prescribed], date: datetime.date
) -> tuple[Prescribed, ...]:
    """Return the exercises of a session on that day: those planned for it; on a rest day, those of its week.

    Before the plan begins, its first planned day is used; after its end, its last day.
    """
    day = min(max(date, version.start_date), version.end_date)
    if day > date and not version.is_planned_on(day):
        day = get_next_planned_date(version, after=day) or day
    week = version.week_of(day)
    if version.is_planned_on(day):
        return tuple(row for row in exercises if is_planned_at(row.line, week, day.weekday()))
    return tuple(row for row in exercises if is_planned_in(row.line, week))


def get_plan_by_weeks(
    version: PlanVersion | None,
    exercises: Sequence[Prescribed],
    date: datetime.date,
    *,
    held: Collection[Prescribed],
    whole: Mapping[uuid.UUID, Prescribed],
) -> PlanByWeeks:
    """Return the whole plan, by weeks, as of that day; `held` are the suspended items.

    `whole` has each item by its id without the reduction of these days: so are those of later weeks.
    """
    if version is None:
        return PlanByWeeks()
    week = min(max(version.week_of(date), 1), version.weeks)
    allowed = [row for row in exercises if row not in held]
    later = [row for row in allowed if row.line.first_week > week]
    before = [row for row in allowed if row.line.last_week is not None and row.line.last_week < week]
    now = [row for row in allowed if is_planned_in(row.line, week)]
    counted = now or later or before
    days = {day for row in counted for day in row.line.weekdays or version.weekdays}
    minutes = [
        estimate_minutes(row for row in counted if not row.line.weekdays or day in row.line.weekdays)
        for day in days
    ]
    return PlanByWeeks(
        now=tuple(now),
        later=tuple(whole[row.item.pk] for row in later),
        before=tuple(before),
        suspended=tuple(row for row in exercises if row in held),
        minutes=(min(minutes, default=0), max(minutes, default=0)),
    )


def published_items(patient: Patient) -> QuerySet[PlanItem]:
    """Return all items that were ever prescribed to this patient, which the patient may open."""
    items = PlanItem.objects.filter(version__plan__patient=patient, version__published_at__isnull=False)
    return items.select_related("version", "exercise")


def get_next_planned_date(version: PlanVersion, *, after: datetime.date) -> datetime.date | None:
    """Return the first planned day later than `after`, or None."""
    first = max(after + datetime.timedelta(days=1), version.start_date)
    days = (first + datetime.timedelta(days=ahead) for ahead in range((version.end_date - first).days + 1))
    return next((day for day in days if version.is_planned_on(day)), None)


def estimate_minutes(exercises: Iterable[Prescribed]) -> int:
    """Return the estimated duration of these exercises, rounded up to whole minutes."""
    return math.ceil(sum(exercise.line.session_seconds() for exercise in exercises) / 60)


def get_version_on(
    versions: Sequence[PlanVersion], day: datetime.date, patient: Patient
) -> PlanVersion | None:
    """Return the version that was in force on a day, or None: the latest that was published and had begun.

    `versions` must be sorted, the oldest first.
    """
    zone = patient.zone
    begun = [
        version
        for version in versions
        if version.published_at
        and version.published_at.astimezone(zone).date() <= day
        and version.start_date <= day
    ]
    return begun[-1] if begun else None
