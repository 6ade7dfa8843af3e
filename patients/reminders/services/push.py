"""Phones that take notices, and the notices that wait to be handed to their push services."""

from __future__ import annotations

import datetime
import hashlib
import logging

from django.db import connection, transaction

from clinic.audit.services import record
from clinic.models import User
from clinic.outbox.backends import get_retry_delay
from patients.models import Patient, PushNotice, PushSubscription
from patients.reminders.push import (
    PushGoneError,
    PushRefusedError,
    is_known_push_service,
    is_push_offered,
    send_push,
)
from patients.reminders.services.reminders import TOO_LATE_AFTER

logger = logging.getLogger(__name__)

#: While a notice is handed over, no other worker takes it for this long.
LEASE = datetime.timedelta(minutes=2)
#: More phones than this are none of one person's; the one added first gives way.
MAX_PHONES = 5
#: What was settled is forgotten after this long.
NOTICE_RETENTION = datetime.timedelta(days=14)


class UnknownPushServiceError(Exception):
    """The address belongs to no push service on the list."""


@transaction.atomic
def add_push_subscription(
    *, patient: Patient, endpoint: str, by: User, now: datetime.datetime
) -> PushSubscription:
    """Note that this phone takes notices for this patient. Sending it twice is sending it once.

    A phone has one owner: whoever asked last. Raises UnknownPushServiceError.
    """
    if not is_push_offered() or not is_known_push_service(endpoint):
        raise UnknownPushServiceError
    Patient.objects.select_for_update().get(pk=patient.pk)
    phone, is_new = PushSubscription.objects.get_or_create(
        endpoint_hash=hashlib.sha256(endpoint.encode()).hexdigest(),
        defaults={"endpoint": endpoint, "patient": patient, "made_at": now},
    )
    if phone.patient_id != patient.pk:
        phone.notices.all().delete()
        phone.patient, phone.made_at, is_new = patient, now, True
        phone.save(update_fields=["patient", "made_at"])
    if is_new:
        record("push.phone_added", actor=by, obj=phone, clinic=patient.clinic)
        kept = PushSubscription.objects.filter(patient=patient).order_by("-made_at", "-pk")
        for extra in kept[MAX_PHONES:]:
            extra.delete()
    return phone


def send_notices(*, now: datetime.datetime, most: int) -> int:
    """Hand over the notices that are due, and forget old ones. How many were taken."""
    taken = 0
    for _each in range(most):
        notice = _lease(now)
        if notice is None:
            break
        taken += _send_notice(notice, now)
    PushNotice.objects.filter(settled_at__lt=now - NOTICE_RETENTION).delete()
    return taken


def _lease(now: datetime.datetime) -> PushNotice | None:
    due = PushNotice.objects.due(now)
    if not due.exists():
        return None
    skip = connection.features.has_select_for_update_skip_locked
    with transaction.atomic():
        notice = due.select_for_update(skip_locked=skip, of=("self",)).select_related("subscription").first()
        if notice is not None:
            notice.attempts += 1
            notice.next_attempt_at = now + LEASE
            notice.save(update_fields=["attempts", "next_attempt_at"])
    return notice


def _send_notice(notice: PushNotice, now: datetime.datetime) -> bool:
    """Try once. A notice that is too old to be of use is given up, and so is the phone that its service has lost."""
    ours = PushNotice.objects.filter(pk=notice.pk, attempts=notice.attempts, settled_at=None)
    left = notice.created_at + TOO_LATE_AFTER - now
    if left < datetime.timedelta() or not is_push_offered():
        ours.update(settled_at=now)
        return False
    try:
        send_push(notice.subscription.endpoint, now=now, keep_for=left)
    except PushGoneError:
        notice.subscription.delete()
        return False
    except (PushRefusedError, OSError) as error:
        ours.update(next_attempt_at=now + get_retry_delay(notice.attempts))
        logger.warning(
            "Notice %s not handed over, attempt %s: %s", notice.pk, notice.attempts, type(error).__name__
        )
        return False
    ours.update(settled_at=now, was_sent=True)
    return True
