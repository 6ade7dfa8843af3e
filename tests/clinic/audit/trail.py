"""Rows of the audit trail for its tests, and changes of them that go past the database's protection."""

from __future__ import annotations

from django.db import connection

from clinic.audit.append_only import without_protection
from clinic.audit.chain import seal_events
from clinic.audit.services import record
from clinic.models import AuditEvent
from tests.factories import ClinicFactory


def write_events(number: int, *, sealed: bool = True) -> list[AuditEvent]:
    """Record events about a clinic, and add their links."""
    clinic = ClinicFactory()
    events = [record(f"test.event_{each}", actor=None, obj=clinic, clinic=clinic) for each in range(number)]
    while sealed and seal_events():
        pass
    return events


def tamper(*statements: str, **values: object) -> None:
    """Execute SQL, with values in braces, as somebody who owns the database and has dropped the triggers."""
    with without_protection(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(**values))
