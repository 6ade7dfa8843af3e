"""Skipping a planned day, and undoing that. Both functions are idempotent."""

from __future__ import annotations

import datetime

from django.db import transaction

from clinic.audit.services import record
from clinic.models import User
from patients.models import Patient, Reason, SafetyReport, SkippedDay
from patients.sessions.selectors.today import TodayState, get_today
from patients.sessions.services.reports import save_reason
from patients.summaries.services.refresh import refresh_summary


@transaction.atomic
def skip_day(
    *, patient: Patient, reason: Reason | None, by: User, now: datetime.datetime
) -> SafetyReport | None:
    """Skip today's session, and return the report on which a reason goes on; None for a reason that leads no further.

    The day is skipped only if it is planned and no session has been started; a reason that may be a danger leads to its
    questions on any day. A repeated call with a reason saves the reason; one without a reason does not delete it. The
    same reason of the same day is the same report as long as none of its questions has been answered.
    """
    Patient.objects.select_for_update().get(pk=patient.pk)
    _skip(patient, reason, by, now)
    return save_reason(patient=patient, reason=reason, by=by, now=now, is_of_day=True)


def _skip(patient: Patient, reason: Reason | None, by: User, now: datetime.datetime) -> None:
    today = get_today(patient, now)
    if today.state not in (TodayState.PLANNED, TodayState.NOT_TODAY):
        return
    day, is_new = SkippedDay.objects.get_or_create(
        patient=patient, on_date=today.date, defaults={"reason": reason or "", "at": now, "by": by}
    )
    if not is_new and (reason is None or day.reason == reason):
        return
    if not is_new:
        day.reason = reason or ""
        day.save(update_fields=["reason"])
    record("day.not_today", actor=by, obj=patient, clinic=patient.clinic)
    refresh_summary(patient=patient, now=now)


@transaction.atomic
def unskip_day(*, patient: Patient, by: User, now: datetime.datetime) -> None:
    """Undo the skipping of today. Changes nothing on a day that is not skipped."""
    Patient.objects.select_for_update().get(pk=patient.pk)
    deleted, _rows = SkippedDay.objects.filter(patient=patient, on_date=patient.today(now)).delete()
    if deleted:
        record("day.not_today_undone", actor=by, obj=patient, clinic=patient.clinic)
        refresh_summary(patient=patient, now=now)
