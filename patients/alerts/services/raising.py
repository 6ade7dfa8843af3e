"""Services that raise, update, end and escalate alerts automatically.

The services with which people answer alerts are in `patients.alerts.services.answers`.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db import transaction

from clinic.audit.services import record, record_each
from clinic.clinics.opening_hours import OpeningWeek
from clinic.models import Clinic
from patients.alerts.emails import send_alert_emails
from patients.alerts.history import PastSession
from patients.alerts.kinds import Rule
from patients.alerts.rules import (
    AlertFinding,
    Rules,
    find_inactivity,
    findings,
    get_alert_rules,
    urgent_findings,
)
from patients.alerts.selectors.history import (
    Told,
    get_first_usual,
    get_past_reports,
    get_past_sessions,
    list_earlier,
    list_told_after,
    list_told_before,
)
from patients.models import (
    INACTIVITY_KINDS,
    Alert,
    ExerciseSession,
    PainLimit,
    Patient,
    SafetyReport,
)


@transaction.atomic
def raise_alerts(*, source: ExerciseSession | SafetyReport, now: datetime.datetime) -> list[Alert]:
    """Raise alerts for a session or a report by the clinic's rules. Returns the new alerts, the highest level first.

    The caller locks the session or the patient, and loads its patient and clinic. A further call, as after a danger
    reported later, raises only new kinds; it updates the facts of an open alert, and leaves a resolved alert unchanged.
    While a session is open, only rules that a clinic cannot switch off raise an alert, and those of an answer that
    begins a hold which a person has to end: the others wait for the check-in. What arrives late may complete a rule
    such as "twice in two weeks" on a later day: that day's session or report raises it then.
    """
    rules = get_alert_rules(source.patient.clinic)
    is_open = isinstance(source, ExerciseSession) and not source.is_finished
    later = list_told_after(source) if not is_open and _is_late(source, now) else []
    found = urgent_findings(rules, source.told) if is_open else _look_back(rules, source)
    if later:
        told_later = frozenset().union(*(row.past.raised for row in later))
        found = [each for each in found if not (_counts_several(each) and each.rule.kind in told_later)]
    known = {alert.kind: alert for alert in source.alerts.select_for_update(of=("self",))}
    for finding in found:
        alert = known.get(finding.rule.kind)
        if alert is not None and alert.is_waiting and alert.facts != finding.facts:
            alert.facts = finding.facts
            alert.save(update_fields=["facts"])
    new = [finding for finding in found if finding.rule.kind not in known]
    alerts = _raise(new, patient=source.patient, source=source, now=now) if new else []
    if later:
        alerts += _judge_later(rules, source, later, now)
    return sorted(alerts, key=lambda alert: -alert.level)


def _look_back(rules: Rules, source: ExerciseSession | SafetyReport) -> list[AlertFinding]:
    return findings(rules, _get_past(source), list_earlier(source), **_facts_of(source.patient))


def _get_past(source: ExerciseSession | SafetyReport) -> PastSession:
    rows = get_past_reports([source]) if isinstance(source, SafetyReport) else get_past_sessions([source])
    return rows[0]


def _facts_of(patient: Patient) -> dict[str, Any]:
    return {"first_usual": get_first_usual(patient), "own_limit": PainLimit.objects.get_limit(patient)}


# --- Late arrivals ----------------------------------------------------------------------------------------------------


def _is_late(source: ExerciseSession | SafetyReport, now: datetime.datetime) -> bool:
    """Return whether something may have been told after it already: it comes from a phone, or is of an earlier day."""
    return source.arrived_at is not None or source.on_date < source.patient.today(now)


def _counts_several(finding: AlertFinding) -> bool:
    """Return whether the rule counts sessions or days, so that an earlier one that arrives late may complete it."""
    return (finding.rule.times or 1) > 1


def _judge_later(
    rules: Rules, source: ExerciseSession | SafetyReport, later: Sequence[Told], now: datetime.datetime
) -> list[Alert]:
    """Raise what the late session or report has completed on a later day: each kind once."""
    facts = _facts_of(source.patient)
    before = [row.past for row in list_told_before(source)] + [_get_past(source)]
    raised = set().union(*(row.past.raised for row in later))
    alerts = []
    for row in later:
        new: list[AlertFinding] = []
        if row.source is not None:
            found = findings(rules, row.past, before[::-1], **facts)
            new = [each for each in found if _counts_several(each) and each.rule.kind not in raised]
        if new and row.source is not None:
            alerts += _raise(new, patient=source.patient, source=row.source, now=now)
        kinds = {str(each.rule.kind) for each in new}
        raised |= kinds
        before.append(replace(row.past, raised=row.past.raised | kinds))
    return alerts


def _raise(
    found: Sequence[AlertFinding],
    *,
    patient: Patient,
    source: ExerciseSession | SafetyReport,
    now: datetime.datetime,
) -> list[Alert]:
    week = OpeningWeek.of(patient.clinic)
    alerts = [
        Alert(
            clinic=patient.clinic,
            patient=patient,
            session=source if isinstance(source, ExerciseSession) else None,
            report=source if isinstance(source, SafetyReport) else None,
            kind=finding.rule.kind,
            level=finding.rule.level,
            facts=finding.facts,
            raised_at=now,
            team_from=team_from(finding.rule, week, now),
        )
        for finding in found
    ]
    Alert.objects.bulk_create(alerts)
    record_each("alert.raised", actor=None, objs=alerts, clinic=patient.clinic)
    return alerts


def team_from(rule: Rule, week: OpeningWeek, now: datetime.datetime) -> datetime.datetime | None:
    """Return the time at which an alert raised at `now` is escalated if nobody acknowledges it; None: never."""
    return None if rule.limit_minutes is None else week.after_open_minutes(now, rule.limit_minutes)


# --- Inactivity -----------------------------------------------------------------------------------------------------


@transaction.atomic
def update_inactivity_alerts(
    *,
    patient: Patient,
    missed_days: int,
    silent_days: int,
    now: datetime.datetime,
    rules: Rules | None = None,
) -> Alert | None:
    """Create, update or end the patient's inactivity alerts. Returns the open one, or None. Needs `clinic` loaded.

    `missed_days`: planned days since anything was logged; `silent_days`: days in a row without a log. Both are 0 if
    the patient is active again or has nothing planned. After someone resolves an inactivity alert, the same
    inactivity raises no other until the next rule applies. An alert ends automatically when the inactivity ends or
    another rule applies. Pass `rules` to save a query when updating many patients.
    """
    known = {
        alert.kind: alert
        for alert in Alert.objects.about_inactivity().waiting().filter(patient=patient).order_by("id")
    }
    found = None
    if missed_days or silent_days:
        found = find_inactivity(
            rules or get_alert_rules(patient.clinic), missed_days=missed_days, silent_days=silent_days
        )
    kind = found.rule.kind if found else None
    for other in INACTIVITY_KINDS:
        if other != kind and other in known:
            _end(known[other], patient, now)
    if found is None:
        return None
    if kind in known:
        Alert.objects.waiting().filter(pk=known[kind].pk).exclude(facts=found.facts).update(facts=found.facts)
        return known[kind]
    if _was_resolved(patient, found, silent_days, now):
        return None
    return _raise_once(patient, found, now)


def _end(alert: Alert, patient: Patient, now: datetime.datetime) -> None:
    """Mark an inactivity alert as ended, because the patient is active again or another rule applies."""
    if Alert.objects.waiting().filter(pk=alert.pk).update(settled_at=now):
        record("alert.ended", actor=None, obj=alert, clinic=patient.clinic)


def _was_resolved(patient: Patient, found: AlertFinding, silent_days: int, now: datetime.datetime) -> bool:
    """Return True if someone has resolved an alert of this kind that was raised since the inactivity began."""
    since = now - datetime.timedelta(days=silent_days)
    settled = (
        Alert.objects.about_inactivity().settled().filter(settled_by__isnull=False, raised_at__gte=since)
    )
    return settled.filter(patient=patient, kind=found.rule.kind).exists()


def _raise_once(patient: Patient, found: AlertFinding, now: datetime.datetime) -> Alert | None:
    """Create the alert unless it exists. Concurrent calls create one, by the constraint on open inactivity alerts."""
    alert, is_new = (
        Alert.objects.about_inactivity()
        .waiting()
        .get_or_create(
            patient=patient,
            kind=found.rule.kind,
            session=None,
            report=None,
            settled_at=None,
            defaults={
                "clinic": patient.clinic,
                "level": found.rule.level,
                "facts": found.facts,
                "raised_at": now,
                "team_from": team_from(found.rule, OpeningWeek.of(patient.clinic), now),
            },
        )
    )
    if is_new:
        record("alert.raised", actor=None, obj=alert, clinic=patient.clinic)
    return alert


# --- Escalation to the whole team -----------------------------------------------------------------------------------


def escalate_alerts(*, now: datetime.datetime) -> int:
    """Escalate the alerts that nobody has acknowledged within their limit. Returns the number of alerts.

    Sends one e-mail to each member who answers alerts, for any number of alerts. Safe to run repeatedly and
    concurrently: each alert is escalated once.
    """
    due = Alert.objects.past_limit(now).order_by().values("clinic").distinct()
    return sum(_escalate(clinic, now) for clinic in Clinic.objects.filter(pk__in=due).order_by("pk"))


@transaction.atomic
def _escalate(clinic: Clinic, now: datetime.datetime) -> int:
    due = Alert.objects.past_limit(now).filter(clinic=clinic).select_for_update(of=("self",)).order_by("id")
    alerts = list(due)
    if alerts:
        Alert.objects.filter(pk__in=[alert.pk for alert in alerts]).update(escalated_at=now)
        record_each("alert.escalated", actor=None, objs=alerts, clinic=clinic)
        send_alert_emails(clinic)
    return len(alerts)
