"""`manage.py restore`: a backup comes back whole into an empty database, or nothing is changed."""

import dataclasses
import datetime
import io
import uuid
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from cryptography.fernet import Fernet
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, connections
from django.utils import timezone

from clinic.audit.heads import write_head
from clinic.audit.services import record
from clinic.backup.archive import Manifest
from clinic.backup.errors import BackupError, CheckFailedError
from clinic.backup.facts import Facts
from clinic.backup.services import check_migrations, create_backup, get_engine, load_backup, opened_backup
from clinic.management.commands.restore import read_ids
from clinic.models import AuditEvent, OutboxMessage, User
from exercises.models import ExercisePhoto
from tests.clinic.audit.trail import seal_all
from tests.clinic.backup.conftest import NOW, refusal
from tests.factories import UserFactory
from tests.second_database import empty_database


@pytest.fixture
def other_database(tmp_path, db):
    with empty_database(tmp_path) as fresh:
        yield fresh


@contextmanager
def in_use(database):
    """Let commands and models use this database instead of the one of the tests."""
    before = connections["default"]
    connections["default"] = database
    try:
        yield
    finally:
        connections["default"] = before


def refusal_in(database, *command):
    with in_use(database):
        return refusal(*command)


def test_a_restored_database_has_every_row_and_every_byte_of_the_photographs(
    backup, key_file, clinic_with_a_photo, other_database, capsys
):
    with in_use(other_database):
        call_command("restore", str(backup.path), "--key-file", str(key_file))
        events = sorted(AuditEvent.objects.values_list("action", flat=True))
        restored = ExercisePhoto.objects.get()

    facts = backup.manifest.facts
    assert f"{len(facts.rows)} tables with {facts.total} rows" in capsys.readouterr().out
    assert events == [
        "clinic.details_changed",
        "clinic.hours_changed",
        "database.restored",
        "sessions.all_ended",
    ]
    assert bytes(restored.full) == bytes(clinic_with_a_photo.full)
    assert bytes(restored.small) == bytes(clinic_with_a_photo.small)
    found = get_engine(other_database).get_facts(other_database, digested=facts.digests)
    assert found.digests["exercises_exercisephoto"] == facts.digests["exercises_exercisephoto"]


def test_a_restored_database_takes_new_rows(backup, key_file, other_database):
    """The counters of keys come along, so that a new row gets a key of its own."""
    with in_use(other_database):
        call_command("restore", str(backup.path), "--key-file", str(key_file))
        before = set(AuditEvent.objects.values_list("pk", flat=True))
        user = User.objects.get()
        assert record("test.written", actor=user, obj=user, clinic=None).pk not in before


def test_a_restore_ends_sessions_and_holds_mail_until_it_is_released(
    transactional_db, folder, other_database, client, capsys
):
    user = UserFactory(session_number=3)
    client.force_login(user)
    OutboxMessage.objects.create(to="rosa@example.org", subject="You have a message", body="Please sign in.")
    backup = create_backup(connection=connection, folder=folder, public_keys="", now=NOW)

    with in_use(other_database):
        call_command("restore", str(backup.path))
        assert Session.objects.count() == 0
        restored = User.objects.get(pk=user.pk)
        assert restored.session_number == 4
        assert restored.get_session_auth_hash() != user.get_session_auth_hash()
        assert not OutboxMessage.objects.due(timezone.now()).exists()
        said = capsys.readouterr().out
        assert "1 waiting e-mails put on hold" in said
        assert "To do by hand" in said

        call_command("restore", "--release-mail")
        assert OutboxMessage.objects.due(timezone.now()).get().body == "Please sign in."
        assert "1 held e-mails queued" in capsys.readouterr().out
    assert Session.objects.count() == 1, "the database that was backed up is as it was"
    assert User.objects.get(pk=user.pk).session_number == 3


def test_a_database_that_is_not_empty_is_never_restored_into(backup, key_file):
    code, said = refusal("restore", backup.path, "--key-file", key_file)
    assert code == 1
    assert "not empty" in said
    assert AuditEvent.objects.count() == 2
    assert ExercisePhoto.objects.count() == 1


