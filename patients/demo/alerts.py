"""What a demo check-in, or a silence, raises by the default rules, and what became of it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from clinic.models import User
from patients.alerts.rules import (
    SESSIONS_CONSIDERED,
    AlertFinding,
    PastSession,
    defaults,
    find_inactivity,
    findings,
)
from patients.demo.bulk import BulkRows
from patients.demo.clinics import DemoClinic
from patients.demo.names import ACKNOWLEDGED_NOTES, OTHER_NOTES, RESOLVED_NOTES
from patients.demo.random import SeededRandom
from patients.models import Alert, AlertLevel, Effort, ExerciseSession, Patient, SessionEntry
from patients.summaries.selectors import ComputedSummary

#: Minutes until someone has dealt with it, at least and at most: critical alerts the same day, others in time.
RESOLVED_WITHIN = {
    AlertLevel.CRITICAL: (25, 1500),
    AlertLevel.HIGH: (300, 3600),
    AlertLevel.LOW: (600, 4300),
}
#: Of what still waits, how much somebody has in hand.
IN_HAND = 0.35
#: So soon after an alert somebody has it in hand, if anyone has.
TAKEN_AFTER = datetime.timedelta(minutes=18)


class AlertWriter:
    """The alerts of one patient, as their sessions come, oldest first."""

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
        """Raise what a finished session calls for. False when the patient must stop until a clinician has looked.

        `names`: key of an item → name of its exercise. `waits`: nobody has dealt with it yet.
        """
        past = PastSession(
            answers=session.told,
            rated_exercises=any(entry.effort for entry in entries),
            too_hard=tuple(names[entry.item_id] for entry in entries if entry.effort == Effort.TOO_HARD),
        )
        found = findings(defaults(), past, self.earlier)
        kinds = frozenset(str(finding.rule.kind) for finding in found)
        self.earlier = [replace(past, raised=kinds), *self.earlier][:SESSIONS_CONSIDERED]
        if not found or session.finished_at is None:
            return True
        settled = _write(
            self.rows, self.site, found, self.patient, self.clinician, session, session.finished_at, waits
        )
        return settled or found[0].rule.level < AlertLevel.CRITICAL


def make_inactivity_alert(
    rows: BulkRows, patient: Patient, summary: ComputedSummary, site: DemoClinic
) -> ComputedSummary:
    """The alert about a patient who has gone quiet, if one is due; and the standing with it."""
    found = find_inactivity(defaults(), missed_days=summary.missed_days, silent_days=summary.silent_days)
    if found is None:
        return summary
    so_long = summary.silent_days if found.rule.kind == "silent" else summary.missed_days
    at = site.now - datetime.timedelta(days=so_long - (found.rule.amount or 0), hours=1)
    taken_by = next(user for user in site.clinicians if user.pk == patient.clinician_id)
    _write(rows, site, [found], patient, taken_by, None, at, True)
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
    """The alerts of one check-in, dealt with together. Whether somebody has settled them."""
    rng = SeededRandom.named("alerts", session.pk if session else patient.pk)
    gravest = found[0].rule
    settled_at = at + datetime.timedelta(minutes=rng.randint(*RESOLVED_WITHIN[gravest.level]))
    settled = not waits and settled_at < site.now
    in_hand = settled or gravest.kind == "sore" or (gravest.kind != "fall" and rng.chance(IN_HAND))
    taken_at = min(at + TAKEN_AFTER, site.now) if in_hand else None
    note = rng.choice(RESOLVED_NOTES.get(gravest.kind, OTHER_NOTES))
    for finding in found:
        limit = finding.rule.limit_minutes
        team_from = site.week.after_open_minutes(at, limit) if limit else None
        skipped = taken_at is None and team_from is not None and team_from <= site.now
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
                escalated_at=team_from if skipped else None,
                acknowledged_at=taken_at,
                acknowledged_by_id=clinician.pk if taken_at else None,
                settled_at=settled_at if settled else None,
                settled_by_id=clinician.pk if settled else None,
                note=note if settled else rng.choice(ACKNOWLEDGED_NOTES) if in_hand else "",
            )
        )
    return settled
