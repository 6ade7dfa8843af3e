"""`manage.py restore_drill`: figures of a restore into a scratch database, or the first difference."""

import io
import os
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from clinic.backup import services
from clinic.backup.drill import PREFIX, get_prefix, run_drill
from clinic.backup.errors import CheckFailedError
from clinic.models import OutboxMessage
from tests.clinic.backup.conftest import NOW, refusal


def databases():
    """Return the names of the databases that a drill could have left behind."""
    if connection.vendor == "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'surefoot_drill%'")
        return cursor.fetchall()


def test_a_drill_compares_tables_photographs_and_the_audit_trail(clinic_with_a_photo, tmp_path):
    OutboxMessage.objects.create(to="rosa@example.org", subject="You have a message", body="Please sign in.")
    tables, said = connection.introspection.table_names(), io.StringIO()

    call_command("restore_drill", "--work-folder", str(tmp_path), stdout=said)

    lines = dict(line.split(maxsplit=1) for line in said.getvalue().splitlines())
    assert lines["tables"].startswith(f"{len(tables)}, each with the rows of the manifest")
    assert (
        lines["photographs"] == "1 in exercises_exercisephoto, patients_messagephoto: checksums are the same"
    )
    assert "clinic_auditevent" in said.getvalue()
    assert "no e-mail is due" in said.getvalue()
    assert said.getvalue().endswith("The drill passed.\n")
    assert list(tmp_path.iterdir()) == []
    assert databases() == []
    assert OutboxMessage.objects.due(NOW.replace(year=2100)).count() == 1, "only the copy holds its mail"


def test_an_older_backup_can_be_drilled_with_its_key(backup, key_file, tmp_path):
    said = io.StringIO()
    call_command("restore_drill", "--backup", str(backup.path), "--key-file", str(key_file), stdout=said)
    assert backup.path.name in said.getvalue()
    assert refusal("restore_drill", "--backup", backup.path)[0] == 1


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("UPDATE exercises_exercisephoto SET full = small", "exercises_exercisephoto: .* other contents"),
        ("UPDATE clinic_auditevent SET action = 'changed'", "clinic_auditevent: .* other contents"),
        ("DELETE FROM clinic_auditevent WHERE action = 'clinic.hours_changed'", "clinic_auditevent: 2 rows"),
        ("DELETE FROM exercises_exercisephoto", "exercises_exercisephoto: 1 rows"),
    ],
)
def test_a_drill_finds_what_a_restore_has_changed(fault, found, clinic_with_a_photo, tmp_path, monkeypatch):
    """The fault is planted right after the copy is loaded, before it is compared."""
    engine = services.get_engine(connection)
    load = engine.load

    def load_wrongly(target, copy: Path) -> None:
        load(target, copy)
        with target.cursor() as cursor:
            without_triggers(cursor)
            cursor.execute(fault.replace("full", '"full"'))
        target.close()

    monkeypatch.setattr(engine, "load", load_wrongly)
    with pytest.raises(CheckFailedError, match=found):
        run_drill(connection=connection, folder=tmp_path, now=NOW)
    assert databases() == []


def without_triggers(cursor):
    """Drop the triggers of the copy, as a role that owns it could."""
    if cursor.db.vendor == "postgresql":
        cursor.execute("SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE NOT tgisinternal")
        for table, name in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}" ON {table}')
    else:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')


def test_the_database_is_the_same_after_a_drill(clinic_with_a_photo, tmp_path):
    engine = services.get_engine(connection)
    before = engine.get_facts(connection, digested=connection.introspection.table_names())
    run_drill(connection=connection, folder=tmp_path, now=NOW)
    after = engine.get_facts(connection, digested=connection.introspection.table_names())
    assert before.differences(after) == []


def test_the_copy_that_a_killed_drill_has_left_is_deleted_by_the_next_one(clinic_with_a_photo, tmp_path):
    """One that somebody is connected to stays, and so does one of another installation on the same server."""
    if connection.vendor == "sqlite":
        assert databases() == []  # its copies are files in the folder of the drill
        return
    left, in_use = f"{get_prefix(connection)}{'0' * 32}", f"{get_prefix(connection)}{'1' * 32}"
    other = f"{PREFIX}00000000_{'2' * 32}"
    with connection.cursor() as cursor:
        for name in (left, in_use, other):
            cursor.execute(f'CREATE DATABASE "{name}"')
    user = connection.copy("in_use")
    user.settings_dict["NAME"] = in_use
    user.ensure_connection()
    try:
        drill = run_drill(connection=connection, folder=tmp_path, now=NOW)
        assert drill.figures[0] == ("cleaned up", "1 scratch databases of drills that were killed: deleted")
        assert set(databases()) == {(in_use,), (other,)}
    finally:
        user.close()
        with connection.cursor() as cursor:
            for name in (left, in_use, other):
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')


def test_the_folder_that_a_killed_drill_has_left_is_deleted_by_the_next_one_or_a_backup(
    clinic_with_a_photo, tmp_path, monkeypatch
):
    class KilledError(BaseException):
        """The end of the process."""

    names = []

    def kill(*, folder, **_values):
        names.append(folder)
        raise KilledError

    with monkeypatch.context() as patch:
        patch.setattr("clinic.management.commands.restore_drill.run_drill", kill)
        with pytest.raises(KilledError):
            call_command("restore_drill", "--work-folder", str(tmp_path))
    (left,) = names
    left.mkdir()  # a process that is killed deletes nothing
    (left / "database").write_text("all patients")
    os.utime(left, (0, 0))

    call_command("restore_drill", "--work-folder", str(tmp_path))

    assert list(tmp_path.iterdir()) == []
