"""Rows of the audit trail for its tests, and changes of them that go past the database's protection."""

from __future__ import annotations

import time

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
    if sealed:
        seal_all()
    return events


def seal_all() -> None:
    """Add all links that are missing. The test has to commit its events: use a transactional database."""
    wait_for_earlier_transactions()
    while seal_events():
        pass


def wait_for_earlier_transactions() -> None:
    """Wait until no transaction runs that began before an event, such as one of another test on the same server.

    An event gets its link only then. SQLite has one writer at a time.
    """
    if connection.vendor == "sqlite":
        return
    assert not connection.in_atomic_block, "The test itself is the transaction that has to end."
    for _attempt in range(3000):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT max(transaction_number) >= pg_snapshot_xmin(pg_current_snapshot()) FROM clinic_auditevent"
            )
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.1)
    raise AssertionError("A transaction has been running for five minutes.")


def tamper(*statements: str, **values: object) -> None:
    """Execute SQL, with values in braces, as somebody who owns the database and has dropped the triggers."""
    with without_protection(), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(**values))
