"""A week from a patient's paper tick sheet, entered by the team. Entering the same sheet twice is once."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.audit.services import record
from clinic.models import User
from patients.alerts.services.raising import raise_alerts
from patients.documents.paper_log import DayEntry, PaperLog, PaperLogDay, paper_log
from patients.exceptions import NotPossibleError
from patients.models import ExerciseSession, Outcome, Patient, SessionEntry, Source
from patients.sessions.services.sessions import finish_session
from patients.summaries.services.refresh import refresh_summary

#: When a paper session is said to have been: nobody wrote down the hour.
NOON = datetime.time(12)


class StalePaperLogError(Exception):
    """Something about the week changed since the sheet was opened: look again before saving."""


@dataclass(frozen=True)
class PaperLogCounts:
    """How many days came in, were corrected, and were taken out again."""

    new: int = 0
    corrected: int = 0
    removed: int = 0

    @property
    def days(self) -> int:
        return self.new + self.corrected + self.removed


@transaction.atomic
def save_paper_log(
    *,
    patient: Patient,
    monday: datetime.date,
    entries: Sequence[DayEntry],
    stamp: str,
    by: User,
    now: datetime.datetime | None = None,
) -> PaperLogCounts:
    """Keep what the paper says of a week: one session for each day with a tick. Wants the patient's clinic loaded.

    A day that is on record already is corrected; one without a tick left is taken out. A danger is never taken back:
    it stays until a clinician settles its alert. Raises StalePaperLogError when the week is not as it was when the sheet
    with this `stamp` was opened, and NotPossibleError for days that take no ticks. A sheet that says what is on record
    changes nothing, whatever its stamp.
    """
    now = now or timezone.now()
    Patient.objects.select_for_update().get(pk=patient.pk)
    sheet = paper_log(patient, monday, now=now)
    changed = _changed(sheet, entries)
    if not changed:
        return PaperLogCounts()
    if sheet.stamp != stamp:
        raise StalePaperLogError
    counts = {"new": 0, "corrected": 0, "removed": 0}
    for day, entry in changed:
        _check_takes(day, entry)
        counts[_save_day(patient, day, entry, by, now)] += 1
    refresh_summary(patient=patient, now=now)
    return PaperLogCounts(**counts)


def _changed(sheet: PaperLog, entries: Sequence[DayEntry]) -> list[tuple[PaperLogDay, DayEntry]]:
    """The days on which the paper says other than what is on record. Raises NotPossibleError for another week."""
    days = {day.date: day for day in sheet.days}
    found = []
    for entry in sorted(entries, key=lambda entry: entry.date):
        if entry.date not in days:
            raise NotPossibleError(_("This day is not in the week of the sheet."))
        day = days[entry.date]
        new_dangers = entry.dangers - day.told
        ticks_differ = (entry.done, entry.pain_after) != (day.entered.done, day.entered.pain_after)
        if new_dangers or ticks_differ:
            found.append((day, entry))
    return found


def _check_takes(day: PaperLogDay, entry: DayEntry) -> None:
    if day.is_future:
        raise NotPossibleError(_("A day that has not come cannot be entered."))
    if not day.accepts_dangers:
        raise NotPossibleError(_("There was no plan on this day."))
    if not day.accepts_ticks and (entry.done or entry.pain_after is not None):
        raise NotPossibleError(_("This day was entered in the app already."))
    if entry.done - {item.pk for item in day.items}:
        raise NotPossibleError(_("This exercise was not in the plan of that day."))


def _save_day(patient: Patient, day: PaperLogDay, entry: DayEntry, by: User, now: datetime.datetime) -> str:
    """Write one day. Returns what became of it: "new", "corrected" or "removed"."""
    if not day.accepts_ticks and day.app is not None:
        _add_dangers(day.app, entry, by, now)
        return "corrected"
    session = day.paper
    if session is not None and entry.is_empty and not day.entered.dangers and not session.alerts.exists():
        record("tick_sheet.day_removed", actor=by, obj=session, clinic=patient.clinic)
        session.delete()
        return "removed"
    is_new = session is None
    session = session or _new_session(patient, day, by, now)
    session.patient = patient
    session.pain_after = entry.pain_after
    session.tell(dict.fromkeys(entry.dangers, True))
    session.save()
    session.entries.exclude(item__in=entry.done).delete()
    known = set(session.entries.values_list("item", flat=True))
    SessionEntry.objects.bulk_create(
        SessionEntry(session=session, item_id=pk, outcome=Outcome.DONE, at=now)
        for pk in sorted(entry.done - known)
    )
    action = "tick_sheet.day_entered" if is_new else "tick_sheet.day_corrected"
    record(action, actor=by, obj=session, clinic=patient.clinic)
    raise_alerts(session=session, now=now)
    return "new" if is_new else "corrected"


def _new_session(patient: Patient, day: PaperLogDay, by: User, now: datetime.datetime) -> ExerciseSession:
    """A box without a tick is no answer: what was not told is not there."""
    noon = datetime.datetime.combine(day.date, NOON, tzinfo=patient.zone)
    at = min(noon, now)
    return ExerciseSession(
        patient=patient,
        version=day.version,
        on_date=day.date,
        started_at=at,
        finished_at=at,
        source=Source.PAPER,
        entered_by=by,
    )


def _add_dangers(session: ExerciseSession, entry: DayEntry, by: User, now: datetime.datetime) -> None:
    """The paper tells of a danger that the check-in of the same day did not."""
    finish_session(session=session, answers=dict.fromkeys(entry.dangers, True), by=by, now=now)
