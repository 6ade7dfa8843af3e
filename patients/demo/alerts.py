"""Alerts and holds of demo patients: by the default rules for check-ins and inactivity, and partly resolved."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace

from clinic.models import User
from patients.alerts.history import SESSIONS_CONSIDERED, History, PastSession
from patients.alerts.rules import AlertFinding, defaults, find_inactivity, findings
from patients.demo.bulk import BulkRows
from patients.demo.clinics import DemoClinic
from patients.demo.names import ACKNOWLEDGED_NOTES, OTHER_NOTES, RESOLVED_NOTES
from patients.demo.random import SeededRandom
from patients.models import (
    Alert,
    AlertLevel,
    Effort,
    ExerciseHold,
    ExerciseSession,
    Flag,
    FlagOrigin,
    HoldOutcome,
    Patient,
    PatientFlag,
    SessionEntry,
)
from patients.safety.hold_endings import endings_of
from patients.safety.services.flags import get_review_date
from patients.sessions import check_in
from patients.sessions.questions import Until
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
    """Write the alerts, holds and reported flags of one patient, session by session, the oldest first.

    `flags` are those that the patient has already; `first_usual` is the usual pain by the screening. `free_from` is the
    moment at which the last hold ended.
    """

    def __init__(
        self,
        rows: BulkRows,
        site: DemoClinic,
        *,
        patient: Patient,
        clinician: User,
        flags: set[Flag],
        first_usual: int | None,
    ) -> None:
        self.rows, self.site, self.patient, self.clinician = rows, site, patient, clinician
        self.flags, self.first_usual = flags, first_usual
        self.earlier: list[PastSession] = []
        self.free_from = patient.registered_at

    def get_usual_and_limit(self, pain_before: int) -> tuple[float, float]:
        """Return the usual pain and the pain limit at the next session."""
        history = History(earlier=self.earlier, first_usual=self.first_usual)
        session = PastSession(answers={"pain_before": pain_before})
        return history.get_usual(session) or 0, history.get_limit(session)

    def read(
        self,
        session: ExerciseSession,
        entries: Sequence[SessionEntry],
        names: Mapping[uuid.UUID, str],
        *,
        waits: bool,
    ) -> bool:
        """Raise the alerts of a finished session, and begin its holds.

        Return False if an unresolved critical alert, or a hold, stops the patient. `names` maps the ids of plan items
        to the names of their exercises. `waits` leaves the alerts unresolved.
        """
        past = PastSession(
            on_date=session.on_date,
            answers=session.told,
            rated_exercises=any(entry.effort for entry in entries),
            too_hard=tuple(names[entry.item_id] for entry in entries if entry.effort == Effort.TOO_HARD),
            reasons=frozenset(entry.reason for entry in entries if entry.reason),
        )
        found = findings(defaults(), past, self.earlier, first_usual=self.first_usual)
        kinds = frozenset(str(finding.rule.kind) for finding in found)
        self.earlier = [replace(past, raised=kinds), *self.earlier][:SESSIONS_CONSIDERED]
        if not found or session.finished_at is None:
            return True
        first = _write(
            self.rows, self.site, found, self.patient, self.clinician, session, session.finished_at, waits
        )
        is_held = self._begin_holds(session, session.finished_at, first)
        return first.settled_at is not None or not (is_held or first.level == AlertLevel.CRITICAL)

    def _begin_holds(self, session: ExerciseSession, at: datetime.datetime, alert: Alert) -> bool:
        """Write the holds and flags of a session. Return True if only a person ends one of them.

        With a resolved alert, a person has found nothing, and the flags have been cleared again.
        """
        begun = {
            (each.kind, each.until, each.question if each.until is Until.A_PERSON else ""): each
            for each in check_in.holds_begun_by(session.told)
        }
        ended_at = alert.settled_at
        for each in begun.values():
            hold = ExerciseHold(
                id=SeededRandom.named("hold", session.pk, each.kind, each.until, each.question).uuid(),
                patient_id=self.patient.pk,
                clinic_id=self.patient.clinic_id,
                kind=each.kind,
                question=each.question,
                session_id=session.pk,
                on_date=session.on_date,
                begun_at=at,
            )
            if each.until is Until.A_PERSON:
                self._answer(hold, alert)
            elif each.until is not Until.A_LATER_DAY:
                days = datetime.timedelta(days=1)
                midnight = datetime.datetime.combine(
                    session.on_date + days, datetime.time.min, self.site.zone
                )
                hold.ends_at = at + days if each.until is Until.ONE_DAY else midnight
                self.free_from = max(self.free_from, hold.ends_at)
            self.rows.holds.append(hold)
        if ended_at is None:
            self._set_flags(session, at)
        return any(each.until is Until.A_PERSON for each in begun.values())

    def _answer(self, hold: ExerciseHold, alert: Alert) -> None:
        """Look at the hold with the alert, and end it when the alert is resolved."""
        hold.team_from = self.site.week.after_a_working_day(hold.begun_at)
        hold.looked_at, hold.looked_by_id = alert.acknowledged_at, alert.acknowledged_by_id
        if hold.looked_at is None and hold.team_from <= self.site.now:
            hold.escalated_at = hold.team_from
        if alert.settled_at is None:
            return
        ends = endings_of(hold.kind, hold.question)
        found_nothing = HoldOutcome.NOT_FOUND if HoldOutcome.NOT_FOUND in ends else HoldOutcome.CLEARED
        hold.ended_at, hold.ended_by_id, hold.outcome = alert.settled_at, alert.settled_by_id, found_nothing
        hold.seen_by, hold.note = self.clinician.name, alert.note
        if ends[found_nothing].needs_start_date:
            hold.start_on = max(alert.settled_at.astimezone(self.site.zone).date(), hold.on_date)
        self.free_from = max(self.free_from, alert.settled_at)

    def _set_flags(self, session: ExerciseSession, at: datetime.datetime) -> None:
        for name, is_suspected in check_in.flags_set_by(session.told).items():
            flag = Flag(name)
            if flag in self.flags:
                continue
            self.flags.add(flag)
            self.rows.flags.append(
                PatientFlag(
                    patient_id=self.patient.pk,
                    flag=flag,
                    set_at=at,
                    set_by_id=self.patient.user_id,
                    origin=FlagOrigin.REPORT,
                    is_unsettled=is_suspected,
                    review_on=get_review_date(flag, session.on_date),
                )
            )


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
) -> Alert:
    """Write the alerts of one check-in, resolved together or not at all. Return the most severe one."""
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
    alerts = []
    for finding in found:
        limit = finding.rule.limit_minutes
        team_from = site.week.after_open_minutes(at, limit) if limit else None
        is_escalated = acknowledged_at is None and team_from is not None and team_from <= site.now
        alerts.append(
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
    rows.alerts += alerts
    return alerts[0]
