"""What the worker does for patients and their clinics, again and again; named in `settings.PERIODIC_JOBS`."""

from __future__ import annotations

import datetime

from patients.alerts.services.raising import escalate_alerts
from patients.reminders.services.push import deliver_notices
from patients.reminders.services.reminders import follow_moved_zones, send_due_reminders
from patients.sign_in.services.devices import forget_old_devices
from patients.sign_in.services.email_codes import forget_old_codes
from patients.summaries.services.stale import sweep_standings

#: Standings of one round: some seconds of work, so that mail need not wait long.
STANDINGS_A_ROUND = 500
#: Reminders of one round: a few seconds of work. Thousands may be due at 8:00, and are sent within some rounds.
REMINDERS_A_ROUND = 200
#: Each may wait some seconds for a push service that keeps silent.
NOTICES_A_ROUND = 20
#: Patients of a clinic that moved, in one round.
MOVED_A_ROUND = 1000


def send_alerts_to_the_team(now: datetime.datetime) -> int:
    """Every minute: what nobody has acknowledged within its limit."""
    return escalate_alerts(now=now)


def look_at_standings(now: datetime.datetime) -> int:
    """Every minute: a day went by for some patients; whoever has gone quiet is told of."""
    return sweep_standings(now=now, most=STANDINGS_A_ROUND)


def send_reminders(now: datetime.datetime) -> int:
    """Twice a minute: whoever asked to be reminded about now, and has not exercised yet."""
    return send_due_reminders(now=now, most=REMINDERS_A_ROUND)


def deliver_push(now: datetime.datetime) -> int:
    """Every few seconds: notices for phones, handed to their push services."""
    return deliver_notices(now=now, most=NOTICES_A_ROUND)


def follow_time_zones(now: datetime.datetime) -> int:
    """Every few minutes: whoever lives by another clock since, or whose clinic does."""
    return follow_moved_zones(now=now, most=MOVED_A_ROUND)


def forget_ways_in(now: datetime.datetime) -> int:
    """Once an hour: mailed codes that ran out, and devices that nobody has been signed in on for long."""
    return forget_old_codes(now=now) + forget_old_devices(now=now)
