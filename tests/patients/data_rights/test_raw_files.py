"""After an erasure no text of the patient is left in the files of the database, deleted rows and logs included."""

import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from clinic.models import Clinic
from patients.data_rights.services.erasure import erase_patient
from patients.data_rights.services.requests import request_erasure
from tests.factories import LATER, NOON, ClinicFactory, clinician
from tests.patients.data_rights.search import find_in_files
from tests.patients.data_rights.whole_patient import make_whole_patient, plant_canaries

pytestmark = pytest.mark.django_db(transaction=True)
#: Written into every text of the patient; no other test uses it.
WORD = "Rawfilecanary"[:9]


def refuse_unreadable(error: OSError) -> None:
    """Raise the error that a folder could not be read, unless it is gone."""
    if not isinstance(error, FileNotFoundError):
        raise error


def list_files() -> list[Path]:
    """Return the files of the test database: SQLite's with its log, or everything of PostgreSQL's server.

    The files of the server have to be readable, as they are when `.ci/with-postgres` has started it.
    """
    if connection.vendor == "sqlite":
        name = Path(connection.settings_dict["NAME"])
        return sorted(name.parent.glob(f"{name.name}*"))
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        (folder,) = cursor.fetchone()
    # Other tests drop their databases meanwhile, so folders may go while this looks into them.
    files = [
        Path(parent, name)
        for parent, _, names in os.walk(folder, onerror=refuse_unreadable)
        for name in names
    ]
    assert len(files) > 100
    return files


def test_no_canary_is_left_in_the_files(settings, tmp_path, capsys):
    settings.ERASED_LIST = str(tmp_path / "erased.txt")
    clinic: Clinic = ClinicFactory()
    alice = make_whole_patient(clinic, "Rawfile")
    plant_canaries(alice, WORD, with_helpers=True)
    alice.refresh_from_db()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(FULL)")
    assert find_in_files([WORD], list_files())
    request = request_erasure(patient=alice, by=alice.user, now=NOON)

    erase_patient(request=request, ground="time", by=clinician(clinic, "clinic_admin"), now=LATER)
    if connection.vendor == "postgresql":
        call_command("vacuum_erased", wait=600)  # for the transactions of other tests on the same server
        assert "Rewrote" in capsys.readouterr().out

    assert find_in_files([WORD], list_files()) == {}


def test_the_command_rewrites_the_tables_on_every_database(capsys):
    call_command("vacuum_erased", wait=600)

    assert "Rewrote" in capsys.readouterr().out


def open_transactions():
    """Return connections with an open transaction: a reader here, and on PostgreSQL a writer in another database."""
    reader = connection.copy()
    with reader.cursor() as cursor:
        snapshot = " ISOLATION LEVEL REPEATABLE READ" if reader.vendor == "postgresql" else ""
        cursor.execute(f"BEGIN{snapshot}")
        cursor.execute("SELECT count(*) FROM clinic_clinic")
    if reader.vendor == "sqlite":
        return [reader]
    writer = connection.copy()
    writer.settings_dict = {**writer.settings_dict, "NAME": "postgres"}
    with writer.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT pg_current_xact_id()")
    return [reader, writer]


def test_a_transaction_that_began_before_is_an_error():
    """The files would keep the deleted rows."""
    others = open_transactions()
    ClinicFactory()
    try:
        while others:
            with pytest.raises(CommandError, match=r"rewritten.* Run this again"):
                call_command("vacuum_erased", wait=0)
            others.pop(0).close()
        call_command("vacuum_erased", wait=600)
    finally:
        for other in others:
            other.close()


def test_the_search_finds_a_word_in_any_case(tmp_path):
    (tmp_path / "a").write_bytes(b"\x00\xffrAwFiLe\x00")
    (tmp_path / "b").write_bytes(b"nothing")

    assert find_in_files([WORD[:7]], tmp_path.iterdir()) == {"a": ["rawfile"]}