def test_an_encrypted_backup_needs_the_key_that_fits(backup, tmp_path, other_database):
    call_command("make_backup_key", str(tmp_path / "other.key"))
    (tmp_path / "public.key").write_text("age1notaprivatekey\n")

    refusal = partial(refusal_in, other_database)
    code, said = refusal("restore", backup.path)
    assert (code, "--key-file" in said) == (1, True)
    code, said = refusal("restore", backup.path, "--key-file", tmp_path / "other.key")
    assert (code, "does not open" in said) == (1, True)
    code, said = refusal("restore", backup.path, "--key-file", tmp_path / "public.key")
    assert (code, "no private key" in said) == (1, True)
    code, said = refusal("restore", backup.path, "--key-file", tmp_path / "missing.key")
    assert (code, "cannot be read" in said) == (1, True)
    assert get_engine(other_database).is_empty(other_database)


def test_a_damaged_backup_is_refused_wherever_it_is_damaged(backup, key_file, other_database):
    refusal = partial(refusal_in, other_database)
    content = backup.path.read_bytes()
    damaged = backup.path.with_name("damaged.tar.age")
    for place in (len(content) // 3, len(content) // 2, len(content) - 20):
        damaged.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
        assert refusal("restore", damaged, "--key-file", key_file)[0] == 4
    damaged.write_bytes(content[:-100])
    assert refusal("restore", damaged, "--key-file", key_file)[0] == 4
    assert get_engine(other_database).is_empty(other_database)


def test_a_damaged_backup_in_clear_is_refused(clinic_with_a_photo, folder, other_database):
    refusal = partial(refusal_in, other_database)
    backup = create_backup(connection=connection, folder=folder, public_keys="", now=NOW)
    content = backup.path.read_bytes()
    place = content.index(b"database") + 5000
    backup.path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    code, said = refusal("restore", backup.path)
    assert (code, "damaged" in said) == (4, True)
    backup.path.write_bytes(b"no archive")
    assert refusal("restore", backup.path)[0] == 4


def test_a_backup_that_differs_from_its_manifest_leaves_the_database_empty(
    backup, key_file, folder, other_database
):
    rows = {**backup.manifest.facts.rows, "clinic_auditevent": 3}
    wrong = dataclasses.replace(backup.manifest, facts=Facts(rows, backup.manifest.facts.digests))
    with opened_backup(backup.path, key_file=key_file, folder=folder) as (_, copy):
        with pytest.raises(
            CheckFailedError, match="clinic_auditevent: 3 rows in the backup, 2 rows in the copy"
        ):
            load_backup(connection=other_database, manifest=wrong, copy=copy)
        assert get_engine(other_database).is_empty(other_database)
        load_backup(connection=other_database, manifest=backup.manifest, copy=copy)


def test_a_step_that_fails_leaves_the_database_empty(backup, key_file, other_database, settings):
    settings.RESTORE_STEPS = ["clinic.backup.after_restore.end_sessions", "tests.clinic.backup.failing.fail"]
    code, said = refusal_in(other_database, "restore", backup.path, "--key-file", key_file)
    assert (code, "ZeroDivisionError" in said) == (1, True)
    assert get_engine(other_database).is_empty(other_database)


def test_a_backup_of_the_other_engine_is_refused(backup, key_file, folder, other_database):
    other = dataclasses.replace(backup.manifest, vendor="oracle")
    with (
        opened_backup(backup.path, key_file=key_file, folder=folder) as (_, copy),
        pytest.raises(BackupError, match="backup of oracle"),
    ):
        load_backup(connection=other_database, manifest=other, copy=copy)


def test_a_backup_of_a_newer_release_is_refused_and_one_of_an_older_is_not(backup):
    known = [("clinic", "0001_start"), ("clinic", "0007_ketone_limit"), ("patients", "0040_whole_plan_again")]

    def check(*migrations):
        check_migrations(dataclasses.replace(backup.manifest, migrations=migrations), known)

    check("clinic.0001_start", "patients.0040_whole_plan_again")
    check("clinic.0003_removed_since", "removed_app.0009_last")
    with pytest.raises(BackupError, match="newer release"):
        check("clinic.0001_start", "clinic.0008_later")


def test_a_manifest_of_another_format_is_refused(backup):
    text = backup.manifest.to_json()
    assert Manifest.from_json(text) == backup.manifest
    for wrong in (text.replace('"format": 1', '"format": 2'), "[]", "{", text.replace('"made_at"', '"at"')):
        with pytest.raises(CheckFailedError, match="cannot read"):
            Manifest.from_json(wrong)


def test_the_file_of_erased_patients_has_an_id_at_the_end_of_each_line(tmp_path):
    file = tmp_path / "erased.txt"
    one, two = uuid.uuid4(), uuid.uuid4()
    file.write_text(f"# erased since June\n{one}\n\n2026-11-30T03:15:00+00:00 {two}  # asked by post\n")
    assert read_ids(file) == {one, two}
    assert read_ids(None) == frozenset()
    file.write_text(f"{one}\nRosa\n")
    with pytest.raises(BackupError, match="line 2"):
        read_ids(file)


def test_either_a_backup_or_held_mail_is_named(db, tmp_path):
    assert refusal("restore")[0] == 1
    assert refusal("restore", tmp_path / "x.tar", "--release-mail")[0] == 1
    code, said = refusal("restore", tmp_path / "x.tar")
    assert (code, "no file" in said) == (1, True)


def test_a_key_can_come_from_standard_input(backup, key_file, folder, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(key_file.read_text()))
    with opened_backup(backup.path, key_file=Path("-"), folder=folder) as (manifest, _):
        assert manifest == backup.manifest


def test_everybody_can_be_signed_out_at_once(db, client, capsys):
    user, other = UserFactory(), UserFactory(session_number=4)
    client.force_login(user)
    assert get_user(client) == user
    stolen = Session.objects.get()

    call_command("end_sessions")

    assert "1 sessions deleted, 2 accounts signed out" in capsys.readouterr().out
    other.refresh_from_db()
    assert other.session_number == 5
    assert AuditEvent.objects.latest("pk").action == "sessions.all_ended"
    assert not get_user(client).is_authenticated
    stolen.save(force_insert=True)
    client.cookies["sessionid"] = stolen.session_key
    assert not get_user(client).is_authenticated, "a copy of the session is of no use either"


def test_a_restore_tells_the_file_of_heads_that_the_end_of_the_audit_trail_is_gone(
    backup, key_file, other_database, settings, tmp_path, capsys
):
    settings.AUDIT_HEADS_FILE = str(tmp_path / "kept" / "heads.txt")
    seal_all()
    write_head(NOW + datetime.timedelta(minutes=1))
    with in_use(other_database):
        call_command("restore", str(backup.path), "--key-file", str(key_file))
        assert f"Appended to {settings.AUDIT_HEADS_FILE}: " in capsys.readouterr().out
        call_command("verify_audit_trail", "--seal")
    assert "from the backup of 2026-11-30T03:15:00+00:00, whose last link is 0" in capsys.readouterr().out


def test_a_file_of_heads_that_cannot_be_written_is_said_with_its_line(
    backup, key_file, other_database, settings, tmp_path, capsys
):
    settings.AUDIT_HEADS_FILE = str(tmp_path)
    with in_use(other_database):
        call_command("restore", str(backup.path), "--key-file", str(key_file))
    assert f"{tmp_path}: Is a directory. Append this line to it: " in capsys.readouterr().out


@pytest.mark.parametrize("is_kept", [True, False])
def test_secrets_that_need_a_removed_key_are_said_after_a_restore(
    is_kept, transactional_db, folder, other_database, settings, capsys
):
    """The backup is of the day before the keys were changed."""
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.MFA_ENCRYPTION_KEYS = [old]
    user = UserFactory()
    TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    backup = create_backup(connection=connection, folder=folder, public_keys="", now=NOW)

    settings.MFA_ENCRYPTION_KEYS = [new, old] if is_kept else [new]
    with in_use(other_database):
        call_command("restore", str(backup.path))
        said = capsys.readouterr().out
    call_command("restore_drill", "--backup", str(backup.path))
    drilled = capsys.readouterr().out

    assert ("2 second factors of 1 accounts cannot be decrypted" in said) is not is_kept
    assert ("Put the key of 2026-11-30 back" in said) is not is_kept
    assert ("Every secret of a second factor can be decrypted." in said) is is_kept
    assert ("second factors  2 cannot be decrypted" in drilled) is not is_kept
    assert ("second factors  each can be decrypted" in drilled) is is_kept
