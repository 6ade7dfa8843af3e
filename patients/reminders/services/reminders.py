"""Turn on, change and stop a patient's reminders, and send those that are due.

A change locks the patient's row first, then the reminder's. The worker locks the reminder's row only.
"""

from __future__ import annotations

import datetime
import logging
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import CharField, F, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from clinic.audit.services import record
from clinic.models import User
from patients.models import (
    Channel,
    Habit,
    Patient,
    PushNotice,
    PushSubscription,
    Reminder,
    ReminderSent,
)
from patients.reminders.emails import send_reminder_email
from patients.reminders.schedule import get_next_moment
from patients.reminders.selectors import should_remind
from patients.sessions.selectors.today import get_today

logger = logging.getLogger(__name__)

#: A reminder later than this is not sent, whether the worker, the mail server or a push service was down: by then it
#: no longer fits the patient's day.
TOO_LATE_AFTER = datetime.timedelta(hours=2)
#: A changed time zone is noticed within this time; a reminder that was due meanwhile is still sent.
ZONE_CHECK_INTERVAL = datetime.timedelta(minutes=10)


class NoReminderChannelError(Exception):
    """The patient has no confirmed address, or no push subscription, for the channel chosen."""


@dataclass(frozen=True, kw_only=True)
class ReminderSettings:
    """Settings chosen by the patient. Without `weekdays` (Monday is 0), reminders follow the days of the plan."""

    at_time: datetime.time
    channel: Channel
    weekdays: Collection[int] = ()
    habit: Habit = Habit.NONE
    own_habit: str = ""


@transaction.atomic
def save_reminder(
    *, patient: Patient, settings_: ReminderSettings, by: User, now: datetime.datetime
) -> Reminder:
    """Turn on the patient's reminders or change them; the same settings again write nothing.

    Raises NoReminderChannelError if the channel cannot reach the patient.
    """
    locked = _locked_patient(patient)
    if not is_reachable(locked, settings_.channel):
        raise NoReminderChannelError(settings_.channel)
    reminder = Reminder.objects.select_for_update().filter(patient=locked).first()
    reminder = reminder or Reminder(patient=locked, created_at=now)
    wanted = {
        "at_time": settings_.at_time,
        "channel": settings_.channel,
        "weekdays": sorted(set(settings_.weekdays)),
        "habit": settings_.habit,
        "own_habit": settings_.own_habit if settings_.habit == Habit.OWN else "",
    }
    is_new = reminder._state.adding or not reminder.is_on
    if not is_new and all(getattr(reminder, name) == value for name, value in wanted.items()):
        return reminder
    for name, value in wanted.items():
        setattr(reminder, name, value)
    reminder.changed_at, reminder.stopped_at = now, None
    _schedule_next(reminder, locked.zone, now)
    reminder.save()
    forget_ended_subscriptions(patient=locked)
    record(
        "reminder.turned_on" if is_new else "reminder.changed", actor=by, obj=reminder, clinic=locked.clinic
    )
    return reminder


@transaction.atomic
def stop_reminder(*, reminder: Reminder, by: User | None, now: datetime.datetime | None = None) -> Reminder:
    """Stop a patient's reminders and give up push notifications not sent yet. Stopping again changes nothing.

    `by` is None if the link in an e-mail was used.
    """
    now = now or timezone.now()
    patient = _locked_patient(reminder.patient)
    locked = Reminder.objects.select_for_update().get(pk=reminder.pk)
    if not locked.is_on:
        return locked
    locked.stopped_at, locked.next_at, locked.changed_at = now, None, now
    locked.save(update_fields=["stopped_at", "next_at", "changed_at"])
    PushNotice.objects.filter(subscription__patient=patient, settled_at=None).update(settled_at=now)
    forget_ended_subscriptions(patient=patient)
    record("reminder.stopped", actor=by, obj=locked, clinic=patient.clinic)
    return locked


def is_reachable(patient: Patient, channel: Channel) -> bool:
    """Return True if the patient has a push subscription or a confirmed address for this channel."""
    if channel == Channel.PUSH:
        return patient.push_subscriptions.live().exists()
    return hasattr(patient, "verified_email")


