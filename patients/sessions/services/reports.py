"""Saving of signs of danger that are told outside the check-in of a session."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.db.models import Q

from clinic.audit.services import record
from clinic.models import User
from patients.models import Patient, Reason, ReportPlace, SafetyReport, find_helper
from patients.sessions import check_in
from patients.sessions.not_today import get_reason_row
from patients.sessions.questions import Answers
from patients.sessions.services.consequences import apply_consequences, end_holds_by_reading


@transaction.atomic
def save_report(
    *,
    patient: Patient,
    place: ReportPlace,
    answers: Answers,
    by: User,
    now: datetime.datetime,
    reason: Reason | None = None,
    client_key: uuid.UUID | None = None,
    reported_at: datetime.datetime | None = None,
    told_at: Mapping[str, datetime.datetime] | None = None,
) -> SafetyReport:
    """Save a report, and begin its holds, set its flags and raise its alerts at once.

    With `client_key`, a report that was sent before is the same one, and so is one with this primary key, whose page
    was answered without a connection: answers are added, and a reported danger is never withdrawn. `reported_at` is
    the time on a phone without a connection, and `told_at` that of single answers; alerts are raised at `now`.
    """
    locked = Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=patient.pk)
    report = (
        SafetyReport.objects.filter(Q(client_key=client_key) | Q(pk=client_key), patient=locked).first()
        if client_key
        else None
    )
    if report is None:
        moment = min(reported_at or now, now)
        report = SafetyReport(
            patient=locked,
            place=place,
            reason=reason or "",
            on_date=locked.today(moment),
            reported_at=moment,
            by=by,
            helped_by=find_helper(locked, by),
            client_key=client_key,
            arrived_at=now if reported_at else None,
        )
    return _add(report, answers, by, now, told_at)


@transaction.atomic
def add_to_report(
    *, report: SafetyReport, answers: Answers, by: User, now: datetime.datetime
) -> SafetyReport:
    """Add answers to a report, such as those of its follow-up questions. A reported danger is never withdrawn."""
    Patient.objects.select_for_update().get(pk=report.patient_id)
    fresh = SafetyReport.objects.select_related("patient__clinic").get(pk=report.pk)
    return _add(fresh, answers, by, now)


def save_reason(
    *,
    patient: Patient,
    reason: Reason | None,
    by: User,
    now: datetime.datetime,
    is_of_day: bool = False,
) -> SafetyReport | None:
    """Save a reason for "not today", of a day or of an exercise; return the report on which it goes on.

    None for a reason that leads no further. "Too tired" leads to no page, but an alert rule counts it. The reason of a
    day that is sent again is the same report, as long as none of its questions has been answered.
    """
    row = get_reason_row(reason) if reason else None
    if row is None or row.reason == Reason.NO_TIME:
        return None
    of_today = SafetyReport.objects.filter(
        patient=patient,
        place=ReportPlace.NOT_TODAY,
        reason=row.reason,
        on_date=patient.today(now),
        answers={},
    )
    report = (of_today.first() if is_of_day else None) or save_report(
        patient=patient, place=ReportPlace.NOT_TODAY, reason=reason, answers={}, by=by, now=now
    )
    return report if row.leads_further else None


def _add(
    report: SafetyReport,
    answers: Answers,
    by: User,
    now: datetime.datetime,
    told_at: Mapping[str, datetime.datetime] | None = None,
) -> SafetyReport:
    known = {each.id for each in check_in.can_be_sent()}
    before = report.told
    kept = check_in.keep_worst(before, {name: answer for name, answer in answers.items() if name in known})
    is_new = report._state.adding
    if not is_new and kept == before:
        return report
    report.answers = kept
    report.save()
    record("report.saved" if is_new else "report.added", actor=by, obj=report, clinic=report.patient.clinic)
    apply_consequences(source=report, before=before, by=by, now=now, told_at=told_at)
    end_holds_by_reading(source=report, answers=answers, by=by, now=now)
    return report
