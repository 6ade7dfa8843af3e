"""Services with which the team answers alerts: acknowledge, save a note, pause the plan, resolve.

One check-in needs one response: a fall with strong pain is one call to the patient. So every action applies to all
open alerts of the same check-in or report. An alert whose answers began a hold that a person ends is resolved only with
an answer about the hold (clinical rules, "Holds"). Of two concurrent actions the first is kept, and the second reports
that.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.audit.services import record, record_each
from clinic.models import User
from patients.alerts.selectors.alert_details import AlertDetails, holds_called_for
from patients.alerts.selectors.answers import same_source
from patients.exceptions import NotPossibleError
from patients.models import Alert, ExerciseHold, HoldOutcome, Patient, Plan, PlanEvent, PlanState
from patients.plans.services.plans import move_plan
from patients.plans.states import Move
from patients.safety.services.holds import end_hold, look_at_hold
from patients.summaries.services.refresh import lock_summaries, refresh_summary


class StaleNoteError(Exception):
    """Raised if someone else wrote a note after the page was shown. `note` is theirs."""

    def __init__(self, note: str) -> None:
        super().__init__("The note has changed.")
        self.note = note


@dataclass(frozen=True, kw_only=True)
class HoldAnswer:
    """The answer to one hold: what was found; where it is needed, the first day of exercises, and what it was."""

    outcome: HoldOutcome
    start_on: datetime.date | None = None
    cause: str = ""


@transaction.atomic
def acknowledge_alert(*, alert: Alert, by: User, now: datetime.datetime | None = None) -> list[Alert]:
    """Acknowledge the open alerts of a check-in or report, so that they are no longer escalated to the whole team.

    They stay open, and their holds stay in force; the holds count as looked at. Returns the alerts acknowledged by this
    call; empty if they are already acknowledged or resolved.
    """
    return _acknowledge(_lock_related_alerts(alert), by, now or timezone.now())


@transaction.atomic
def save_alert_note(
    *, alert: Alert, note: str, seen_note: str, by: User, now: datetime.datetime | None = None
) -> list[Alert]:
    """Save a note about what was done so far, and acknowledge the alerts that nobody has acknowledged.

    `seen_note` is the note that the page showed. Raises StaleNoteError if another note was written since. Returns the
    alerts; empty if they are already resolved.
    """
    alerts = _lock_related_alerts(alert)
    _check_note(alerts, note, seen_note)
    _acknowledge(alerts, by, now or timezone.now())
    for each in alerts:
        if each.note != note.strip():
            each.note = note.strip()
            each.save(update_fields=["note"])
            record("alert.noted", actor=by, obj=each, clinic=each.clinic)
    return alerts


@transaction.atomic
def resolve_alert(
    *,
    alert: Alert,
    by: User,
    note: str = "",
    seen_note: str | None = None,
    answers: Mapping[uuid.UUID, HoldAnswer] | None = None,
    seen_by: str = "",
    now: datetime.datetime | None = None,
) -> list[Alert]:
    """Resolve the open alerts of a check-in or report, and end the holds that it has begun with these answers.

    `answers` are by the id of the hold; `seen_by` names the person who has seen the patient. Returns the resolved
    alerts; empty if someone has already resolved them, whose note is kept. An empty `note` keeps the earlier note.
    Raises NotPossibleError if a hold has no answer or one that `end_hold` refuses, and StaleNoteError if `seen_note` is
    given and another note was written since. Then nothing is changed.
    """
    now = now or timezone.now()
    answers = answers or {}
    patient = lock_patient(alert)
    lock_summaries([patient], now)  # before the alerts, as in every service; refreshed below
    alerts = _lock_related_alerts(alert)
    if seen_note is not None:
        _check_note(alerts, note, seen_note)
    holds = list_holds(alert) if alerts else []
    if any(hold.pk not in answers for hold in holds):
        raise NotPossibleError(_("Say what becomes of the hold. Nothing was saved."))
    for hold in holds:
        answer = answers[hold.pk]
        end_hold(
            hold=hold,
            outcome=answer.outcome,
            start_on=answer.start_on,
            cause=answer.cause,
            seen_by=seen_by,
            note=note,
            by=by,
            now=now,
        )
    for each in alerts:
        each.settled_at, each.settled_by, each.note = now, by, note.strip() or each.note
        each.save(update_fields=["settled_at", "settled_by", "note"])
    if alerts:
        record_each("alert.settled", actor=by, objs=alerts, clinic=alerts[0].clinic)
        refresh_summary(patient=patient, now=now)
    return alerts


def list_holds(alert: Alert) -> list[ExerciseHold]:
    """Return the open holds of the session or report behind an alert; see `holds_called_for`. One query."""
    holds = ExerciseHold.objects.for_a_person().filter(patient=alert.patient_id).order_by("begun_at", "pk")
    return list(holds_called_for(alert, holds))


def lock_patient(alert: Alert) -> Patient:
    """Lock and return the alert's patient with the clinic: first, as in every service that writes about a patient."""
    patients = Patient.objects.select_for_update(of=("self",)).select_related("clinic")
    return patients.get(pk=alert.patient_id)