def forget_ended_subscriptions(*, patient: Patient) -> None:
    """Delete the subscriptions that have ended: the patient has read of them, or has chosen anew."""
    PushSubscription.objects.ended().filter(patient=patient).delete()


def send_due_reminders(*, now: datetime.datetime, most: int) -> int:
    """Process at most `most` reminders that are due, each in its own transaction, and return how many were sent.

    Any number of workers may run this at the same time: a row locked by another worker is skipped, or waited for, and
    is no longer due afterwards. A reminder that raises an error is logged and left for the next run, so that it does
    not delay the others.
    """
    sent = 0
    broken: set[uuid.UUID] = set()
    for _each in range(most):
        # Usually none is due, and this check takes no lock.
        if not Reminder.objects.due(now).exclude(pk__in=broken).exists():
            break
        was_sent = _process_next(now, broken)
        if was_sent is None:
            break
        sent += was_sent
    return sent


@transaction.atomic
def _process_next(now: datetime.datetime, broken: set[uuid.UUID]) -> bool | None:
    """Process the reminder that has been due longest and return True if it was sent, or None if none is due."""
    skip = connection.features.has_select_for_update_skip_locked
    due = Reminder.objects.due(now).exclude(pk__in=broken)
    reminder = due.select_for_update(skip_locked=skip).first()
    if reminder is None:
        return None
    try:
        with transaction.atomic():
            return _process(reminder, now)
    except Exception as error:  # one reminder's error must not stop the others
        # The error's text may contain personal data, so only its type is logged.
        logger.error("Reminder %s could not be processed: %s", reminder.pk, type(error).__name__)
        broken.add(reminder.pk)
        return False


def _process(reminder: Reminder, now: datetime.datetime) -> bool:
    """Send a reminder if it is still wanted and schedule its next moment, all in the caller's transaction."""
    patient = Patient.objects.select_related("clinic", "verified_email").get(pk=reminder.patient_id)
    due_at = reminder.next_at
    assert due_at is not None  # noqa: S101  # due reminders have a moment
    if reminder.zone_name != patient.zone.key:  # the moment was computed for an earlier time zone
        _schedule_next(reminder, patient.zone, now - ZONE_CHECK_INTERVAL)
        reminder.save(update_fields=["next_at", "zone_name"])
        return False
    # One microsecond later, so that a moment equal to `now` is not scheduled again.
    _schedule_next(reminder, patient.zone, now + datetime.timedelta(microseconds=1))
    is_sent = now - due_at <= TOO_LATE_AFTER and _send(reminder, patient, due_at, now)
    if is_sent:
        reminder.last_sent_for = patient.today(due_at)
    reminder.save(update_fields=["next_at", "last_sent_for"])
    return is_sent


def _send(reminder: Reminder, patient: Patient, due_at: datetime.datetime, now: datetime.datetime) -> bool:
    date = patient.today(due_at)
    if date != patient.today(now) or (reminder.last_sent_for and date <= reminder.last_sent_for):
        return False
    if not should_remind(reminder, get_today(patient, now)):
        return False
    phones = (
        list(PushSubscription.objects.live().filter(patient=patient))
        if reminder.channel == Channel.PUSH
        else []
    )
    # Without a phone that takes notifications, a confirmed address takes over.
    if not phones and not hasattr(patient, "verified_email"):
        return False
    channel = Channel.PUSH if phones else Channel.EMAIL
    ReminderSent.objects.create(patient=patient, on_date=date, channel=channel, sent_at=now)
    if channel == Channel.EMAIL:
        send_reminder_email(reminder, patient, until=due_at + TOO_LATE_AFTER)
    # `created_at` is the moment the reminder was due, since `TOO_LATE_AFTER` counts from there.
    PushNotice.objects.bulk_create(
        PushNotice(subscription=phone, on_date=date, created_at=due_at, next_attempt_at=now)
        for phone in phones
    )
    return True


