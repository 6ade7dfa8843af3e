"""A patient's reminders: turned on, changed and stopped, and the sending of those that are due.

A change locks the patient first, then the reminder. The worker locks the reminder only.
"""

from __future__ import annotations

import datetime
import logging
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import CharField, F, Value
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

#: A reminder later than this is none, whatever was down: the worker, the mail server or a push service. The day has
#: gone on.
TOO_LATE_AFTER = datetime.timedelta(hours=2)
#: A zone that changed is noticed within this time; a reminder that fell into it still goes out.
ZONE_CHECK_INTERVAL = datetime.timedelta(minutes=10)


class NoReminderChannelError(Exception):
    """No confirmed address to mail to, or no phone of theirs that takes notices."""


@dataclass(frozen=True, kw_only=True)
class ReminderSettings:
    """What a patient asks for. No weekdays: on the days of the plan."""

    at_time: datetime.time
    channel: Channel
    weekdays: Collection[int] = ()
    habit: Habit = Habit.NONE
    own_habit: str = ""


@transaction.atomic
def save_reminder(
    *, patient: Patient, settings_: ReminderSettings, by: User, now: datetime.datetime
) -> Reminder:
    """Turn reminders on, or change them. The same wish sent twice is one. Raises NoReminderChannelError."""
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
    record(
        "reminder.turned_on" if is_new else "reminder.changed", actor=by, obj=reminder, clinic=locked.clinic
    )
    return reminder


@transaction.atomic
def stop_reminder(*, reminder: Reminder, by: User | None, now: datetime.datetime | None = None) -> Reminder:
    """Send no more. `by` is None when it was the link in a mail. Stopping twice is stopping once."""
    now = now or timezone.now()
    patient = _locked_patient(reminder.patient)
    locked = Reminder.objects.select_for_update().get(pk=reminder.pk)
    if not locked.is_on:
        return locked
    locked.stopped_at, locked.next_at, locked.changed_at = now, None, now
    locked.save(update_fields=["stopped_at", "next_at", "changed_at"])
    PushNotice.objects.filter(subscription__patient=patient, settled_at=None).update(settled_at=now)
    record("reminder.stopped", actor=by, obj=locked, clinic=patient.clinic)
    return locked


def is_reachable(patient: Patient, channel: Channel) -> bool:
    """Whether a reminder sent that way would reach anything."""
    if channel == Channel.PUSH:
        return patient.push_subscriptions.exists()
    return hasattr(patient, "verified_email")


def send_due_reminders(*, now: datetime.datetime, most: int) -> int:
    """Look at the reminders that are due, each in a transaction of its own. How many were sent.

    By any number of workers at once: a row that another one holds is skipped or waited for, and has moved on by then.
    One that cannot be looked at is logged and left for the next round: it keeps nobody else waiting.
    """
    sent = 0
    broken: set[uuid.UUID] = set()
    for _each in range(most):
        if (
            not Reminder.objects.due(now).exclude(pk__in=broken).exists()
        ):  # the usual answer, and it takes no lock
            break
        looked = _process_next(now, broken)
        if looked is None:
            break
        sent += looked
    return sent


@transaction.atomic
def _process_next(now: datetime.datetime, broken: set[uuid.UUID]) -> bool | None:
    """Look at the reminder that is due longest: whether it was sent. None when none is due."""
    skip = connection.features.has_select_for_update_skip_locked
    due = Reminder.objects.due(now).exclude(pk__in=broken)
    reminder = due.select_for_update(skip_locked=skip).first()
    if reminder is None:
        return None
    try:
        with transaction.atomic():
            return _process(reminder, now)
    except (
        Exception
    ) as error:  # whatever it is, it is this one's; its text may hold what is nobody's business
        logger.error("Reminder %s could not be processed: %s", reminder.pk, type(error).__name__)
        broken.add(reminder.pk)
        return False


def _process(reminder: Reminder, now: datetime.datetime) -> bool:
    """The mail, the note that it was sent and the next moment are written together: all of them, or none."""
    patient = Patient.objects.select_related("clinic", "verified_email").get(pk=reminder.patient_id)
    due_at = reminder.next_at
    assert due_at is not None  # noqa: S101  # it was due
    if reminder.zone_name != patient.zone.key:  # it is not due where they live now, or not yet
        _schedule_next(reminder, patient.zone, now - ZONE_CHECK_INTERVAL)
        reminder.save(update_fields=["next_at", "zone_name"])
        return False
    # One microsecond on, or the moment would be its own next one.
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
        list(PushSubscription.objects.filter(patient=patient)) if reminder.channel == Channel.PUSH else []
    )
    if not phones and (reminder.channel == Channel.PUSH or not hasattr(patient, "verified_email")):
        return False
    ReminderSent.objects.create(patient=patient, on_date=date, channel=reminder.channel, sent_at=now)
    if reminder.channel == Channel.EMAIL:
        send_reminder_email(reminder, patient, until=due_at + TOO_LATE_AFTER)
    # Of the moment it was due at, which is what it is too late by.
    PushNotice.objects.bulk_create(
        PushNotice(subscription=phone, on_date=date, created_at=due_at, next_attempt_at=now)
        for phone in phones
    )
    return True


def update_moved_zones(*, now: datetime.datetime, most: int) -> int:
    """Work out anew when to remind whoever's time zone has changed: theirs, or their clinic's. How many.

    Looked for rather than told: a zone can be changed on the team's pages and in the administration, for one patient
    or for a clinic of thousands.
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


def _schedule_next(reminder: Reminder, zone: ZoneInfo, after: datetime.datetime) -> None:
    reminder.zone_name = zone.key
    reminder.next_at = get_next_moment(
        after, time=reminder.at_time, weekdays=reminder.days_to_check, zone=zone
    )


def _locked_patient(patient: Patient) -> Patient:
    patients = Patient.objects.select_for_update(of=("self",)).select_related("clinic", "verified_email")
    return patients.get(pk=patient.pk)
