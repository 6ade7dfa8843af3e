"""The log of sessions and skipped days on the team's patient page, and how each session arrived.

Days are in the patient's time zone.
"""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import JSONObject

from clinic.models.aggregates import JSONArrayAgg
from patients.activities.selectors import ToldActivity
from patients.alerts.selectors.alert_details import describe_not_done
from patients.models import (
    OUTCOME,
    Alert,
    AnswerCorrection,
    Effort,
    ExerciseSession,
    Helper,
    Message,
    Outcome,
    Patient,
    PlanItem,
    Reason,
    SafetyReport,
    SessionEntry,
    SkippedDay,
    Source,
)
from patients.safety.selectors.known_holds import parse_moment
from patients.sessions import check_in

#: Number of skipped days that are read; each costs a subquery.
SKIPPED_DAYS_SHOWN = 8
#: Number of reports with a wish and without an alert that are listed.
WISHES_SHOWN = 8


_PAIN_WORDS = {"pain_before": "Pain before", "pain_after": "Pain after"}
#: The values of corrections in words; pain ratings stand for themselves.
_VALUES = {
    **{value: str(label).lower() for value, label in Effort.choices},
    "done": "done",
    "not_today": "not done",
}


@dataclass(frozen=True)
class SkippedDayRow:
    """A skipped day, the label of its reason ("" if none was given), and the name of the helper who entered it."""

    on: datetime.date
    why: str
    helper: str


def with_skipped_days() -> dict[str, Subquery]:
    """Return annotations for a query for patients that hold the last skipped days; `get_skipped_days` reads them.

    As annotations they cost no query of their own.
    """
    values = JSONObject(on="on_date", why="reason", helper="by__helper__name")
    days = SkippedDay.objects.filter(patient=OuterRef("pk")).order_by("-on_date").values_list(values)
    return {f"no_day_{place}": Subquery(days[place : place + 1]) for place in range(SKIPPED_DAYS_SHOWN)}


def get_skipped_days(patient: Patient) -> list[SkippedDayRow]:
    """Return the last skipped days, newest first, of a patient read with `with_skipped_days`. No query."""
    days = filter(None, (getattr(patient, f"no_day_{place}", None) for place in range(SKIPPED_DAYS_SHOWN)))
    return [
        SkippedDayRow(
            on=datetime.date.fromisoformat(day["on"]),
            why=str(Reason(day["why"]).label) if day["why"] else "",
            helper=day["helper"] or "",
        )
        for day in days
    ]


def with_wishes() -> dict[str, Subquery]:
    """Return an annotation for a query for patients that holds the reports with a wish and without an alert.

    They are those of who is afraid to fall again within two weeks, which raises no second alert; `get_wishes` reads
    them. As an annotation it costs no query of its own.
    """
    wishes = [question.id for question in check_in.QUESTIONS if question.is_no_danger]
    reports = SafetyReport.objects.filter(patient=OuterRef("pk"), answers__has_any_keys=wishes)
    reports = reports.filter(~Exists(Alert.objects.filter(report=OuterRef("pk"))))
    names = ("reason", "on_date", "reported_at", "arrived_at", "answers")
    row = JSONObject(**{name: name for name in names}, helper="helped_by__name")
    grouped = reports.order_by().values("patient").annotate(rows=JSONArrayAgg(row))
    return {"known_wishes": Subquery(grouped.values("rows"))}


def get_wishes(patient: Patient) -> list[SafetyReport]:
    """Return the last such reports, with `helped_by`, of a patient read with `with_wishes`. No query."""
    rows = sorted(getattr(patient, "known_wishes", None) or (), key=lambda row: str(row["reported_at"]))
    return [_as_report(patient, row) for row in rows[-WISHES_SHOWN:]]


def _as_report(patient: Patient, row: Mapping[str, Any]) -> SafetyReport:
    told = row["answers"]
    values: dict[str, Any] = {name: parse_moment(row[name]) for name in ("reported_at", "arrived_at")}
    return SafetyReport(
        patient=patient,
        reason=row["reason"],
        on_date=datetime.date.fromisoformat(row["on_date"]),
        answers=json.loads(told) if isinstance(told, str) else told,  # SQLite has it as text
        helped_by=Helper(name=row["helper"]) if row["helper"] else None,
        **values,
    )


def with_note() -> dict[str, Subquery]:
    """Return an annotation for sessions: the last note that was written with their check-in."""
    notes = Message.objects.filter(session=OuterRef("pk")).order_by("-sent_at", "-pk")
    return {"told_note": Subquery(notes.values("text")[:1])}


def with_corrections() -> dict[str, Subquery]:
    """Return an annotation for sessions that holds their corrections; `SessionLogRow.corrections` reads them."""
    rows = AnswerCorrection.objects.filter(session=OuterRef("pk"))
    row = JSONObject(
        **{name: name for name in ("question", "old", "new", "at")}, by="by__name", item="item_id"
    )
    grouped = rows.order_by().values("session").annotate(rows=JSONArrayAgg(row))
    return {"known_corrections": Subquery(grouped.values("rows"))}


