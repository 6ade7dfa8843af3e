"""Reminder e-mail. It names no clinic, no exercise and nothing about health, since others may see a person's mail."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from clinic.outbox.backends import expires_header
from clinic.outbox.messages import OutboxEmail
from patients.models import Habit, Patient, Reminder
from patients.preferences.languages import override_patient_language
from patients.reminders.selectors import stop_url


def send_reminder_email(reminder: Reminder, patient: Patient, *, until: datetime.datetime) -> None:
    """Put a reminder into the outbox, in the transaction that records it as sent. Reads `patient.verified_email`.

    The outbox does not send it after `until`, since a reminder that is hours late is useless.

    The headers let a mail program stop reminders in one tap (RFC 8058). A habit in the patient's own words is not
    mailed, because it may reveal more than they expect.
    """
    stop = stop_url(reminder)
    with override_patient_language(patient):
        habit = "" if reminder.habit == Habit.OWN else reminder.habit_label
        context = {"link": settings.SITE_URL + reverse("my:today"), "stop": stop, "habit": habit}
        OutboxEmail(
            _("A reminder for today"),
            render_to_string("patients/reminders/emails/reminder.txt", context),
            [patient.verified_email.email],
            clinic=patient.clinic,
            patient_key=patient.pk,
            headers={"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
            | expires_header(until),
        ).send()
