"""Alerts of demo patients: raised by the default rules for check-ins and inactivity, and partly resolved."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from clinic.models import User
from patients.alerts.history import SESSIONS_CONSIDERED, PastSession
from patients.alerts.rules import AlertFinding, defaults, find_inactivity, findings
from patients.demo.bulk import BulkRows
from patients.demo.clinics import DemoClinic
from patients.demo.names import ACKNOWLEDGED_NOTES, OTHER_NOTES, RESOLVED_NOTES
from patients.demo.random import SeededRandom
from patients.models import Alert, AlertLevel, Effort, ExerciseSession, Patient, SessionEntry
from patients.summaries.selectors import ComputedSummary

#: Minimum and maximum minutes until an alert is resolved, by level: critical alerts within about a day, others later.
RESOLVED_WITHIN = {
    AlertLevel.CRITICAL: (25, 1500),
    AlertLevel.HIGH: (300, 3600),
    AlertLevel.LOW: (600, 4300),
}
#: Part of the unresolved alerts that is acknowledged.
ACKNOWLEDGED_SHARE = 0.35
#: Time from an alert to its acknowledgement.
ACKNOWLEDGED_AFTER = datetime.timedelta(minutes=18)


class AlertWriter:
    """Write the alerts of one patient, session by session, the oldest first."""

    def __init__(self, rows: BulkRows, site: DemoClinic, *, patient: Patient, clinician: User) -> None:
        self.rows, self.site, self.patient, self.clinician = rows, site, patient, clinician
        self.earlier: list[PastSession] = []

    def read(
        self,
        session: ExerciseSession,
        entries: Sequence[SessionEntry],
        names: Mapping[uuid.UUID, str],
        *,
        waits: bool,
    ) -> bool:
        """Raise the alerts of a finished session.

        Return False if an unresolved critical alert stops the patient. `names` maps the ids of plan items to the names
        of their exercises. `waits` leaves the alerts unresolved.
        """
        past = PastSession(
            on_date=session.on_date,
            answers=session.told,
            rated_exercises=any(entry.effort for entry in entries),
            too_hard=tuple(names[entry.item_id] for entry in entries if entry.effort == Effort.TOO_HARD),
        )
        found = findings(defaults(), past, self.earlier)
        kinds = frozenset(str(finding.rule.kind) for finding in found)
        self.earlier = [replace(past, raised=kinds), *self.earlier][:SESSIONS_CONSIDERED]
        if not found or session.finished_at is None:
            return True
        is_resolved = _write(
            self.rows, self.site, found, self.patient, self.clinician, session, session.finished_at, waits
        )
        return is_resolved or found[0].rule.level < AlertLevel.CRITICAL


def make_inactivity_alert(
    rows: BulkRows, patient: Patient, summary: ComputedSummary, site: DemoClinic
) -> ComputedSummary:
    """Write the inactivity alert of a patient, if one is due, and return the summary with its level."""
    found = find_inactivity(defaults(), missed_days=summary.missed_days, silent_days=summary.silent_days)
    if found is None:
        return summary
    days = summary.silent_days if found.rule.kind == "silent" else summary.missed_days
    at = site.now - datetime.timedelta(days=days - (found.rule.amount or 0), hours=1)
    clinician = next(user for user in site.clinicians if user.pk == patient.clinician_id)
    _write(rows, site, [found], patient, clinician, None, at, True)
    return replace(summary, alert_level=max(summary.alert_level, found.rule.level))


def _write(
    rows: BulkRows,
    site: DemoClinic,
    found: Sequence[AlertFinding],
    patient: Patient,
    clinician: User,
    session: ExerciseSession | None,
    at: datetime.datetime,
    waits: bool,
) -> bool:
    """Write the alerts of one check-in, resolved together or not at all. Return True if they are resolved."""
    rng = SeededRandom.named("alerts", session.pk if session else patient.pk)
    most_severe = found[0].rule
    resolved_at = at + datetime.timedelta(minutes=rng.randint(*RESOLVED_WITHIN[most_severe.level]))
    is_resolved = not waits and resolved_at < site.now
    is_acknowledged = (
        is_resolved
        or most_severe.kind == "sore"
        or (most_severe.kind != "fall" and rng.chance(ACKNOWLEDGED_SHARE))
    )
    acknowledged_at = min(at + ACKNOWLEDGED_AFTER, site.now) if is_acknowledged else None
    note = rng.choice(RESOLVED_NOTES.get(most_severe.kind, OTHER_NOTES))
    for finding in found:
        limit = finding.rule.limit_minutes
        team_from = site.week.after_open_minutes(at, limit) if limit else None
        is_escalated = acknowledged_at is None and team_from is not None and team_from <= site.now
        rows.alerts.append(
            Alert(
                id=rng.uuid(),
                clinic_id=patient.clinic_id,
                patient_id=patient.pk,
                session_id=session.pk if session else None,
                kind=finding.rule.kind,
                level=finding.rule.level,
                facts=finding.facts,
                raised_at=at,
                team_from=team_from,
                escalated_at=team_from if is_escalated else None,
                acknowledged_at=acknowledged_at,
                acknowledged_by_id=clinician.pk if acknowledged_at else None,
                settled_at=resolved_at if is_resolved else None,
                settled_by_id=clinician.pk if is_resolved else None,
                note=note if is_resolved else rng.choice(ACKNOWLEDGED_NOTES) if is_acknowledged else "",
            )
        )
    return is_resolved
