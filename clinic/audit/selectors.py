"""Recent changes of a clinic's details and opening hours, read from the audit trail along its index of objects."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from clinic.models import AuditEvent, Clinic, User

MAX_CHANGES = 10
#: Action of the audit trail → its label for people.
ACTION_LABELS = {
    "clinic.details_changed": _("Address and phone changed"),
    "clinic.hours_changed": _("Opening hours changed"),
}


@dataclass(frozen=True)
class RecentChange:
    """One change: its time, the user who made it (None for the system), and a label."""

    at: datetime.datetime
    by: User | None
    what: str


def recent_changes(clinic: Clinic) -> list[RecentChange]:
    """Return the latest MAX_CHANGES changes of the clinic's details and hours, newest first. One query."""
    rows = AuditEvent.objects.filter(
        object_type=clinic._meta.label_lower, object_id=str(clinic.pk), action__in=ACTION_LABELS
    )
    latest = rows.select_related("actor").order_by("-at", "-id")[:MAX_CHANGES]
    return [RecentChange(row.at, row.actor, str(ACTION_LABELS[row.action])) for row in latest]
