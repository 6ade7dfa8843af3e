"""Collects rows to write them together: one INSERT for hundreds of rows instead of one for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import AutoField, Model

from clinic.models import Clinic, ConsultationRequest, Membership, OpeningHours, RequestEvent, User
from patients.models import (
    Activity,
    Alert,
    Circumstances,
    ExerciseHold,
    ExerciseSession,
    Goal,
    GoalScore,
    Helper,
    Message,
    Patient,
    PatientFlag,
    PatientNote,
    PatientSummary,
    Plan,
    PlanEvent,
    PlanItem,
    PlanVersion,
    SafetyOverride,
    Screening,
    SessionEntry,
    SignInCard,
    VersionSeen,
)
from patients.models.search import PatientSearchTerm


@dataclass
class BulkRows:
    """One list of unsaved rows for each table, in the order in which they are written: parents before children."""

    users: list[User] = field(default_factory=list)
    clinics: list[Clinic] = field(default_factory=list)
    opening_hours: list[OpeningHours] = field(default_factory=list)
    memberships: list[Membership] = field(default_factory=list)
    requests: list[ConsultationRequest] = field(default_factory=list)
    request_events: list[RequestEvent] = field(default_factory=list)
    patients: list[Patient] = field(default_factory=list)
    helpers: list[Helper] = field(default_factory=list)
    cards: list[SignInCard] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    plan_events: list[PlanEvent] = field(default_factory=list)
    versions: list[PlanVersion] = field(default_factory=list)
    items: list[PlanItem] = field(default_factory=list)
    seen: list[VersionSeen] = field(default_factory=list)
    sessions: list[ExerciseSession] = field(default_factory=list)
    entries: list[SessionEntry] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    holds: list[ExerciseHold] = field(default_factory=list)
    summaries: list[PatientSummary] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)
    goal_scores: list[GoalScore] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    notes: list[PatientNote] = field(default_factory=list)
    screenings: list[Screening] = field(default_factory=list)
    flags: list[PatientFlag] = field(default_factory=list)
    circumstances: list[Circumstances] = field(default_factory=list)
    things_at_home: list[Model] = field(default_factory=list)
    safety_overrides: list[SafetyOverride] = field(default_factory=list)

    def save(self) -> int:
        """Write all collected rows, empty the lists, and return the number of rows."""
        written = 0
        for table in fields(self):
            waiting: list[Model] = getattr(self, table.name)
            if waiting:
                _insert(waiting)
                written += len(waiting)
                waiting.clear()
        return written


def _insert(rows: Sequence[Model]) -> None:
    """Insert rows of one model as `bulk_create` does; on SQLite in a third of the time, with one prepared statement.

    On PostgreSQL this would make one query for each row, and `bulk_create` is fast there. `bulk_create` of patients
    also writes their search terms, so they are inserted here too.
    """
    database = connections[DEFAULT_DB_ALIAS]
    if database.vendor != "sqlite":
        type(rows[0])._default_manager.bulk_create(rows)
        return
    quote = database.ops.quote_name
    model = rows[0]._meta
    filled = [field for field in model.concrete_fields if not isinstance(field, AutoField)]
    columns = ", ".join(quote(str(field.column)) for field in filled)
    places = ", ".join("%s" for _field in filled)
    # The names of table and columns come from the models; the values are passed as parameters.
    sql = f"INSERT INTO {quote(model.db_table)} ({columns}) VALUES ({places})"  # noqa: S608
    prepared = [(field.attname, field.get_db_prep_save) for field in filled]
    values = [tuple(prepare(getattr(row, name), database) for name, prepare in prepared) for row in rows]
    with database.cursor() as cursor:
        cursor.executemany(sql, values)
    if isinstance(rows[0], Patient):
        _insert(PatientSearchTerm.objects.rows_of(row for row in rows if isinstance(row, Patient)))
