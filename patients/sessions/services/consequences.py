"""Consequences of answers: alerts, holds and flags, in the transaction that stores the answers."""

from __future__ import annotations

import datetime

from clinic.models import User
from patients.alerts.services.raising import raise_alerts
from patients.models import Alert, ExerciseSession, SafetyReport
from patients.safety.services.holds import begin_holds, set_reported_flags
from patients.sessions import check_in
from patients.summaries.services.refresh import refresh_summary


def apply_consequences(
    *, source: ExerciseSession | SafetyReport, by: User, now: datetime.datetime
) -> list[Alert]:
    """Begin the holds, set the flags and raise the alerts that the stored answers call for.

    The caller has stored the answers, and has locked the patient or the session. Repeated calls have the effect of one.
    Returns the new alerts, the highest level first.
    """
    patient = source.patient
    answers = source.told
    begin_holds(patient=patient, begun=check_in.holds_begun_by(answers), source=source, now=now)
    set_reported_flags(patient=patient, flags=check_in.flags_set_by(answers), by=by, now=now)
    alerts = raise_alerts(source=source, now=now)
    refresh_summary(patient=patient, now=now)
    return alerts
