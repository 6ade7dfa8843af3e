"""Services with which the team answers alerts: acknowledge, save a note, pause the plan, resolve.

One check-in needs one response: a fall with strong pain is one call to the patient. So every action applies to all
open alerts of the same check-in. Of two concurrent actions the first is kept, and the second reports that.
"""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic.audit.services import record, record_each
from clinic.models import User
from patients.alerts.selectors.alert_details import AlertDetails
from patients.exceptions import NotPossibleError
from patients.models import Alert, Plan, PlanEvent, PlanState
from patients.plans.services.plans import move_plan
from patients.plans.states import Move
from patients.summaries.services.refresh import lock_summaries, refresh_summary


class StaleNoteError(Exception):
    """Raised if someone else wrote a note after the page was shown. `note` is theirs."""

    def __init__(self, note: str) -> None:
        super().__init__("The note has changed.")
        self.note = note


@transaction.atomic
def acknowledge_alert(*, alert: Alert, by: User, now: datetime.datetime | None = None) -> list[Alert]:
    """Acknowledge the open alerts of a check-in, so that they are no longer escalated to the whole team.

    They stay open, and still suspend standing exercises. Returns the alerts acknowledged by this call; empty if they
    are already acknowledged or resolved.
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
    now: datetime.datetime | None = None,
) -> list[Alert]:
    """Resolve the open alerts of a check-in. A resolved fall or sore no longer suspends standing exercises.

    Returns the resolved alerts; empty if someone has already resolved them, whose note is kept. An empty `note` keeps
    the earlier note. Raises StaleNoteError if `seen_note` is given and another note was written since.
    """
    now = now or timezone.now()
    lock_summaries([alert.patient], now)  # before the alerts, as in every service; refreshed below
    alerts = _lock_related_alerts(alert)
    if seen_note is not None:
        _check_note(alerts, note, seen_note)
    for each in alerts:
        each.settled_at, each.settled_by, each.note = now, by, note.strip() or each.note
        each.save(update_fields=["settled_at", "settled_by", "note"])
    if alerts:
        record_each("alert.settled", actor=by, objs=alerts, clinic=alerts[0].clinic)
        refresh_summary(patient=alerts[0].patient, now=now)
    return alerts


@transaction.atomic
def pause_plan_for_alert(*, alert: Alert, by: User, now: datetime.datetime | None = None) -> PlanEvent | None:
    """Pause the patient's plan, with a reason made from the check-in, and acknowledge the alert.

    Returns None if the plan is already paused, as after a double click. Raises NotPossibleError if no plan is active
    or paused.
    """
    now = now or timezone.now()
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
    rows = Alert.objects.select_related("patient", "session").order_by("-level", "kind")
    alerts = tuple(rows.filter(session=alert.session_id) if alert.session_id else rows.filter(pk=alert.pk))
    max_length: int | None = PlanEvent._meta.get_field("note").max_length
    return " ".join(AlertDetails.of(alerts).sentences)[:max_length]


def _lock_related_alerts(alert: Alert) -> list[Alert]:
    """Lock and return the open alerts of the same check-in, ordered by id; an inactivity alert is alone.

    The order is the same in every service, so that concurrent transactions cannot deadlock.
    """
    waiting = Alert.objects.waiting()
    same = waiting.filter(session=alert.session_id) if alert.session_id else waiting.filter(pk=alert.pk)
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
    return unacknowledged


def _check_note(alerts: list[Alert], note: str, seen_note: str) -> None:
    """Raise StaleNoteError if an alert has a note that is neither `seen_note` nor `note`.

    The same note sent twice, as after a double click, is no conflict.
    """
    for each in alerts:
        if each.note and each.note not in (seen_note.strip(), note.strip()):
            raise StaleNoteError(each.note)
