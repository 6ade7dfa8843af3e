"""State of the worker and of e-mail, for health checks, the clinic admin and metrics."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.db.models import Count, Max, Min
from django.utils import timezone

from clinic.models import Clinic, OutboxMessage, WorkerHeartbeat
from clinic.worker_lane_names import list_lane_names

#: A lane without a sign of life for this long is late. Healthy ones give one every 15 seconds, or after a run of a
#: minute at most.
HEARTBEAT_LATE_AFTER = datetime.timedelta(minutes=3)
#: An e-mail that was not sent for this long is late. Mail servers that ask to try later take minutes.
MAIL_LATE_AFTER = datetime.timedelta(minutes=30)
#: Refused addresses that are listed.
MOST_REFUSED = 20


@dataclass(frozen=True)
class WorkerHealth:
    """Lanes without a recent sign of life, the moment of the last one of any lane, and of the oldest late e-mail."""

    late_lanes: tuple[str, ...]
    last_beat_at: datetime.datetime | None
    late_mail_since: datetime.datetime | None

    @property
    def is_well(self) -> bool:
        return not self.late_lanes and self.late_mail_since is None


@dataclass(frozen=True)
class RefusedAddress:
    """An address that the mail server refuses, when it last did, and how many e-mails it did not get."""

    address: str
    at: datetime.datetime
    count: int


def get_worker_health(now: datetime.datetime | None = None) -> WorkerHealth:
    """Return the state of the worker. Two queries. E-mail to refused addresses is no sign of a late worker."""
    now = now or timezone.now()
    beats = dict(WorkerHeartbeat.objects.values_list("lane", "at"))
    late = [
        name for name in list_lane_names() if name not in beats or now - beats[name] > HEARTBEAT_LATE_AFTER
    ]
    oldest = OutboxMessage.objects.waiting().filter(refused_at=None).aggregate(at=Min("created_at"))["at"]
    is_late = oldest is not None and now - oldest > MAIL_LATE_AFTER
    return WorkerHealth(tuple(late), max(beats.values(), default=None), oldest if is_late else None)


def list_refused_addresses(clinic: Clinic) -> list[RefusedAddress]:
    """Return the addresses of this clinic's e-mail that the mail server refuses, the latest first. One query."""
    refused = OutboxMessage.objects.filter(clinic=clinic, refused_at__isnull=False).values("to")
    rows = refused.annotate(at=Max("refused_at"), count=Count("pk")).order_by("-at", "to")
    return [RefusedAddress(row["to"], row["at"], row["count"]) for row in rows[:MOST_REFUSED]]
