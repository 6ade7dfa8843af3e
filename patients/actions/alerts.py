"""Alerts: a clinician looks, and says what was done."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from clinic.audit import record
from clinic.models import User
from patients.models import Alert


@transaction.atomic
def settle_alert(
    *, event: Alert, by: User, note: str = "", now: datetime.datetime | None = None
) -> list[Alert]:
    """Note that a clinician has looked at the event and at whatever else the same check-in reported.

    One check-in is one thing to look at: a fall with strong pain is not two calls. A settled fall or sore no longer
    holds back the standing exercises. Returns what was settled; empty when someone had done it already, whose note
    stands.
    """
    now = now or timezone.now()
    waiting = list(
        Alert.objects.waiting()
        .filter(session_id=event.session_id)
        .select_for_update(of=("self",))
        .select_related("patient__clinic")
        .order_by("raised_at", "id")
    )
    for each in waiting:
        each.settled_at, each.settled_by, each.note = now, by, note.strip()
        each.save(update_fields=["settled_at", "settled_by", "note"])
        record("alert.settled", actor=by, obj=each, clinic=each.patient.clinic)
    return waiting
