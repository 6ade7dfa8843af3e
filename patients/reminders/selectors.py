"""Reminders as they are read: whether one is wanted now, and what the page about them shows."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.formats import time_format

from clinic.models import Weekday
from patients.models import Channel, Patient, PlanState, Reminder
from patients.sessions.selectors.today import Today, TodayState

#: Days on which something may be done and nothing was. On the others the page says something else than "Start".
REMINDED_IN = frozenset({TodayState.PLANNED, TodayState.REST_DAY, TodayState.LEFT_BEHIND})
_signer = Signer(salt="patients.reminders.stop", sep=".")


def should_remind(reminder: Reminder, today: Today) -> bool:
    """Whether to remind on that day: the plan is on, the day is asked for, and nothing was done or told yet.

    What an earlier session left behind is no reason to be silent; what today's page would not let begin is, and so is
    "not today", even with such a session left behind.
    """
    version = today.version
    if version is None or version.plan.state != PlanState.ACTIVE or today.state not in REMINDED_IN:
        return False
    if today.skipped_day:
        return False
    is_in_plan = version.start_date <= today.date <= version.end_date
    is_own_day = today.date.weekday() in reminder.weekdays
    is_a_day = is_own_day if reminder.weekdays else version.is_planned_on(today.date)
    return is_in_plan and is_a_day and today.done_session is None and bool(today.exercises)


def stop_token(reminder: Reminder) -> str:
    """What the link in a mail ends in: signed, so that the table alone stops nobody's reminders."""
    return _signer.sign(reminder.stop_key.hex)


def stop_url(reminder: Reminder) -> str:
    return f"{settings.SITE_URL}{reverse('reminder_stop_by_token', args=[stop_token(reminder)])}"


def get_reminder_for_token(token: str) -> Reminder | None:
    """The reminder that a link in a mail is about, stopped already or not; None for anything that we did not sign."""
    try:
        key = _signer.unsign(token)
    except BadSignature:
        return None
    return Reminder.objects.select_related("patient__clinic").filter(stop_key=key).first()


@dataclass(frozen=True)
class ReminderPage:
    """What the page about reminders shows. `reminder` is None before the first time; `address` "" until confirmed."""

    reminder: Reminder | None
    address: str
    phones: int
    next_at: datetime.datetime | None

    @property
    def is_on(self) -> bool:
        return self.reminder is not None and self.reminder.is_on

    @property
    def time(self) -> str:
        """The time in words, less the stop of "a.m.": the page ends a sentence with it."""
        return time_format(self.reminder.at_time).rstrip(".") if self.reminder else ""

    @property
    def day_names(self) -> list[str]:
        """The patient's own days in words; [] where the plan says them."""
        return [str(Weekday(day).label) for day in self.reminder.weekdays] if self.reminder else []

    @property
    def has_no_channel(self) -> bool:
        """Reminders are on, but what they were to reach is gone."""
        if self.reminder is None or not self.is_on:
            return False
        return not (self.phones if self.reminder.channel == Channel.PUSH else self.address)


def get_reminder_page(patient: Patient) -> ReminderPage:
    """In two queries."""
    row = Patient.objects.filter(pk=patient.pk).select_related("reminder", "verified_email", "clinic").get()
    reminder = getattr(row, "reminder", None)
    return ReminderPage(
        reminder=reminder,
        address=row.verified_email.email if hasattr(row, "verified_email") else "",
        phones=row.push_subscriptions.count(),
        next_at=reminder.next_at if reminder else None,
    )
