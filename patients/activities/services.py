"""Writes of activities: told by the patient, and removed by the patient on the same day. Both are idempotent."""

from __future__ import annotations

import datetime
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from clinic.audit.services import record
from clinic.models import User
from patients.activities.selectors import list_days_to_choose
from patients.exceptions import NotPossibleError
from patients.models import Activity, ActivityKind, Patient, find_helper

#: The most activities of one day. More suggest a page that is sent by itself.
MOST_A_DAY = 10


@transaction.atomic
def tell_activity(
    *,
    patient: Patient,
    kind: ActivityKind,
    words: str,
    minutes: int,
    on_date: datetime.date,
    key: uuid.UUID,
    by: User,
    now: datetime.datetime,
) -> Activity:
    """Save an activity of today or yesterday; a form sent twice saves one, also after it was removed.

    A hold does not refuse it: what was done is told, and the advice of the hold stays. It counts as no session, so
    that no summary and no alert follow. Raises NotPossibleError for another day, and for too many on one day.
    """
    locked = Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=patient.pk)
    if earlier := Activity.objects.filter(patient=locked, form_key=key).first():
        return earlier
    if on_date not in list_days_to_choose(locked.today(now)):
        raise NotPossibleError(_("Please choose the day again: today or yesterday."))
    if Activity.objects.filter(patient=locked, on_date=on_date, removed_at=None).count() >= MOST_A_DAY:
        raise NotPossibleError(_("That is enough for one day. Please tell the rest to your clinic."))
    activity = Activity.objects.create(
        patient=locked,
        kind=kind,
        words=words,
        minutes=minutes,
        on_date=on_date,
        told_at=now,
        by=by,
        helped_by=find_helper(locked, by),
        form_key=key,
    )
    record("activity.told", actor=by, obj=activity, clinic=locked.clinic)
    return activity


@transaction.atomic
def remove_activity(*, activity: Activity, by: User, now: datetime.datetime) -> None:
    """Remove an activity on the day on which it was told. Changes nothing later, or if it is removed already."""
    patient = (
        Patient.objects.select_for_update(of=("self",)).select_related("clinic").get(pk=activity.patient_id)
    )
    fresh = Activity.objects.filter(pk=activity.pk, removed_at=None).first()
    if fresh is None or patient.today(fresh.told_at) != patient.today(now):
        return
    fresh.removed_at = now
    fresh.save(update_fields=["removed_at"])
    record("activity.removed", actor=by, obj=fresh, clinic=patient.clinic)
