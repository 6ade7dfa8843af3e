"""The holds of one patient, read together with the patient: they cost no query of their own."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

from django.db.models import Aggregate, JSONField, OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.dateparse import parse_date, parse_datetime

from clinic.models import User
from patients.models import ExerciseHold, Patient, Reason, SkippedDay
from patients.safety.selectors.holds import list_live_holds
from patients.summaries.taken_days import WHOLE_DAY_KINDS, HoldSpan, TakenDays, get_taken_days

_FIELDS = (
    *("id", "kind", "question", "session_id", "report_id", "on_date", "begun_at", "ends_at", "ended_at"),
    *("team_from", "escalated_at", "looked_at", "looked_by_id"),
)
_MOMENTS = ("begun_at", "ends_at", "ended_at", "team_from", "escalated_at", "looked_at")
_KEYS = ("id", "session_id", "report_id", "looked_by_id")


class JSONArrayAgg(Aggregate):
    """All values of a group as a JSON array."""

    function = "JSONB_AGG"
    output_field = JSONField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSON_GROUP_ARRAY", **context)


def with_holds() -> dict[str, Subquery]:
    """Return annotations for a query for patients that hold every hold, and the days skipped because of an illness."""
    row = JSONObject(**{name: name for name in _FIELDS}, looked_by_name="looked_by__name")
    holds = ExerciseHold.objects.filter(patient=OuterRef("pk")).order_by().values("patient")
    ill = SkippedDay.objects.filter(patient=OuterRef("pk"), reason=Reason.UNWELL).order_by().values("patient")
    return {
        "known_holds": Subquery(holds.annotate(rows=JSONArrayAgg(row)).values("rows")),
        "known_ill_days": Subquery(ill.annotate(rows=JSONArrayAgg("on_date")).values("rows")),
    }


def get_known_holds(patient: Patient, now: datetime.datetime) -> tuple[list[ExerciseHold], TakenDays]:
    """Return the holds in force, and the days that holds and illness took away, of a patient read with `with_holds`.

    No query; of a patient read otherwise, one query for the holds in force, and no days.
    """
    if not hasattr(patient, "known_holds"):
        return list_live_holds(patient, now), TakenDays()
    holds = sorted(
        (_as_hold(patient, row) for row in patient.known_holds or ()),
        key=lambda hold: (hold.begun_at, hold.pk),
    )
    spans = [
        HoldSpan(hold.on_date, hold.ended_at, hold.ends_at) for hold in holds if hold.kind in WHOLE_DAY_KINDS
    ]
    ill = (parse_date(day) for day in getattr(patient, "known_ill_days", None) or ())
    taken = get_taken_days(spans, filter(None, ill), zone=patient.zone, today=patient.today(now))
    live = [hold for hold in holds if hold.ended_at is None and (hold.ends_at is None or hold.ends_at > now)]
    return live, taken


def get_taken_days_of(patient: Patient, now: datetime.datetime) -> TakenDays:
    """Return the days that holds and illness took away. One query."""
    row = Patient.objects.select_related("clinic").annotate(**with_holds()).get(pk=patient.pk)
    return get_known_holds(row, now)[1]


def _as_hold(patient: Patient, row: dict[str, Any]) -> ExerciseHold:
    values = {name: row[name] for name in _FIELDS}
    values |= {name: _moment(row[name]) for name in _MOMENTS}
    values |= {name: uuid.UUID(row[name]) if row[name] else None for name in _KEYS}
    hold = ExerciseHold(
        patient=patient, clinic_id=patient.clinic_id, **values | {"on_date": parse_date(row["on_date"])}
    )
    if hold.looked_by_id:
        hold.looked_by = User(pk=hold.looked_by_id, name=row["looked_by_name"])
    hold._state.adding = False
    return hold


def _moment(text: str | None) -> datetime.datetime | None:
    """Return the moment; SQLite stores it in UTC without an offset."""
    found = parse_datetime(text) if text else None
    return found.replace(tzinfo=datetime.UTC) if found and found.tzinfo is None else found
