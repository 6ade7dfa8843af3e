"""The database itself refuses to change or delete a row of the audit trail."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import TransactionTestCase

from clinic.audit.append_only import TABLES, protect_audit_trail
from clinic.models import AppendOnlyError, AuditArchive, AuditEvent, AuditLink
from tests.clinic.audit.trail import tamper, write_events

pytestmark = pytest.mark.django_db(transaction=True)

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
REPLACE_ARCHIVE = (
    "INSERT OR REPLACE INTO clinic_auditarchive"
    " (id, archived_at, first_number, last_number, hash_before, last_hash, file_name, file_hash)"
    " VALUES ({key}, CURRENT_TIMESTAMP, {first}, {last}, '', '', 'forged', '')"
)
ONLY_SQLITE = {
    "replace": (
        "INSERT OR REPLACE INTO clinic_auditevent"
        " (id, at, role, action, object_type, object_id, listed, route, request_id, address)"
        " VALUES ({key}, CURRENT_TIMESTAMP, '', 'forged', '', '', '[]', '', '', '')"
    ),
    "replace a link by its number": (
        "INSERT OR REPLACE INTO clinic_auditlink (number, event_id, transaction_number, hash)"
        " VALUES (1, -1, 0, 'forged')"
    ),
    "replace a link by its event": (
        "INSERT OR REPLACE INTO clinic_auditlink (number, event_id, transaction_number, hash)"
        " VALUES (900, {key}, 0, 'forged')"
    ),
    "replace an archive by its key": REPLACE_ARCHIVE.format(key=1, first=900, last=901),
    "replace an archive by its first number": REPLACE_ARCHIVE.format(key=900, first=1, last=901),
    "replace an archive by its last number": REPLACE_ARCHIVE.format(key=900, first=900, last=5),
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
    AuditArchive(pk=1, first_number=1, last_number=5, file_name="test.archive").save()
    own = ONLY_SQLITE if connection.vendor == "sqlite" else ONLY_POSTGRESQL
    for way, statement in (CHANGES | own).items():
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            execute(statement.format(key=event.pk))
        assert AuditEvent.objects.filter(action__startswith="test.").count() == 2, way
        assert AuditLink.objects.exclude(hash="forged").count() == 2, way
        assert AuditArchive.objects.get().file_name == "test.archive", way


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


def test_a_trigger_of_an_earlier_version_is_replaced():
    event = write_events(1)[0]
    replace = ONLY_SQLITE["replace a link by its event"].format(key=event.pk)
    if connection.vendor == "sqlite":
        execute("DROP TRIGGER clinic_auditlink_no_replace")
        execute(
            "CREATE TRIGGER clinic_auditlink_no_replace BEFORE INSERT ON clinic_auditlink "
            "WHEN EXISTS (SELECT 1 FROM clinic_auditlink WHERE number = NEW.number) "
            "BEGIN SELECT RAISE(ABORT, 'clinic_auditlink is append-only'); END"
        )
        protect_audit_trail()
    with pytest.raises(DatabaseError), transaction.atomic():
        execute(replace)  # on PostgreSQL, there is no such statement
    assert AuditLink.objects.get().event_id == event.pk


@pytest.mark.parametrize("table", TABLES)
def test_the_trigger_against_replacing_knows_each_unique_column(table):
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, table).values()
        unique = [one["columns"] for one in constraints if one["unique"] or one["primary_key"]]
        assert unique
        assert all(
            len(columns) == 1 for columns in unique
        )  # of several together, the trigger would know nothing
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [f"{table}_no_replace"])
            trigger = cursor.fetchone()[0]
            assert all(f"{column} = NEW.{column}" in trigger for [column] in unique)


class TestFlush(TransactionTestCase):
    """A test that empties its tables at the end, as those with threads and browsers do."""

    def test_leaves_rows_that_the_next_one_does_not_see(self):
        write_events(1)

    def test_sees_no_row_of_another(self):
        assert AuditEvent.objects.count() == 0
        write_events(1)
