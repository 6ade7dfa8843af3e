"""What people do about alerts: take one in hand, write down, pause the plan, settle.

One check-in is one thing to look at: a fall with strong pain is not two calls. So whatever is done, is done to all
waiting alerts of the same check-in. Of two people at once the first stands, and the other is told so.
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
    """Someone else wrote a note after the page was shown. Holds theirs, for the page to say."""

    def __init__(self, note: str) -> None:
        super().__init__("The note has changed.")
        self.note = note


@transaction.atomic
def acknowledge_alert(*, alert: Alert, by: User, now: datetime.datetime | None = None) -> list[Alert]:
    """Take it in hand: it no longer goes to the whole team. It still waits, and still holds standing exercises back.

    Returns what was taken; empty when somebody has it in hand already, or it is settled.
    """
    return _acknowledge(_lock_related_alerts(alert), by, now or timezone.now())


@transaction.atomic
def save_alert_note(
    *, alert: Alert, note: str, seen_note: str, by: User, now: datetime.datetime | None = None
) -> list[Alert]:
    """Keep what was done so far. Who writes a note has the alert in hand, unless somebody has.

    `seen_note` is what the page showed. Raises StaleNoteError when another note was written since. Returns the
    alerts; empty when they are settled already.
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
    """Note that a clinician has looked, and what was done. A settled fall or sore no longer holds exercises back.

    Returns what was settled; empty when someone had done it already, whose note stands. Without a note the one
    that is there stays. Raises StaleNoteError when `seen_note` is given and another was written since.
    """
    now = now or timezone.now()
    lock_summaries([alert.patient], now)  # before the alerts, as everywhere: it is written again below
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
    """Pause the patient's plan, with the reason drafted from the check-in, and take the alert in hand.

    None when the plan rests already, as after a double click. Raises NotPossibleError when there is no plan to pause.
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
    """What the check-in told, as the reason that is kept with the plan."""
    told = Alert.objects.select_related("patient", "session").order_by("-level", "kind")
    alerts = tuple(told.filter(session=alert.session_id) if alert.session_id else told.filter(pk=alert.pk))
    longest: int | None = PlanEvent._meta.get_field("note").max_length
    return " ".join(AlertDetails.of(alerts).sentences)[:longest]


def _lock_related_alerts(alert: Alert) -> list[Alert]:
    """The waiting alerts of the same check-in, locked, in one order everywhere; a silence stands alone."""
    waiting = Alert.objects.waiting()
    same = waiting.filter(session=alert.session_id) if alert.session_id else waiting.filter(pk=alert.pk)
    return list(
        same.select_for_update(of=("self",)).select_related("patient__clinic", "clinic").order_by("id")
    )


def _acknowledge(alerts: list[Alert], by: User, now: datetime.datetime) -> list[Alert]:
    taken = [each for each in alerts if each.acknowledged_at is None]
    for each in taken:
        each.acknowledged_at, each.acknowledged_by = now, by
        each.save(update_fields=["acknowledged_at", "acknowledged_by"])
    if taken:
        record_each("alert.acknowledged", actor=by, objs=taken, clinic=taken[0].clinic)
    return taken


def _check_note(alerts: list[Alert], note: str, seen_note: str) -> None:
    """The same note twice, as after a double click, is one note."""
    for each in alerts:
        if each.note and each.note not in (seen_note.strip(), note.strip()):
            raise StaleNoteError(each.note)
