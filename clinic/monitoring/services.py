"""The worker's signs of life."""

from __future__ import annotations

import datetime

from clinic.models import WorkerHeartbeat


def record_heartbeat(*, lane: str, now: datetime.datetime) -> None:
    """Store that a lane of a worker lived at `now`. One query, no lock."""
    if not WorkerHeartbeat.objects.filter(lane=lane).update(at=now):
        WorkerHeartbeat.objects.bulk_create([WorkerHeartbeat(lane=lane, at=now)], ignore_conflicts=True)
