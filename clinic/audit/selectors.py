"""Who changed the clinic's own particulars lately: read from the audit trail, along its index of objects."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from clinic.models import AuditEvent, Clinic, User

MOST = 10
#: Action of the audit trail → what it is for people.
IN_WORDS = {
    "clinic.details_changed": _("Address and phone changed"),
    "clinic.hours_changed": _("Opening hours changed"),
}


@dataclass(frozen=True)
class RecentChange:
    """Who changed what, when."""

    at: datetime.datetime
    by: User | None
    what: str


def recent_changes(clinic: Clinic) -> list[RecentChange]:
    """The latest first. One query."""
    rows = AuditEvent.objects.filter(
        object_type=clinic._meta.label_lower, object_id=str(clinic.pk), action__in=IN_WORDS
    )
    latest = rows.select_related("actor").order_by("-at", "-id")[:MOST]
    return [RecentChange(row.at, row.actor, str(IN_WORDS[row.action])) for row in latest]
