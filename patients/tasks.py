"""Periodic tasks of the worker for patients and clinics, listed in `settings.PERIODIC_JOBS`.

Each returns the number of rows that it handled.
"""

from __future__ import annotations

import datetime

from patients.alerts.services.raising import escalate_alerts
from patients.data_rights.services.finishing import finish_erasures
from patients.reminders.services.push import send_notices
from patients.reminders.services.reminders import (
    bring_back_reminders,
    send_due_reminders,
    update_moved_zones,
)
from patients.safety.services.holds import escalate_holds
from patients.sign_in.services.devices import delete_old_devices
from patients.sign_in.services.email_codes import delete_old_codes
from patients.sign_in.services.events import delete_old_events
from patients.summaries.services.stale import refresh_stale_summaries

#: Patient summaries in one run: a few seconds of work, so that mail need not wait long.
SUMMARIES_PER_RUN = 500
#: Reminders in one run: a few seconds of work. Thousands may be due at 8:00; several runs send them.
REMINDERS_PER_RUN = 200
#: Push notifications in one run. Each may wait some seconds for a push service that does not answer.
NOTICES_PER_RUN = 20
#: Reminders in one run that are rescheduled because a time zone changed.
MOVED_PER_RUN = 1000


def escalate_due_alerts(now: datetime.datetime) -> int:
    """Escalate alerts and holds that nobody has looked at within their limit. Runs every minute."""
    return escalate_alerts(now=now) + escalate_holds(now=now)


def refresh_summaries(now: datetime.datetime) -> int:
    """Refresh the patient summaries that are out of date, and with them the inactivity alerts. Runs every minute."""
    return refresh_stale_summaries(now=now, most=SUMMARIES_PER_RUN)


def send_reminders(now: datetime.datetime) -> int:
    """Send the reminders that are due to patients who have not exercised yet. Runs twice a minute."""
    return send_due_reminders(now=now, most=REMINDERS_PER_RUN)


def send_due_notices(now: datetime.datetime) -> int:
    """Send the push notifications that are due to their push services. Runs every few seconds."""
    return send_notices(now=now, most=NOTICES_PER_RUN)


def update_reminder_zones(now: datetime.datetime) -> int:
    """Reschedule reminders whose patient or clinic has changed its time zone. Runs every few minutes."""
    return update_moved_zones(now=now, most=MOVED_PER_RUN)


def bring_back_far_reminders(now: datetime.datetime) -> int:
    """Reschedule reminders that were put off while the clock was ahead. Runs every few minutes."""
    return bring_back_reminders(now=now, most=MOVED_PER_RUN)


def delete_expired_credentials(now: datetime.datetime) -> int:
    """Delete expired mailed codes, old events, and devices whose sessions expired long ago. Runs once an hour."""
    return delete_old_codes(now=now) + delete_old_devices(now=now) + delete_old_events(now=now)


def finish_carried_out_erasures(now: datetime.datetime) -> int:
    """Finish erasures whose list or log could not be written at once. Runs once an hour."""
    return finish_erasures(now=now)
