"""The audit trail as most tests read it."""

from clinic.models import READ_ACTIONS, AuditEvent
from clinic.models.base import AppendOnlyQuerySet


def changes() -> AppendOnlyQuerySet:
    """Return the events about changes, without looks at records and sign-ins of staff."""
    return AuditEvent.objects.exclude(action__in=READ_ACTIONS).exclude(action__startswith="staff.")
