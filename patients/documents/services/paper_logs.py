"""Services that store a week of a patient's paper log. Entering the same paper log twice has no further effect."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.audit.services import record
from clinic.models import User
from patients.documents.paper_log import DayEntry, PaperLog, PaperLogDay, paper_log
from patients.exceptions import NotPossibleError
from patients.models import ExerciseSession, Outcome, Patient, SessionEntry, Source
from patients.sessions.services.consequences import apply_consequences
from patients.sessions.services.sessions import finish_session
from patients.summaries.services.refresh import refresh_summary

#: Time of day of a session from paper, since the paper has no time.
NOON = datetime.time(12)


class StalePaperLogError(Exception):
    """The sessions of the week changed after the page was opened, so it has to be checked before saving."""


@dataclass(frozen=True)
class PaperLogCounts:
    """Numbers of days that were added, corrected and removed."""

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
    starts_on: datetime.date,
    entries: Sequence[DayEntry],
    stamp: str,
    by: User,
    now: datetime.datetime | None = None,
) -> PaperLogCounts:
    """Store the week of the paper log from `starts_on`: one session for each day with a tick.

    The patient's clinic must be loaded. A day that is stored already is corrected; one without any tick left is
    deleted. A danger is never removed: it stays until a clinician resolves its alert. Raises StalePaperLogError if the
    week changed after the page with this `stamp` was opened, and NotPossibleError for days or items that cannot be
    entered. A paper log equal to what is stored changes nothing, even with an old stamp.
    """
    now = now or timezone.now()
    Patient.objects.select_for_update().get(pk=patient.pk)
    sheet = paper_log(patient, starts_on, is_first_day=True, now=now)
    changed = _changed(sheet, entries)
    if not changed:
        return PaperLogCounts()
    if sheet.stamp != stamp:
        raise StalePaperLogError
    counts = {"new": 0, "corrected": 0, "removed": 0}
    for day, entry in changed:
        _check_can_be_entered(day, entry)
        counts[_save_day(patient, day, entry, by, now)] += 1
    refresh_summary(patient=patient, now=now)
    return PaperLogCounts(**counts)


@transaction.atomic
def save_paper_dangers(
    *,
    patient: Patient,
    starts_on: datetime.date,
    entries: Sequence[DayEntry],
    by: User,
    now: datetime.datetime | None = None,
) -> bool:
    """Store only the dangers of a paper log that cannot be stored as a whole yet; return whether any was new.

    Ticks and pain stay as they are stored. No stamp is needed, since a danger is added and never withdrawn.
    """
    now = now or timezone.now()
    Patient.objects.select_for_update().get(pk=patient.pk)
    days = {day.date: day for day in paper_log(patient, starts_on, is_first_day=True, now=now).days}
    new = [
        (days[entry.date], replace(days[entry.date].entered, dangers=entry.dangers | days[entry.date].told))
        for entry in entries
        if entry.date in days and days[entry.date].accepts_dangers and entry.dangers - days[entry.date].told
    ]
    for day, entry in new:
        _save_day(patient, day, entry, by, now)
    return bool(new)


def _changed(sheet: PaperLog, entries: Sequence[DayEntry]) -> list[tuple[PaperLogDay, DayEntry]]:
    """Return the days that differ from what is stored. Raises NotPossibleError for a day of another week."""
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


def _check_can_be_entered(day: PaperLogDay, entry: DayEntry) -> None:
    if day.is_future:
        raise NotPossibleError(_("A day that has not come cannot be entered."))
    if not day.accepts_dangers:
        raise NotPossibleError(_("There was no plan on this day."))
    if not day.accepts_ticks and (entry.done or entry.pain_after is not None):
        raise NotPossibleError(_("This day was entered in the app already."))
    if entry.done - {item.pk for item in day.items}:
        raise NotPossibleError(_("This exercise was not in the plan of that day."))


def _save_day(patient: Patient, day: PaperLogDay, entry: DayEntry, by: User, now: datetime.datetime) -> str:
    """Write one day and return "new", "corrected" or "removed"."""
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
    before = session.told
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
    apply_consequences(source=session, before=before, by=by, now=now)
    return "new" if is_new else "corrected"


def _new_session(patient: Patient, day: PaperLogDay, by: User, now: datetime.datetime) -> ExerciseSession:
    """Return an unsaved session from paper. A box without a tick is no answer, so `answers` stays empty."""
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
    """Add dangers from paper to the session that was finished in the app on the same day."""
    finish_session(session=session, answers=dict.fromkeys(entry.dangers, True), by=by, now=now)
