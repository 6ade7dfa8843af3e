"""Decide if a reminder is to be sent, and read the data of the reminders page."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.formats import time_format

from clinic.weeks import sort_weekdays
from patients.models import Channel, Patient, PlanState, Reminder
from patients.sessions.selectors.today import Today, TodayState

#: States in which the patient can do exercises and has done none. In any other, today's page does not say "Start".
REMINDED_IN = frozenset({TodayState.PLANNED, TodayState.REST_DAY, TodayState.LEFT_BEHIND})
_signer = Signer(salt="patients.reminders.stop", sep=".")


def should_remind(reminder: Reminder, today: Today) -> bool:
    """Return True if the plan is active, the day is one to remind on, and the patient has not acted on it today.

    An unfinished session of an earlier day does not prevent a reminder. A state in which today's page does not let a
    session begin does, and so does "not today", even with such an unfinished session.
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
    """Return the signed token of the stop link, so that reading the table is not enough to stop reminders."""
    return _signer.sign(reminder.stop_key.hex)


def stop_url(reminder: Reminder) -> str:
    return f"{settings.SITE_URL}{reverse('my:reminder_stop_by_token', args=[stop_token(reminder)])}"


def get_reminder_for_token(token: str) -> Reminder | None:
    """Return the reminder of a stop link, stopped or not, or None if the token is not validly signed. One query."""
    try:
        key = _signer.unsign(token)
    except BadSignature:
        return None
    return Reminder.objects.select_related("patient__clinic").filter(stop_key=key).first()


@dataclass(frozen=True)
class ReminderPage:
    """Data of the reminders page.

    `reminder` is None if reminders were never turned on, `address` the confirmed address or "", `phones` the number of
    push subscriptions, and `next_at` the next moment, None while reminders are off.
    """

    reminder: Reminder | None
    address: str
    phones: int
    next_at: datetime.datetime | None

    @property
    def is_on(self) -> bool:
        return self.reminder is not None and self.reminder.is_on

    @property
    def time(self) -> str:
        """Return the time without the full stop of "a.m.", because the page ends a sentence with it."""
        return time_format(self.reminder.at_time).rstrip(".") if self.reminder else ""

    @property
    def day_names(self) -> list[str]:
        """Return the names of the weekdays chosen, [] if reminders follow the days of the plan."""
        return [str(day.label) for day in sort_weekdays(self.reminder.weekdays)] if self.reminder else []

    @property
    def has_no_channel(self) -> bool:
        """Return True if reminders are on but their phone or confirmed address is gone."""
        if self.reminder is None or not self.is_on:
            return False
        return not (self.phones if self.reminder.channel == Channel.PUSH else self.address)


def get_reminder_page(patient: Patient) -> ReminderPage:
    """Return the data of the reminders page. Two queries."""
    row = Patient.objects.filter(pk=patient.pk).select_related("reminder", "verified_email", "clinic").get()
    reminder = getattr(row, "reminder", None)
    return ReminderPage(
        reminder=reminder,
        address=row.verified_email.email if hasattr(row, "verified_email") else "",
        phones=row.push_subscriptions.count(),
        next_at=reminder.next_at if reminder else None,
    )
