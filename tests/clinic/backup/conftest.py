"""Fixtures of the tests of backups: rows that other connections see, a folder and a pair of keys."""

import datetime
import os
from pathlib import Path

import pyrage
import pytest
from django.core.management import CommandError, call_command

from clinic.audit.services import record
from clinic.backup.archive import read_identities
from clinic.backup.services import Backup, create_backup
from exercises.models import ExercisePhoto
from tests.factories import ClinicFactory, ExerciseFactory, UserFactory

NOW = datetime.datetime(2026, 11, 30, 3, 15, tzinfo=datetime.UTC)


@pytest.fixture
def clinic_with_a_photo(transactional_db):
    """Create committed rows, a photograph and two audit rows among them, and return the photograph."""
    clinic = ClinicFactory()
    user = UserFactory()
    for action in ("clinic.details_changed", "clinic.hours_changed"):
        record(action, actor=user, obj=clinic, clinic=clinic)
    return ExercisePhoto.objects.create(
        exercise=ExerciseFactory(),
        digest="0" * 12,
        full=os.urandom(200_000),
        small=os.urandom(20_000),
        width=4,
        height=3,
        created_by=user,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir()
    return folder


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "private.key"
    file.write_text(f"# made for a test\n{pyrage.x25519.Identity.generate()}\n")
    return file


@pytest.fixture
def public_key(key_file: Path) -> str:
    return str(read_identities(key_file)[0].to_public())


@pytest.fixture
def backup(clinic_with_a_photo, folder, public_key) -> Backup:
    """Return an encrypted backup of the rows above."""
    from django.db import connection

    return create_backup(connection=connection, folder=folder, public_keys=public_key, now=NOW)


def refusal(*command: object) -> tuple[int, str]:
    """Call a management command that must fail; return its exit code and what it says."""
    with pytest.raises(CommandError) as refused:
        call_command(*map(str, command))
    return refused.value.returncode, str(refused.value)
