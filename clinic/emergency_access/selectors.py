"""Reads of emergency access."""

from __future__ import annotations

import datetime
import uuid

from clinic.models import Clinic, EmergencyAccess, User

#: The clinic's page shows so many of the latest.
MOST_SHOWN = 20


def list_open_accesses(user: User, *, now: datetime.datetime) -> list[EmergencyAccess]:
    """Return the user's open accesses, each clinic once, the one that ends last. One query."""
    rows = EmergencyAccess.objects.filter(user=user, ends_at__gt=now, opened_at__lte=now)
    latest: dict[uuid.UUID, EmergencyAccess] = {}
    for row in rows.select_related("clinic").order_by("ends_at"):
        latest[row.clinic_id] = row
    return sorted(latest.values(), key=lambda row: (row.clinic.name, row.clinic_id))


def list_accesses_of_clinic(clinic: Clinic) -> list[EmergencyAccess]:
    """Return the latest accesses to the clinic's data, newest first. One query."""
    rows = EmergencyAccess.objects.filter(clinic=clinic).select_related("user")
    return list(rows.order_by("-opened_at", "pk")[:MOST_SHOWN])
