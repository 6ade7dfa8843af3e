"""Consequences of answers: alerts, holds and flags, in the transaction that stores the answers."""

from __future__ import annotations

import datetime

from clinic.models import User
from patients.alerts.services.raising import raise_alerts
from patients.models import Alert, ExerciseSession, SafetyReport
from patients.safety.services.holds import begin_holds, end_rechecked_holds, set_reported_flags
from patients.sessions import check_in
from patients.sessions.questions import Answers
from patients.summaries.services.refresh import refresh_summary

#: The questions whose answers are readings.
READINGS = frozenset({"sugar", "ketones"})


def apply_consequences(
    *, source: ExerciseSession | SafetyReport, before: Answers, by: User, now: datetime.datetime
) -> list[Alert]:
    """Begin the holds, set the flags and raise the alerts that the stored answers call for.

    `before` are the answers that were stored before. Holds and flags follow from what is new: a hold that a clinician
    has ended since is not begun again by an answer to another question. The caller has stored the answers, and has
    locked the patient. Returns the new alerts, the highest level first.
    """
    patient = source.patient
    begun = set(check_in.holds_begun_by(before))
    known = check_in.flags_set_by(before)
    holds = [hold for hold in check_in.holds_begun_by(source.told) if hold not in begun]
    flags = {flag: how for flag, how in check_in.flags_set_by(source.told).items() if flag not in known}
    begin_holds(patient=patient, begun=holds, source=source, by=by, now=now)
    set_reported_flags(patient=patient, flags=flags, by=by, now=now)
    alerts = raise_alerts(source=source, now=now)
    refresh_summary(patient=patient, now=now)
    return alerts


def end_holds_by_reading(
    *, source: ExerciseSession | SafetyReport, answers: Answers, by: User, now: datetime.datetime
) -> None:
    """End the holds that a new reading ends, if there is one among `answers`, which the caller has stored.

    The caller has locked the patient.
    """
    if READINGS & set(answers):
        told_at = source.reported_at if isinstance(source, SafetyReport) and source.arrived_at else now
        end_rechecked_holds(patient=source.patient, told=source.told, by=by, now=now, told_at=told_at)
