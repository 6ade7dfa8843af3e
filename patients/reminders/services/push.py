"""Add push subscriptions and send the push notifications that are due."""

from __future__ import annotations

import datetime
import hashlib
import logging
import time
from collections.abc import Collection

from django.db import connection, transaction
from django.db.models import F

from clinic.audit.services import record
from clinic.models import User
from clinic.outbox.backends import get_retry_delay
from patients.models import Patient, PushNotice, PushSubscription, Reminder
from patients.reminders.push import (
    PushGoneError,
    PushRefusedError,
    get_service,
    is_known_push_service,
    is_push_offered,
    send_push,
)
from patients.reminders.services.reminders import (
    TOO_LATE_AFTER,
    forget_ended_subscriptions,
    send_by_email_instead,
)

logger = logging.getLogger(__name__)

#: While a worker sends a notification, no other worker takes it for this long.
LEASE = datetime.timedelta(minutes=2)
#: The most push subscriptions of a patient: more phones than a person has. The oldest ones are deleted.
MAX_PHONES = 5
#: Notifications in a row after which a subscription is parked, and for how long. Each was tried until it was too late,
#: so an outage of hours parks no phone. It is never deleted for this, since the fault may be ours or the network's.
MAX_FAILURES = 5
PARKED_FOR = datetime.timedelta(days=1)
#: Seconds after which a run takes no further notification.
RUN_LENGTH = 30
#: A notification is deleted this long after it was sent or given up.
NOTICE_RETENTION = datetime.timedelta(days=14)


class UnknownPushServiceError(Exception):
    """The URL belongs to no push service in `settings.PUSH_SERVICES`, or push is not configured."""


@transaction.atomic
def add_push_subscription(
    *, patient: Patient, endpoint: str, by: User, now: datetime.datetime
) -> PushSubscription:
    """Store a push subscription of the patient's phone and return it; the same endpoint again returns the same row.

    A subscription has one owner, the patient who added it last; notifications of an earlier owner are deleted. It is
    parked and ended no more, since a browser has just shown that it lives, and the patient need not be told of others
    that have ended.
    Raises UnknownPushServiceError if the endpoint is on no known push service, or push is not configured.
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
    if phone.failures or phone.parked_until or phone.ended_at:
        phone.failures, phone.parked_until, phone.ended_at = 0, None, None
        phone.save(update_fields=["failures", "parked_until", "ended_at"])
    forget_ended_subscriptions(patient=patient)
    if is_new:
        record("push.phone_added", actor=by, obj=phone, clinic=patient.clinic)
        newest_first = PushSubscription.objects.live().filter(patient=patient).order_by("-made_at", "-pk")
        for extra in newest_first[MAX_PHONES:]:
            extra.delete()
    return phone


def send_notices(*, now: datetime.datetime, most: int) -> int:
    """Send at most `most` notifications that are due and delete old ones; return how many a push service accepted.

    It ends after RUN_LENGTH seconds, and a push service that does not answer is asked once: its other notifications
    wait for the next run, so that those of other services do not wait for them.
    """
    accepted, silent, ends_at = 0, set[str](), time.monotonic() + RUN_LENGTH
    for _each in range(most):
        notice = _lease(now, silent) if time.monotonic() < ends_at else None
        if notice is None:
            break
        accepted += _send_notice(notice, now, silent)
    PushNotice.objects.filter(settled_at__lt=now - NOTICE_RETENTION).delete()
    return accepted


def give_up_waiting_notices(*, now: datetime.datetime) -> int:
    """Give up all notifications that wait, for a restored database, and return how many.

    They are not held: a reminder is of no use after `TOO_LATE_AFTER`, and most were sent before the restore.
    """
    return PushNotice.objects.filter(settled_at=None).update(settled_at=now)


def _lease(now: datetime.datetime, silent: Collection[str]) -> PushNotice | None:
    """Return the next notification that is due, of no service in `silent`, leased for LEASE; None if there is none."""
    due = PushNotice.objects.due(now)
    for service in silent:
        due = due.exclude(subscription__endpoint__startswith=service)
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


def _send_notice(notice: PushNotice, now: datetime.datetime, silent: set[str]) -> bool:
    """Try to send a notification once, and return True if its push service accepted it.

    A notification older than `TOO_LATE_AFTER` is given up, which is a failure of its subscription if it was tried.
    From MAX_FAILURES in a row on, each parks the subscription for PARKED_FOR. One that its service no longer has is
    ended, and the reminder goes by e-mail if it can. A service that does not answer is added to `silent`.
    """
    ours = PushNotice.objects.filter(pk=notice.pk, attempts=notice.attempts, settled_at=None)
    left = notice.created_at + TOO_LATE_AFTER - now
    phone = notice.subscription
    if left < datetime.timedelta() or not is_push_offered():
        was_tried = notice.attempts > 1  # this attempt is counted, and was not made
        if ours.update(settled_at=now) and was_tried and is_push_offered():
            _count_failure(phone, now)
        return False
    try:
        send_push(phone.endpoint, now=now, keep_for=left)
    except PushGoneError:
        _end_subscription(notice, now)
        return False
    except (PushRefusedError, OSError, ValueError) as error:
        ours.update(next_attempt_at=now + get_retry_delay(notice.attempts))
        if isinstance(error, OSError):
            silent.add(get_service(phone.endpoint))
        logger.warning(
            "Notice %s not handed over, attempt %s: %s", notice.pk, notice.attempts, type(error).__name__
        )
        return False
    ours.update(settled_at=now, was_sent=True)
    if phone.failures:
        PushSubscription.objects.filter(pk=phone.pk).update(failures=0, parked_until=None)
    return True


@transaction.atomic
def _end_subscription(notice: PushNotice, now: datetime.datetime) -> None:
    """End the subscription of a notification that could not be sent, and its other notifications."""
    patient = notice.subscription.patient_id
    Reminder.objects.select_for_update().filter(
        patient=patient
    ).first()  # before the subscription, as elsewhere
    PushSubscription.objects.live().filter(pk=notice.subscription_id).update(ended_at=now)
    PushNotice.objects.filter(subscription=notice.subscription_id, settled_at=None).update(settled_at=now)
    send_by_email_instead(patient_id=patient, due_at=notice.created_at, now=now)


def _count_failure(phone: PushSubscription, now: datetime.datetime) -> None:
    phones = PushSubscription.objects.filter(pk=phone.pk)
    phones.filter(failures__lt=MAX_FAILURES).update(failures=F("failures") + 1)
    phones.filter(failures=MAX_FAILURES).update(parked_until=now + PARKED_FOR)
