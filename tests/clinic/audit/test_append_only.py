"""The database itself refuses to change or delete a row of the audit trail."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import TransactionTestCase

from clinic.audit.append_only import TABLES, protect_audit_trail
from clinic.models import AppendOnlyError, AuditEvent
from tests.clinic.audit.trail import tamper, write_events

pytestmark = pytest.mark.django_db

CHANGES = {
    "update": "UPDATE clinic_auditevent SET action = 'forged' WHERE id = {key}",
    "delete": "DELETE FROM clinic_auditevent WHERE id = {key}",
    "delete everything": "DELETE FROM clinic_auditevent",
    "upsert": (
        "INSERT INTO clinic_auditevent"
        " (id, at, role, action, object_type, object_id, listed, route, request_id, address)"
        " VALUES ({key}, CURRENT_TIMESTAMP, '', 'forged', '', '', '[]', '', '', '')"
        " ON CONFLICT (id) DO UPDATE SET action = 'forged'"
    ),
    "change a link": "UPDATE clinic_auditlink SET hash = 'forged'",
    "delete a link": "DELETE FROM clinic_auditlink",
}
ONLY_SQLITE = {
    "replace": (
        "INSERT OR REPLACE INTO clinic_auditevent"
        " (id, at, role, action, object_type, object_id, listed, route, request_id, address)"
        " VALUES ({key}, CURRENT_TIMESTAMP, '', 'forged', '', '', '[]', '', '', '')"
    )
}
ONLY_POSTGRESQL = {
    "truncate": "TRUNCATE clinic_auditevent CASCADE",
    "truncate what it once referred to": "TRUNCATE clinic_clinic CASCADE; DELETE FROM clinic_auditevent",
    "as a replica": "SET LOCAL session_replication_role = replica; DELETE FROM clinic_auditevent",
}


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_refuses_every_way_to_change_or_delete_a_row():
    event = write_events(2)[0]
    own = ONLY_SQLITE if connection.vendor == "sqlite" else ONLY_POSTGRESQL
    for way, statement in (CHANGES | own).items():
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            execute(statement.format(key=event.pk))
        assert AuditEvent.objects.filter(action__startswith="test.").count() == 2, way


def test_the_same_statements_go_through_without_the_triggers():
    event = write_events(2)[0]
    tamper(CHANGES["update"], key=event.pk)
    assert AuditEvent.objects.get(pk=event.pk).action == "forged"


def test_the_model_refuses_it_too():
    event = write_events(1)[0]
    for change in (event.save, event.delete, AuditEvent.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            change()
    with pytest.raises(DatabaseError), transaction.atomic():
        AuditEvent._base_manager.filter(pk=event.pk).update(action="forged")


def test_the_triggers_are_back_after_a_migration_that_makes_the_table_anew():
    event = write_events(1)[0]
    if connection.vendor == "sqlite":
        for table in TABLES:
            for kind in ("update", "delete", "replace"):
                execute(f"DROP TRIGGER {table}_no_{kind}")
    protect_audit_trail()
    with pytest.raises(DatabaseError), transaction.atomic():
        execute(CHANGES["update"].format(key=event.pk))


class TestFlush(TransactionTestCase):
    """A test that empties its tables at the end, as those with threads and browsers do."""

    def test_leaves_rows_that_the_next_one_does_not_see(self):
        write_events(1)

    def test_sees_no_row_of_another(self):
        assert AuditEvent.objects.count() == 0
        write_events(1)
