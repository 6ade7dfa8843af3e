"""What the worker does for patients and their clinics, again and again; named in `settings.PERIODIC_JOBS`."""

from __future__ import annotations

import datetime

from patients.alerts.services.raising import escalate_alerts
from patients.reminders.services.push import send_notices
from patients.reminders.services.reminders import send_due_reminders, update_moved_zones
from patients.sign_in.services.devices import delete_old_devices
from patients.sign_in.services.email_codes import delete_old_codes
from patients.summaries.services.stale import refresh_stale_summaries

#: Standings of one round: some seconds of work, so that mail need not wait long.
SUMMARIES_PER_RUN = 500
#: Reminders of one round: a few seconds of work. Thousands may be due at 8:00, and are sent within some rounds.
REMINDERS_PER_RUN = 200
#: Each may wait some seconds for a push service that keeps silent.
NOTICES_PER_RUN = 20
#: Patients of a clinic that moved, in one round.
MOVED_PER_RUN = 1000


def escalate_due_alerts(now: datetime.datetime) -> int:
    """Every minute: what nobody has acknowledged within its limit."""
    return escalate_alerts(now=now)


def refresh_summaries(now: datetime.datetime) -> int:
    """Every minute: a day went by for some patients; whoever has gone quiet is told of."""
    return refresh_stale_summaries(now=now, most=SUMMARIES_PER_RUN)


def send_reminders(now: datetime.datetime) -> int:
    """Twice a minute: whoever asked to be reminded about now, and has not exercised yet."""
    return send_due_reminders(now=now, most=REMINDERS_PER_RUN)


def send_due_notices(now: datetime.datetime) -> int:
    """Every few seconds: notices for phones, handed to their push services."""
    return send_notices(now=now, most=NOTICES_PER_RUN)


def update_reminder_zones(now: datetime.datetime) -> int:
    """Every few minutes: whoever lives by another clock since, or whose clinic does."""
    return update_moved_zones(now=now, most=MOVED_PER_RUN)


def delete_expired_credentials(now: datetime.datetime) -> int:
    """Once an hour: mailed codes that ran out, and devices that nobody has been signed in on for long."""
    return delete_old_codes(now=now) + delete_old_devices(now=now)
