"""The holds of one patient with the days that they took away, read with the patient or with a query of their own."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_date, parse_datetime

from clinic.models import User
from clinic.models.aggregates import JSONArrayAgg
from patients.models import (
    ExerciseHold,
    ExerciseSession,
    Patient,
    Reason,
    SafetyReport,
    Screening,
    SkippedDay,
)
from patients.sessions import check_in
from patients.summaries.adherence import Schedule
from patients.summaries.selectors import list_items_by_version, list_later_flags, with_items
from patients.summaries.taken_days import FlagSpan, HoldSpan, TakenDays, get_taken_days

_FIELDS = (
    *("id", "kind", "question", "session_id", "report_id", "on_date", "begun_at", "ends_at", "ended_at"),
    *("team_from", "escalated_at", "looked_at", "looked_by_id", "outcome", "start_on"),
)
_DATES = ("on_date", "start_on")
_MOMENTS = ("begun_at", "ends_at", "ended_at", "team_from", "escalated_at", "looked_at")
_KEYS = ("id", "session_id", "report_id", "looked_by_id")


#: Days of the record: those for which a patient is reminded of a report (`patients.safety.return_rules`), and more.
DAYS_READ = 180
#: The patient of a query for patients.
_ROW = OuterRef("pk")


def with_holds(since: datetime.date | None = None, *, of: Patient | OuterRef = _ROW) -> dict[str, Subquery]:
    """Return annotations that hold a patient's holds, days skipped because of an illness, and later flags.

    They are for a query for patients, or with a patient for any query. Later flags are those of `list_later_flags`.
    With `since`, holds and flags that were over before that day, and days before it, are left out.
    """
    holds = ExerciseHold.objects.filter(patient=of)
    ill = SkippedDay.objects.filter(patient=of, reason=Reason.UNWELL)
    if since is not None:
        holds, ill = holds.not_over_before(since), ill.filter(on_date__gte=since)
    return {
        "known_holds": _as_json(holds),
        "known_ill_days": _days_of(ill),
        "known_later_flags": _spans_of(list_later_flags(since).filter(patient=of)),
    }


def with_days(patient: Patient | OuterRef, now: datetime.datetime) -> dict[str, Subquery]:
    """Return annotations for any query with the days of the last `DAYS_READ` days on which an exercise was done or a
    near fall was told, and the last day before on which an exercise was done."""
    since = now.date() - datetime.timedelta(days=DAYS_READ)
    finished = ExerciseSession.objects.finished().filter(patient=patient)
    done = finished.with_an_exercise_done()
    lately = Q(on_date__gte=since)
    reports = SafetyReport.objects.filter(patient=patient, on_date__gte=since)
    return {
        "last_session_before": Subquery(
            done.filter(on_date__lt=since).order_by("-on_date").values("on_date")[:1]
        ),
        "known_session_days": _days_of(done.filter(lately)),
        "told_in_sessions": _days_of(finished.filter(lately, answers__near_fall=True)),
        "told_apart": _days_of(reports.filter(answers__near_fall=True)),
    }


def with_record(patient: Patient, now: datetime.datetime) -> dict[str, Subquery]:
    """Return annotations for any query with all that `SafetyRecord.of` reads about this patient."""
    since = now.date() - datetime.timedelta(days=DAYS_READ)
    return {**with_holds(since, of=patient), **with_days(patient, now)}


def with_unended_holds(patient: Patient) -> dict[str, Subquery]:
    """Return an annotation for any query that holds the patient's holds which nobody has ended."""
    return {"known_holds": _as_json(ExerciseHold.objects.filter(patient=patient, ended_at=None))}


def read_live_holds(
    patient: Patient, rows: Iterable[dict[str, Any]] | None, now: datetime.datetime
) -> list[ExerciseHold]:
    """Return the holds in force at `now`, the oldest first, from the annotation `known_holds`. No query."""
    return [hold for hold in _read_holds(patient, rows) if hold.is_live(now)]


def _read_holds(patient: Patient, rows: Iterable[dict[str, Any]] | None) -> list[ExerciseHold]:
    holds = (_as_hold(patient, values) for values in rows or ())
    return sorted(holds, key=lambda hold: (hold.begun_at, check_in.get_position(hold.question), hold.pk))


def _as_json(holds: QuerySet[ExerciseHold]) -> Subquery:
    row = JSONObject(**{name: name for name in _FIELDS}, looked_by_name="looked_by__name")
    grouped = holds.order_by().values("patient")
    return Subquery(grouped.annotate(rows=JSONArrayAgg(row)).values("rows"))


def _days_of(rows: QuerySet[Any]) -> Subquery:
    """Return the days of rows of one patient as a JSON array."""
    grouped = rows.order_by().values("patient")
    return Subquery(grouped.annotate(rows=JSONArrayAgg("on_date")).values("rows"))


def _spans_of(flags: QuerySet[Any]) -> Subquery:
    """Return the flags of one patient, with the moments at which they were set and cleared, as a JSON array."""
    row = JSONObject(flag="flag", set_at="set_at", cleared_at="cleared_at")
    return Subquery(flags.order_by().values("patient").annotate(rows=JSONArrayAgg(row)).values("rows"))


