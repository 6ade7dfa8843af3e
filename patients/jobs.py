"""What the worker does for patients and their clinics, again and again; named in `settings.PERIODIC_JOBS`."""

from __future__ import annotations

import datetime

from .actions.alerts import escalate_alerts
from .actions.devices import forget_old_devices
from .actions.mailed_codes import forget_old_codes
from .actions.sweeps import sweep_standings

#: Standings of one round: some seconds of work, so that mail need not wait long.
STANDINGS_A_ROUND = 500


def send_alerts_to_the_team(now: datetime.datetime) -> int:
    """Every minute: what nobody has acknowledged within its limit."""
    return escalate_alerts(now=now)


def look_at_standings(now: datetime.datetime) -> int:
    """Every minute: a day went by for some patients; whoever has gone quiet is told of."""
    return sweep_standings(now=now, most=STANDINGS_A_ROUND)


def forget_ways_in(now: datetime.datetime) -> int:
    """Once an hour: mailed codes that ran out, and devices that nobody has been signed in on for long."""
    return forget_old_codes(now=now) + forget_old_devices(now=now)
