"""`manage.py backup`: a whole, checked, encrypted copy while others write, or a clear error and nothing."""

import datetime
import errno
import os
import shutil
import sqlite3
import stat
import tarfile
import threading
from contextlib import closing

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F

from clinic.audit.services import record
from clinic.backup import postgresql, sqlite
from clinic.backup.archive import AGE_HEADER
from clinic.backup.errors import BackupError, CheckFailedError, NoSpaceError, storage_errors
from clinic.backup.services import create_backup, delete_old_backups, load_backup, opened_backup
from clinic.models import AuditEvent, User
from tests.clinic.backup.conftest import NOW, refusal
from tests.factories import ClinicFactory, UserFactory
from tests.second_database import empty_database


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_backup_states_the_rows_of_every_table_in_its_manifest(backup, folder, key_file):
    with opened_backup(backup.path, key_file=key_file, folder=folder) as (manifest, copy):
        assert manifest == backup.manifest
        assert copy.stat().st_size == manifest.size

    assert set(manifest.facts.rows) == set(connection.introspection.table_names())
    assert manifest.facts.rows["clinic_auditevent"] == 2
    assert manifest.facts.rows["exercises_exercisephoto"] == 1
    assert {"clinic_auditevent", "exercises_exercisephoto"} <= set(manifest.facts.digests)
    assert manifest.made_at == NOW
    assert manifest.vendor == connection.vendor


def test_only_its_owner_can_read_a_backup_and_nothing_else_is_left(backup, folder):
    assert names(folder) == ["surefoot-20261130T031500Z.tar.age"]
    assert stat.S_IMODE(backup.path.stat().st_mode) == 0o600


def test_a_backup_with_a_public_key_holds_nothing_in_clear(backup, clinic_with_a_photo):
    content = backup.path.read_bytes()
    assert content.startswith(AGE_HEADER)
    assert bytes(clinic_with_a_photo.small)[:64] not in content
    assert b"manifest.json" not in content


def test_a_backup_without_a_key_is_plain_and_says_so(clinic_with_a_photo, folder, settings, capsys):
    settings.BACKUP_PUBLIC_KEY = ""
    call_command("backup", str(folder))

    said = capsys.readouterr()
    assert "Not encrypted" in said.err
    (path,) = folder.iterdir()
    assert path.suffix == ".tar"
    assert f"{path}: " in said.out
    assert "checked" in said.out
    with tarfile.open(path) as archive:
        assert archive.getnames() == ["manifest.json", "database"]


def test_each_of_several_keys_opens_a_backup(clinic_with_a_photo, folder, key_file, public_key, tmp_path):
    call_command("make_backup_key", str(tmp_path / "second.key"))
    second = (tmp_path / "second.key").read_text().split()[3]
    backup = create_backup(
        connection=connection, folder=folder, public_keys=f"{public_key}, {second}", now=NOW
    )

    for file in (key_file, tmp_path / "second.key"):
        with opened_backup(backup.path, key_file=file, folder=folder) as (manifest, _):
            assert manifest == backup.manifest


def test_a_backup_while_others_write_is_one_moment(clinic_with_a_photo, folder, tmp_path):
    """Each change writes two tables. In the copy, both have it or neither."""
    user, clinic = UserFactory(), ClinicFactory()
    stop, changes = threading.Event(), []

    def write():
        while not stop.is_set():
            with transaction.atomic():
                record("test.written", actor=user, obj=user, clinic=clinic)
                User.objects.filter(pk=user.pk).update(session_number=F("session_number") + 1)
            changes.append(1)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        while len(changes) < 5:
            stop.wait(0.01)
        before = len(changes)
        backup = create_backup(connection=connection, folder=folder, public_keys="", now=NOW)
    finally:
        stop.set()
        writer.join()
    assert len(changes) > before, "nothing was written meanwhile"

    with (
        empty_database(tmp_path) as fresh,
        opened_backup(backup.path, key_file=None, folder=folder) as (manifest, copy),
    ):
        load_backup(connection=fresh, manifest=manifest, copy=copy)
        written = AuditEvent.objects.using("fresh").filter(action="test.written").count()
        assert User.objects.using("fresh").get(pk=user.pk).session_number == written
        assert before <= written <= len(changes)


def test_a_wrong_public_key_is_refused_before_anything_is_written(db, folder, settings):
    settings.BACKUP_PUBLIC_KEY = "age1notakey"
    code, said = refusal("backup", folder)
    assert (code, names(folder)) == (1, [])
    assert "BACKUP_PUBLIC_KEY" in said


def test_a_folder_that_does_not_exist_is_refused(db, folder):
    code, said = refusal("backup", folder / "elsewhere")
    assert code == 1
    assert "no folder" in said


def test_an_empty_database_is_not_taken_for_that_of_the_app(db, folder, tmp_path):
    with empty_database(tmp_path) as fresh, pytest.raises(BackupError, match="no tables"):
        create_backup(connection=fresh, folder=folder, public_keys="", now=NOW)
    assert names(folder) == []


