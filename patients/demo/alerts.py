"""What a demo check-in, or a silence, raises by the default rules, and what became of it."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from clinic.models import User
from patients.alerts.rules import DEFAULTS, LOOKS_BACK, Finding, Past, findings, silence_found
from patients.demo.bulk import Rows
from patients.demo.clinics import Site
from patients.demo.names import IN_HAND_NOTES, SETTLED_NOTES
from patients.demo.random import Dice
from patients.models import Alert, AlertLevel, Effort, ExerciseSession, Patient, SessionEntry
from patients.summaries.selectors import Stand

#: Minutes until someone has dealt with it, at least and at most: critical alerts the same day, others in time.
SETTLED_WITHIN = {
    AlertLevel.CRITICAL: (25, 1500),
    AlertLevel.HIGH: (300, 3600),
    AlertLevel.LOW: (600, 4300),
}
#: Of what still waits, how much somebody has in hand.
IN_HAND = 0.35
#: So soon after an alert somebody has it in hand, if anyone has.
TAKEN_AFTER = datetime.timedelta(minutes=18)


class AlertBook:
    """The alerts of one patient, as their sessions come, oldest first."""

    def __init__(self, rows: Rows, site: Site, *, patient: Patient, clinician: User) -> None:
        self.rows, self.site, self.patient, self.clinician = rows, site, patient, clinician
        self.earlier: list[Past] = []

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
        past = Past(
            pain_before=session.pain_before,
            pain_after=session.pain_after,
            fell=bool(session.fell),
            faint_or_chest_pain=bool(session.faint_or_chest_pain),
            new_sore=bool(session.new_sore),
            efforts_told=any(entry.effort for entry in entries),
            too_hard=tuple(names[entry.item_id] for entry in entries if entry.effort == Effort.TOO_HARD),
        )
        found = findings(DEFAULTS, past, self.earlier)
        kinds = frozenset(str(finding.rule.kind) for finding in found)
        self.earlier = [replace(past, raised=kinds), *self.earlier][:LOOKS_BACK]
        if not found or session.finished_at is None:
            return True
        settled = _write(
            self.rows, self.site, found, self.patient, self.clinician, session, session.finished_at, waits
        )
        return settled or found[0].rule.level < AlertLevel.CRITICAL


def silence_alert(rows: Rows, patient: Patient, stand: Stand, site: Site) -> Stand:
    """The alert about a patient who has gone quiet, if one is due; and the standing with it."""
    found = silence_found(DEFAULTS, missed_days=stand.missed_days, silent_days=stand.silent_days)
    if found is None:
        return stand
    so_long = stand.silent_days if found.rule.kind == "silent" else stand.missed_days
    at = site.now - datetime.timedelta(days=so_long - (found.rule.amount or 0), hours=1)
    taken_by = next(user for user in site.clinicians if user.pk == patient.clinician_id)
    _write(rows, site, [found], patient, taken_by, None, at, True)
    return replace(stand, alert_level=max(stand.alert_level, found.rule.level))


def _write(
    rows: Rows,
    site: Site,
    found: Sequence[Finding],
    patient: Patient,
    clinician: User,
    session: ExerciseSession | None,
    at: datetime.datetime,
    waits: bool,
) -> bool:
    """The alerts of one check-in, dealt with together. Whether somebody has settled them."""
    dice = Dice.named("alerts", session.pk if session else patient.pk)
    gravest = found[0].rule
    settled_at = at + datetime.timedelta(minutes=dice.randint(*SETTLED_WITHIN[gravest.level]))
    settled = not waits and settled_at < site.now
    in_hand = settled or gravest.kind == "sore" or (gravest.kind != "fall" and dice.chance(IN_HAND))
    taken_at = min(at + TAKEN_AFTER, site.now) if in_hand else None
    note = dice.choice(SETTLED_NOTES[gravest.kind])
    for finding in found:
        limit = finding.rule.limit_minutes
        team_from = site.week.after_open_minutes(at, limit) if limit else None
        left_alone = taken_at is None and team_from is not None and team_from <= site.now
        rows.alerts.append(
            Alert(
                id=dice.uuid(),
                clinic_id=patient.clinic_id,
                patient_id=patient.pk,
                session_id=session.pk if session else None,
                kind=finding.rule.kind,
                level=finding.rule.level,
                facts=finding.facts,
                raised_at=at,
                team_from=team_from,
                escalated_at=team_from if left_alone else None,
                acknowledged_at=taken_at,
                acknowledged_by_id=clinician.pk if taken_at else None,
                settled_at=settled_at if settled else None,
                settled_by_id=clinician.pk if settled else None,
                note=note if settled else dice.choice(IN_HAND_NOTES) if in_hand else "",
            )
        )
    return settled
