"""Decide if a reminder is to be sent, and read the data of the reminders page."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.formats import time_format

from clinic.models import User
from clinic.weeks import sort_weekdays
from patients.models import Channel, Patient, PlanState, PushSubscription, Reminder
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
        """Return True if reminders are on, but neither a phone that takes them nor a confirmed address is left."""
        if self.reminder is None or not self.is_on or self.address:
            return False
        return self.reminder.channel == Channel.EMAIL or not self.phones

    @property
    def is_by_email_instead(self) -> bool:
        """Return True if no phone takes the notifications that were chosen, so that reminders come by e-mail."""
        if self.reminder is None or not self.is_on or not self.address:
            return False
        return self.reminder.channel == Channel.PUSH and not self.phones


def get_reminder_page(patient: Patient) -> ReminderPage:
    """Return the data of the reminders page. Two queries."""
    row = Patient.objects.filter(pk=patient.pk).select_related("reminder", "verified_email", "clinic").get()
    reminder = getattr(row, "reminder", None)
    return ReminderPage(
        reminder=reminder,
        address=row.verified_email.email if hasattr(row, "verified_email") else "",
        phones=row.push_subscriptions.live().count(),
        next_at=reminder.next_at if reminder else None,
    )


class PushEnded(StrEnum):
    """The way by which reminders reach a patient after a push subscription has ended."""

    BY_EMAIL = "by_email"
    ON_ANOTHER_PHONE = "on_another_phone"
    NOT_AT_ALL = "not_at_all"


def get_push_ended(user: User, patient: Patient) -> PushEnded | None:
    """Return how reminders come now, if a phone's push subscription has ended and the patient is still to be told.

    None for a helper, and if reminders are off or come by e-mail anyway. One query if they come to a phone, else none.
    """
    reminder: Reminder | None = getattr(patient, "reminder", None)
    if (
        patient.user_id != user.pk
        or reminder is None
        or not reminder.is_on
        or reminder.channel != Channel.PUSH
    ):
        return None
    phones = PushSubscription.objects.filter(patient=patient).values_list(
        "ended_at", "patient__verified_email__email"
    )
    rows = list(phones)
    if not any(ended_at for ended_at, _email in rows):
        return None
    if not all(ended_at for ended_at, _email in rows):
        return PushEnded.ON_ANOTHER_PHONE
    return PushEnded.BY_EMAIL if rows[0][1] else PushEnded.NOT_AT_ALL