def get_known_record(patient: Patient, now: datetime.datetime) -> SafetyRecord:
    """Return the record of a patient read with `with_holds` and `with_days`; of one read otherwise, with one query."""
    is_known = hasattr(patient, "known_holds") and hasattr(patient, "known_session_days")
    return SafetyRecord.of(patient, vars(patient), now) if is_known else get_safety_record(patient, now)


@dataclass(frozen=True)
class SafetyRecord:
    """The holds of a patient and the days on which something was told or done, each list from the oldest on.

    `holds` has those of the last `DAYS_READ` days, and those in force; `live` only the latter. `session_days` are the
    days on which an exercise was done, with the last one before that time, and `near_fall_days` those on which a near
    fall was told. `is_asked_to_screen` is True while a screening that the clinic has asked for was not sent.
    `later_flags` are the flags that may have left out exercises of a plan that was published before.
    """

    patient: Patient
    today: datetime.date
    holds: list[ExerciseHold]
    live: list[ExerciseHold]
    ill_days: list[datetime.date]
    session_days: list[datetime.date]
    near_fall_days: list[datetime.date]
    is_asked_to_screen: bool = False
    later_flags: tuple[FlagSpan, ...] = ()
    #: The whole row, for the annotations that a caller of `get_safety_record` has added.
    row: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, patient: Patient, row: Mapping[str, Any], now: datetime.datetime) -> SafetyRecord:
        """Return the record from a row with the annotations of `with_holds`, or with all of `get_safety_record`."""
        holds = _read_holds(patient, row["known_holds"])
        before, today = row.get("last_session_before"), patient.today(now)
        days = [day for day in _dates(row.get("known_session_days")) if day <= today]
        near_falls = _dates((*(row.get("told_in_sessions") or ()), *(row.get("told_apart") or ())))
        return cls(
            patient=patient,
            today=today,
            holds=holds,
            live=[hold for hold in holds if hold.is_live(now)],
            ill_days=_dates(row["known_ill_days"]),
            session_days=[*filter(None, [before]), *days],
            near_fall_days=[day for day in near_falls if day <= today],
            is_asked_to_screen=row.get("is_asked_to_screen", False),
            later_flags=_as_spans(row.get("known_later_flags")),
            row=row,
        )

    @property
    def needs_items(self) -> bool:
        """True if a hold or a later flag keeps only some exercises away: the days follow from the items of the plan."""
        return bool(self.later_flags) or any(not span.is_whole for span in self._spans)

    def get_taken(self, schedules: Iterable[Schedule] = ()) -> TakenDays:
        """Return the days that counted neither way. With `needs_items`, the schedules have their items."""
        return get_taken_days(
            self._spans,
            self.ill_days,
            zone=self.patient.zone,
            today=self.today,
            schedules=schedules,
            flags=self.later_flags,
        )

    @property
    def _spans(self) -> list[HoldSpan]:
        return [HoldSpan(hold.on_date, hold.ended_at, hold.ends_at, hold.kind) for hold in self.holds]


def get_safety_record(patient: Patient, now: datetime.datetime, **more: Subquery) -> SafetyRecord:
    """Return the patient's record of the last `DAYS_READ` days at the aware datetime `now`. One query.

    `more` are annotations of the same query, which are read from `row`.
    """
    asked = Screening.objects.asked_of_patient().filter(patient=OuterRef("pk"))
    rows = Patient.objects.filter(pk=patient.pk).values(
        **with_record(patient, now), **more, is_asked_to_screen=Exists(asked)
    )
    return SafetyRecord.of(patient, rows.get(), now)


def get_taken_days_of(patient: Patient, now: datetime.datetime, schedules: Iterable[Schedule]) -> TakenDays:
    """Return the days that counted neither way. One query, two if a hold or a flag keeps only some exercises away.

    `schedules` are those of all versions.
    """
    row = Patient.objects.filter(pk=patient.pk).values(**with_holds()).get()
    record = SafetyRecord.of(patient, row, now)
    if record.needs_items:
        schedules = with_items(schedules, list_items_by_version([patient.pk]))
    return record.get_taken(schedules)


def _dates(texts: Iterable[str] | None) -> list[datetime.date]:
    return sorted(filter(None, map(parse_date, texts or ())))


def _as_hold(patient: Patient, row: dict[str, Any]) -> ExerciseHold:
    values = {name: row[name] for name in _FIELDS}
    values |= {name: parse_moment(row[name]) for name in _MOMENTS}
    values |= {name: uuid.UUID(row[name]) if row[name] else None for name in _KEYS}
    values |= {name: parse_date(row[name]) if row[name] else None for name in _DATES}
    hold = ExerciseHold(patient=patient, clinic_id=patient.clinic_id, **values)
    if hold.looked_by_id:
        hold.looked_by = User(pk=hold.looked_by_id, name=row["looked_by_name"])
    hold._state.adding = False
    return hold


def _as_spans(rows: Iterable[Mapping[str, Any]] | None) -> tuple[FlagSpan, ...]:
    return tuple(
        FlagSpan(row["flag"], set_at, parse_moment(row["cleared_at"]))
        for row in rows or ()
        if (set_at := parse_moment(row["set_at"]))
    )


def parse_moment(text: str | None) -> datetime.datetime | None:
    """Return a moment that JSON of the database has as text; SQLite stores it in UTC without an offset."""
    found = parse_datetime(text) if text else None
    return found.replace(tzinfo=datetime.UTC) if found and found.tzinfo is None else found
