"""Make a backup, and load one into an empty database."""

from __future__ import annotations

import datetime
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from clinic.backup import archive, postgresql, sqlite
from clinic.backup.archive import Manifest
from clinic.backup.errors import BackupError, CheckFailedError, NoSpaceError, storage_errors
from clinic.backup.facts import Facts, list_digested_tables

ENGINES: dict[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgresql}
#: Folders of a backup that is being made or read. One that a killed process left is deleted after a day.
WORK_PREFIX = ".surefoot-work-"
ABANDONED_AFTER = datetime.timedelta(days=1)
#: Free space needed, as a multiple of the database: the copy, the archive, and the encrypted archive.
COPIES = 3


@dataclass(frozen=True)
class Backup:
    """A finished backup file."""

    path: Path
    manifest: Manifest
    size: int
    encrypted: bool


def get_engine(connection: BaseDatabaseWrapper) -> Any:
    """Return the module that copies and loads databases of this kind."""
    try:
        return ENGINES[connection.vendor]
    except KeyError:
        raise BackupError(f"There is no backup for {connection.vendor}.") from None


def create_backup(
    *, connection: BaseDatabaseWrapper, folder: Path, public_keys: str, now: datetime.datetime
) -> Backup:
    """Write a checked backup of the database into the folder and return it. Others may read and write meanwhile.

    The file appears under its name only when it is whole, and only its owner can read it. `public_keys` are recipients
    of age, separated by commas; empty leaves the backup unencrypted. Raises BackupError or one of its subclasses;
    then the folder holds nothing of this backup.
    """
    recipients = archive.parse_public_keys(public_keys)
    if not folder.is_dir():
        raise BackupError(f"{folder} is no folder.")
    engine = get_engine(connection)
    with storage_errors(folder), _private_umask(), work_folder(folder) as work:
        delete_abandoned(folder, now)
        _check_space(folder, engine.get_size(connection) * COPIES)
        copy = work / archive.DATABASE
        facts, migrations = engine.dump(connection, copy, digested=list_digested_tables())
        if not facts.rows:
            raise BackupError("The database has no tables. Is DATABASE_URL that of the app?")
        manifest = Manifest(
            made_at=now,
            vendor=connection.vendor,
            migrations=tuple(sorted(migrations)),
            facts=facts,
            sha256=archive.hash_file(copy),
            size=copy.stat().st_size,
        )
        packed = work / "packed"
        archive.pack(manifest=manifest, database=copy, target=packed)
        copy.unlink()
        archive.unpack(packed, work)
        copy.unlink()
        if recipients:
            sealed = work / "sealed"
            archive.encrypt(packed, sealed, recipients)
            packed.unlink()
            packed = sealed
        path = folder / archive.file_name(now, encrypted=bool(recipients))
        _publish(packed, path)
    return Backup(path, manifest, path.stat().st_size, bool(recipients))


def delete_old_backups(*, folder: Path, keep_days: int, now: datetime.datetime) -> list[Path]:
    """Delete the backups in the folder that were made more than `keep_days` days ago, and return their paths."""
    limit = archive.file_name(now - datetime.timedelta(days=keep_days), encrypted=False).partition(".")[0]
    found = [
        path
        for path in sorted(folder.glob(f"{archive.PREFIX}*{archive.PLAIN}*"))
        if path.name.endswith((archive.PLAIN, archive.ENCRYPTED)) and path.name.partition(".")[0] < limit
    ]
    for path in found:
        path.unlink()
    return found


@contextmanager
def opened_backup(path: Path, *, key_file: Path | None, folder: Path) -> Iterator[tuple[Manifest, Path]]:
    """Open a backup in a private folder below `folder`; yield its manifest and the path of the copy of the database.

    Raises BackupError if the key is missing or does not fit, and CheckFailedError if the file is damaged.
    """
    if not path.is_file():
        raise BackupError(f"There is no file {path}.")
    with storage_errors(folder), _private_umask(), work_folder(folder) as work:
        packed = path
        if archive.is_encrypted(path):
            if key_file is None:
                raise BackupError(
                    f"{path.name} is encrypted. Name the file of the private key with --key-file."
                )
            packed = work / "packed"
            archive.decrypt(path, packed, archive.read_identities(key_file))
        yield archive.unpack(packed, work)


def load_backup(*, connection: BaseDatabaseWrapper, manifest: Manifest, copy: Path) -> Facts:
    """Load a copy into the empty database of the connection, compare it with the manifest, and return its facts.

    Raises BackupError if the database is of another kind or not empty; nothing is changed then. Raises CheckFailedError
    if what was loaded differs; the database is empty again then.
    """
    engine = get_engine(connection)
    if connection.vendor != manifest.vendor:
        raise BackupError(f"This is a backup of {manifest.vendor}, and the database is {connection.vendor}.")
    if not engine.is_empty(connection):
        raise BackupError(
            "The database is not empty. A backup is only ever loaded into an empty one: docs/operations.md says how."
        )
    try:
        engine.load(connection, copy)
        facts: Facts = engine.get_facts(connection, digested=manifest.facts.digests)
        differences = manifest.facts.differences(facts)
        if differences:
            raise CheckFailedError("The loaded database differs from the backup: " + "; ".join(differences))
    except BaseException:
        if not engine.is_empty(connection):  # a load that failed has changed nothing
            engine.make_empty(connection)
        raise
    return facts


def check_migrations(manifest: Manifest, known: Iterable[tuple[str, str]]) -> None:
    """Raise BackupError if the backup has later migrations than this release: a newer release made it.

    `known`: app and name of each migration of this release. One that is unknown but not later was removed since.
    """
    latest: dict[str, str] = {}
    for app, name in known:
        latest[app] = max(name, latest.get(app, ""))
    for migration in manifest.migrations:
        app, _, name = migration.partition(".")
        if app in latest and name > latest[app]:
            raise BackupError(
                f"A newer release made this backup ({migration}). Install that release, and restore with it."
            )


def migrate_if_needed() -> None:
    """Apply the migrations that this release has and the loaded backup has not."""
    connection = connections[DEFAULT_DB_ALIAS]
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


# --- Files ------------------------------------------------------------------------------------------------------------


@contextmanager
def work_folder(folder: Path) -> Iterator[Path]:
    """Create a folder for unfinished files, readable by its owner only, and delete it afterwards."""
    with tempfile.TemporaryDirectory(prefix=WORK_PREFIX, dir=folder) as name:
        yield Path(name)


def delete_abandoned(folder: Path, now: datetime.datetime) -> None:
    """Delete the folders of unfinished files that killed processes left in `folder` more than ABANDONED_AFTER ago."""
    limit = now - ABANDONED_AFTER
    for left in folder.glob(f"{WORK_PREFIX}*"):
        if datetime.datetime.fromtimestamp(left.stat().st_mtime, datetime.UTC) < limit:
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _private_umask() -> Iterator[None]:
    """Let only the owner read the files that are created meanwhile."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


def _check_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NoSpaceError(
            f"{folder} has {free // 10**6} MB free, and a backup may need {needed // 10**6} MB. Nothing was written."
        )


def _publish(finished: Path, path: Path) -> None:
    """Give a finished file its name, in one step and once its contents are on the disk. Never replaces another."""
    with finished.open("rb") as file:
        os.fsync(file.fileno())
    if path.exists():
        raise BackupError(f"There is a backup of this second already: {path}")
    finished.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