def send_by_email_instead(
    *, patient_id: uuid.UUID, due_at: datetime.datetime, now: datetime.datetime
) -> bool:
    """Send the push reminder of `due_at` by e-mail, since a phone no longer takes it; return True if it was sent.

    It is not sent if another phone has it or may still get it, without a confirmed address, or if the day no longer
    calls for a reminder. The caller has locked the reminder.
    """
    patient = Patient.objects.select_related("clinic", "verified_email").get(pk=patient_id)
    reminder = Reminder.objects.filter(patient=patient, stopped_at=None, channel=Channel.PUSH).first()
    date = patient.today(due_at)
    if reminder is None or not hasattr(patient, "verified_email") or date != patient.today(now):
        return False
    notices = PushNotice.objects.filter(subscription__patient=patient, on_date=date)
    if notices.filter(Q(was_sent=True) | Q(settled_at=None)).exists():
        return False
    if not should_remind(reminder, get_today(patient, now)):
        return False
    sent = ReminderSent.objects.filter(patient=patient, on_date=date, channel=Channel.PUSH)
    if not sent.update(channel=Channel.EMAIL, sent_at=now):
        return False
    send_reminder_email(reminder, patient, until=due_at + TOO_LATE_AFTER)
    return True


def update_moved_zones(*, now: datetime.datetime, most: int) -> int:
    """Reschedule at most `most` reminders whose patient's or clinic's time zone has changed, and return how many.

    Changes are found by comparison rather than reported by each writer, because a zone can be changed on the staff
    pages and in the Django admin, for one patient or for a clinic of thousands.
    """
    zone_now = Coalesce(
        NullIf(F("patient__time_zone"), Value("")), F("patient__clinic__time_zone"), output_field=CharField()
    )
    on = Reminder.objects.filter(next_at__isnull=False).annotate(zone_now=zone_now)
    moved = list(on.exclude(zone_name=F("zone_now")).order_by("pk").values_list("pk", "zone_now")[:most])
    for pk, zone_name in moved:
        with transaction.atomic():
            reminder = Reminder.objects.select_for_update().filter(pk=pk, next_at__isnull=False).first()
            if reminder is not None:
                _schedule_next(reminder, ZoneInfo(zone_name), now - ZONE_CHECK_INTERVAL)
                reminder.save(update_fields=["next_at", "zone_name"])
    return len(moved)


def bring_back_reminders(*, now: datetime.datetime, most: int) -> int:
    """Reschedule at most `most` reminders that were put off while the clock was ahead, and return how many.

    A daily reminder is never more than a day away, but for a few minutes at the end of daylight saving time.
    """
    far = Reminder.objects.filter(next_at__gt=now + datetime.timedelta(days=1)).order_by("-next_at")
    moved = 0
    for pk in list(far.values_list("pk", flat=True)[:most]):
        with transaction.atomic():
            reminder = (
                Reminder.objects.select_for_update(of=("self",))
                .select_related("patient__clinic")
                .filter(pk=pk, next_at__isnull=False)
                .first()
            )
            moved += reminder is not None and _bring_back(reminder, now)
    return moved


def _bring_back(reminder: Reminder, now: datetime.datetime) -> bool:
    planned, zone = reminder.next_at, reminder.patient.zone
    _schedule_next(reminder, zone, now)
    assert planned is not None and reminder.next_at is not None  # noqa: S101, PT018  # it is on
    is_sent = reminder.last_sent_for and reminder.next_at.astimezone(zone).date() <= reminder.last_sent_for
    if reminder.next_at >= planned or is_sent:
        return False
    reminder.save(update_fields=["next_at", "zone_name"])
    return True


@transaction.atomic
def skip_due_reminders(*, now: datetime.datetime) -> int:
    """Reschedule the reminders that are due to their next moment after `now` without sending any; return how many.

    For a restored database: what was due before the restore was sent by the database that it replaces.
    """
    due = list(Reminder.objects.due(now).select_for_update(of=("self",)).select_related("patient__clinic"))
    for reminder in due:
        _schedule_next(reminder, reminder.patient.zone, now + datetime.timedelta(microseconds=1))
        reminder.save(update_fields=["next_at", "zone_name"])
    return len(due)


def _schedule_next(reminder: Reminder, zone: ZoneInfo, after: datetime.datetime) -> None:
    reminder.zone_name = zone.key
    reminder.next_at = get_next_moment(
        after, time=reminder.at_time, weekdays=reminder.days_to_check, zone=zone
    )


def _locked_patient(patient: Patient) -> Patient:
    patients = Patient.objects.select_for_update(of=("self",)).select_related("clinic", "verified_email")
    return patients.get(pk=patient.pk)