def test_too_little_space_is_noticed_before_anything_is_written(db, folder, monkeypatch):
    usage = shutil.disk_usage(folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    code, said = refusal("backup", folder)
    assert (code, names(folder)) == (3, [])
    assert str(folder) in said


def test_a_disk_that_fills_up_has_its_own_exit_code(folder):
    with pytest.raises(NoSpaceError, match="No space left"), storage_errors(folder):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(NoSpaceError, match="No space left"), storage_errors(folder):
        raise sqlite3.OperationalError("database or disk is full")
    with pytest.raises(BackupError, match="Permission denied") as refused, storage_errors(folder):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
    assert not isinstance(refused.value, NoSpaceError)


def test_a_missing_program_is_named_with_its_package(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match=r"pg_dump is missing.*postgresql-client"):
        postgresql.find_program("pg_dump")


def test_two_backups_of_one_second_do_not_replace_each_other(backup, folder, public_key):
    before = backup.path.read_bytes()
    with pytest.raises(BackupError, match="already"):
        create_backup(connection=connection, folder=folder, public_keys=public_key, now=NOW)
    assert backup.path.read_bytes() == before


def test_what_a_killed_backup_left_is_deleted_after_a_day(db, folder):
    left, fresh = folder / ".surefoot-work-left", folder / ".surefoot-work-fresh"
    for work, hours in ((left, 25), (fresh, 1)):
        work.mkdir()
        (work / "database").write_text("half a copy")
        moment = (NOW - datetime.timedelta(hours=hours)).timestamp()
        os.utime(work, (moment, moment))
    create_backup(connection=connection, folder=folder, public_keys="", now=NOW)
    assert names(folder) == [fresh.name, "surefoot-20261130T031500Z.tar"]


def test_old_backups_are_deleted_by_the_date_in_their_names_and_no_other_file_is(folder):
    kept = [
        "surefoot-20261101T000000Z.tar",
        "surefoot-20261129T000000Z.tar.age",
        "surefoot-notes.txt",
        "a.tar",
    ]
    old = ["surefoot-20261030T031459Z.tar.age", "surefoot-20250101T000000Z.tar"]
    for name in kept + old:
        (folder / name).touch()
    deleted = delete_old_backups(folder=folder, keep_days=31, now=NOW)
    assert {path.name for path in deleted} == set(old)
    assert names(folder) == sorted(kept)


def test_a_new_key_is_a_private_file_and_never_replaces_one(tmp_path, capsys):
    file = tmp_path / "private.key"
    call_command("make_backup_key", str(file))
    said = capsys.readouterr().out
    assert said.startswith("BACKUP_PUBLIC_KEY=age1")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "AGE-SECRET-KEY" in file.read_text()
    assert "AGE-SECRET-KEY" not in said
    assert refusal("make_backup_key", file)[0] == 1


class TestTheCheckOfACopy:
    """A damaged copy is found, on both engines, whatever the database of this run is."""

    @pytest.fixture
    def copy(self, tmp_path):
        path = tmp_path / "copy.sqlite3"
        with closing(sqlite3.connect(path)) as made:
            made.executescript(
                "CREATE TABLE a (id INTEGER PRIMARY KEY, words TEXT UNIQUE);"
                "CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER REFERENCES a (id));"
            )
            made.executemany("INSERT INTO a (words) VALUES (?)", [(f"{n:0500d}",) for n in range(200)])
            made.commit()
        return path

    def test_a_whole_copy_passes(self, copy):
        facts, migrations = sqlite.check(copy, digested=["a"])
        assert facts.rows == {"a": 200, "b": 0}
        assert migrations == set()

    def test_overwritten_pages_are_found(self, copy):
        with copy.open("r+b") as file:
            file.seek(4096 * 5)
            file.write(os.urandom(4096 * 20))
        with pytest.raises(CheckFailedError):
            sqlite.check(copy, digested=[])

    def test_a_row_without_its_parent_is_found(self, copy):
        with closing(sqlite3.connect(copy)) as made:
            made.execute("INSERT INTO b (a_id) VALUES (9999)")
            made.commit()
        with pytest.raises(CheckFailedError, match="missing"):
            sqlite.check(copy, digested=[])

    def test_a_file_that_is_no_dump_is_found(self, tmp_path):
        file = tmp_path / "dump"
        file.write_bytes(b"PGDMP" + os.urandom(100))
        with pytest.raises(CheckFailedError):
            postgresql.check(file, tables=[])

    def test_the_digest_sees_one_changed_value_and_no_change_of_order(self, copy):
        before, _ = sqlite.check(copy, digested=["a"])
        with closing(sqlite3.connect(copy)) as made:
            made.execute("CREATE TABLE c AS SELECT * FROM a ORDER BY id DESC")
            made.execute("DELETE FROM a")
            made.execute("INSERT INTO a SELECT * FROM c")
            made.execute("DROP TABLE c")
            made.commit()
        assert before.differences(sqlite.check(copy, digested=["a"])[0]) == []
        with closing(sqlite3.connect(copy)) as made:
            made.execute("UPDATE a SET words = 'changed' WHERE id = 7")
            made.commit()
        assert before.differences(sqlite.check(copy, digested=["a"])[0]) == [
            "a: the same number of rows, but other contents"
        ]