@transaction.atomic
def pause_plan_for_alert(*, alert: Alert, by: User, now: datetime.datetime | None = None) -> PlanEvent | None:
    """Pause the patient's plan, with a reason made from the check-in, and acknowledge the alert.

    Returns None if the plan is already paused, as after a double click. Raises NotPossibleError if no plan is active
    or paused.
    """
    now = now or timezone.now()
    lock_patient(alert)
    plan = Plan.objects.select_for_update(of=("self",)).open().filter(patient=alert.patient_id).first()
    if plan is None or plan.state not in (PlanState.ACTIVE, PlanState.PAUSED):
        raise NotPossibleError(_("No plan is running, so there is nothing to pause."))
    event = None
    if plan.state == PlanState.ACTIVE:
        event = move_plan(plan=plan, move=Move.PAUSE, by=by, reason=get_pause_reason(alert), now=now)
    _acknowledge(_lock_related_alerts(alert), by, now)
    return event


def get_pause_reason(alert: Alert) -> str:
    """Return the sentences of all alerts of the check-in, cut to the length of `PlanEvent.note`. One query."""
    rows = Alert.objects.select_related("patient", "session", "report").order_by("-level", "kind")
    alerts = tuple(rows.filter(same_source(alert)))
    max_length: int | None = PlanEvent._meta.get_field("note").max_length
    return " ".join(AlertDetails.of(alerts).sentences)[:max_length]


def _lock_related_alerts(alert: Alert) -> list[Alert]:
    """Lock and return the open alerts of the same check-in or report, ordered by id; an inactivity alert is alone.

    The patient is locked first. The order is the same in every service, so that concurrent transactions cannot
    deadlock.
    """
    lock_patient(alert)
    same = Alert.objects.waiting().filter(same_source(alert))
    return list(
        same.select_for_update(of=("self",)).select_related("patient__clinic", "clinic").order_by("id")
    )


def _acknowledge(alerts: list[Alert], by: User, now: datetime.datetime) -> list[Alert]:
    unacknowledged = [each for each in alerts if each.acknowledged_at is None]
    for each in unacknowledged:
        each.acknowledged_at, each.acknowledged_by = now, by
        each.save(update_fields=["acknowledged_at", "acknowledged_by"])
    if unacknowledged:
        record_each("alert.acknowledged", actor=by, objs=unacknowledged, clinic=unacknowledged[0].clinic)
        for hold in list_holds(unacknowledged[0]):
            look_at_hold(hold=hold, by=by, now=now)
    return unacknowledged


def _check_note(alerts: list[Alert], note: str, seen_note: str) -> None:
    """Raise StaleNoteError if an alert has a note that is neither `seen_note` nor `note`.

    The same note sent twice, as after a double click, is no conflict.
    """
    for each in alerts:
        if each.note and each.note not in (seen_note.strip(), note.strip()):
            raise StaleNoteError(each.note)