@dataclass(frozen=True)
class CorrectionRow:
    """One answer that was corrected, in words for the team; `is_danger` if a danger was taken back."""

    words: str
    by: str
    at: datetime.datetime
    is_danger: bool


@dataclass(frozen=True)
class SessionLogRow:
    """One session, skipped day, report or activity, with the name of the helper who entered it ("" for none)."""

    on: datetime.date
    helper: str
    session: ExerciseSession | None = None
    no: SkippedDayRow | None = None
    report: SafetyReport | None = None
    activity: ToldActivity | None = None
    done: int = 0
    too_hard: int = 0
    not_that_day: tuple[str, ...] = ()
    #: The names of the session's exercises, by the id of the item.
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def note(self) -> str:
        """The note to the clinic, of sessions read with `with_note`; "" for none."""
        return getattr(self.session, "told_note", None) or ""

    @property
    def corrections(self) -> list[CorrectionRow]:
        """The corrections, oldest first, of sessions read with `with_corrections`."""
        rows = getattr(self.session, "known_corrections", None) or ()
        return [
            CorrectionRow(
                describe_correction(row["question"], row["old"], row["new"], self._name_of(row["item"])),
                row["by"],
                cast("datetime.datetime", parse_moment(row["at"])),
                is_danger=row["old"] == "yes",
            )
            for row in sorted(rows, key=lambda row: str(row["at"]))
        ]

    def _name_of(self, item: str | None) -> str:
        """Return the name of the exercise with this id, which SQLite writes without hyphens."""
        return self.names.get(str(uuid.UUID(item)), "") if item else ""

    @property
    def is_from_paper(self) -> bool:
        return self.session is not None and self.session.source == Source.PAPER

    @property
    def arrived_at(self) -> datetime.datetime | None:
        """The time at which a session or report made without a connection arrived."""
        source = self.session or self.report
        return source.arrived_at if source else None

    @property
    def reported(self) -> list[str]:
        """Short texts of the dangers reported in the session or report, and of the answers that are read besides."""
        source = self.session or self.report
        if source is None:
            return []
        dangers = [str(each.in_short) for each in check_in.dangers_in(source.answers) if each.in_short]
        return dangers + check_in.describe_without_danger(source.answers)


def session_log(
    sessions: Iterable[ExerciseSession],
    entries: Mapping[uuid.UUID, Sequence[SessionEntry]],
    items: Mapping[uuid.UUID, PlanItem],
    skipped_days: Iterable[SkippedDayRow],
    reports: Iterable[SafetyReport] = (),
    activities: Iterable[ToldActivity] = (),
) -> list[SessionLogRow]:
    """Return all sessions, skipped days, reports and activities, newest first. No query.

    Expects the sessions oldest first, with `helped_by`, as the reports have.
    """
    lines = [_line(session, entries.get(session.pk, ()), items) for session in sessions]
    lines += [SessionLogRow(on=day.on, helper=day.helper, no=day) for day in skipped_days]
    lines += [
        SessionLogRow(
            on=report.on_date, helper=report.helped_by.name if report.helped_by else "", report=report
        )
        for report in sorted(reports, key=lambda report: report.reported_at)
    ]
    lines += [SessionLogRow(on=each.on, helper=each.helper, activity=each) for each in activities]
    lines.reverse()  # the sort is stable: within one day too, the newest comes first
    return sorted(lines, key=lambda line: line.on, reverse=True)


def _line(
    session: ExerciseSession, entries: Sequence[SessionEntry], items: Mapping[uuid.UUID, PlanItem]
) -> SessionLogRow:
    left_out = [entry for entry in entries if entry.outcome == Outcome.NOT_TODAY]
    for entry in left_out:
        entry.item = items[entry.item_id]
    left_out.sort(key=lambda entry: (entry.item.order, entry.pk))
    return SessionLogRow(
        on=session.on_date,
        helper=session.helped_by.name if session.helped_by else "",
        session=session,
        done=sum(entry.outcome == Outcome.DONE for entry in entries),
        too_hard=sum(entry.effort == Effort.TOO_HARD for entry in entries),
        not_that_day=tuple(describe_not_done(entry) for entry in left_out),
        names={str(entry.item_id): str(items[entry.item_id].content.get("name", "")) for entry in entries},
    )


def describe_correction(question: str, old: str, new: str, exercise: str) -> str:
    """Return a correction in words for the team, such as "Pain after: 5, now 2"."""
    if question == OUTCOME:
        what = exercise or "Exercise"
    else:
        row = check_in.question(question)
        what = _PAIN_WORDS.get(question) or str(row.in_short or row.sign)
    return f"{what}: {_VALUES.get(old, old) or 'no answer'}, now {_VALUES.get(new, new)}"
