"""The restore drill: make a backup, restore it into a scratch database, and compare the two."""

from __future__ import annotations

import datetime
import hashlib
import io
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pyrage
from django.contrib.sessions.models import Session
from django.core.management import call_command, get_commands
from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from clinic.accounts.selectors import list_unreadable
from clinic.backup.after_restore import Restored, run_steps
from clinic.backup.archive import Manifest
from clinic.backup.errors import BackupError, CheckFailedError
from clinic.backup.facts import Facts, list_audit_tables, list_photo_tables
from clinic.backup.services import create_backup, load_backup, migrate_if_needed, opened_backup
from clinic.models import OutboxMessage

ALIAS = "drill"
#: The beginning of the name of scratch databases; a hash of the name of the database that is copied follows.
PREFIX = "surefoot_drill_"
#: Scratch databases that this role may delete and nobody is connected to.
_ABANDONED = """
    SELECT datname FROM pg_database JOIN pg_roles ON pg_roles.oid = datdba
    WHERE starts_with(datname, %s) AND pg_has_role(rolname, 'MEMBER')
        AND NOT EXISTS (
            SELECT 1 FROM pg_stat_activity WHERE pg_stat_activity.datid = pg_database.oid
                AND backend_type IS DISTINCT FROM 'autovacuum worker')
"""
#: The command that checks the audit trail's chain of hashes.
VERIFY = "verify_audit_trail"


@dataclass
class Drill:
    """Figures of a drill, as rows of (name, figure), and the time of each part in seconds."""

    figures: list[tuple[str, str]] = field(default_factory=list)

    def add(self, name: str, figure: str) -> None:
        self.figures.append((name, figure))


def run_drill(
    *,
    connection: BaseDatabaseWrapper,
    folder: Path,
    now: datetime.datetime,
    backup: Path | None = None,
    key_file: Path | None = None,
) -> Drill:
    """Restore a backup into a scratch database and compare it. Returns figures; the scratch database is deleted.

    Without `backup`, a new one of `connection` is made in `folder`, encrypted to a key of this drill. Scratch databases
    that killed drills have left are deleted first. Raises CheckFailedError for the first difference.
    """
    drill = Drill()
    if connection.vendor == "postgresql":
        _delete_abandoned_databases(connection, drill)
    if backup is None:
        backup, key_file = _make_backup(connection, folder, now, drill)
    with (
        opened_backup(backup, key_file=key_file, folder=folder) as (manifest, copy),
        _scratch_database(connection, folder) as scratch,
    ):
        began = time.monotonic()
        facts = load_backup(connection=scratch, manifest=manifest, copy=copy)
        drill.add("restored", f"{backup.name} in {time.monotonic() - began:.1f} s")
        _compare(manifest, facts, drill)
        with _as_default(scratch):
            migrate_if_needed()
            _verify_audit_trail(facts, drill)
            _run_steps(manifest, now, drill)
    return drill


def _make_backup(
    connection: BaseDatabaseWrapper, folder: Path, now: datetime.datetime, drill: Drill
) -> tuple[Path, Path]:
    identity = pyrage.x25519.Identity.generate()
    key_file = folder / "drill.key"
    key_file.touch(mode=0o600)
    key_file.write_text(f"{identity}\n", encoding="utf-8")
    began = time.monotonic()
    made = create_backup(connection=connection, folder=folder, public_keys=str(identity.to_public()), now=now)
    drill.add("backup", f"{made.size / 10**6:.1f} MB in {time.monotonic() - began:.1f} s, encrypted, checked")
    return made.path, key_file


def _compare(manifest: Manifest, facts: Facts, drill: Drill) -> None:
    """Add the figures of a copy that `load_backup` has compared already."""
    differences = manifest.facts.differences(facts)
    if differences:
        raise CheckFailedError("; ".join(differences))
    drill.add("tables", f"{len(facts.rows)}, each with the rows of the manifest: {facts.total} in all")
    photos = sorted(list_photo_tables() & set(facts.digests))
    rows = sum(facts.rows[table] for table in photos)
    drill.add("photographs", f"{rows} in {', '.join(photos)}: checksums are the same")


def _verify_audit_trail(facts: Facts, drill: Drill) -> None:
    audit = sorted(list_audit_tables() & set(facts.digests))
    rows = sum(facts.rows[table] for table in audit)
    drill.add("audit trail", f"{rows} rows in {', '.join(audit)}: checksums are the same")
    if VERIFY in get_commands():
        said = io.StringIO()
        try:
            # The heads kept outside may be newer than the backup, and are no part of it.
            call_command(VERIFY, heads=Path(os.devnull), stdout=said)
        except CommandError as error:
            raise CheckFailedError(f"{VERIFY}: {error}") from error
        drill.add("hash chain", said.getvalue().strip())


def _run_steps(manifest: Manifest, now: datetime.datetime, drill: Drill) -> None:
    """Run the steps after a restore, and check that nothing would be sent and nobody is signed in."""
    report = run_steps(Restored(now=now, made_at=manifest.made_at))
    due, sessions = OutboxMessage.objects.due(now).count(), Session.objects.count()
    if due or sessions:
        raise CheckFailedError(f"After the restore, {due} e-mails are due and {sessions} sessions are open.")
    unreadable = len(list_unreadable())
    drill.add(
        "second factors",
        f"{unreadable} cannot be decrypted: MFA_ENCRYPTION_KEYS lacks a key of that time"
        if unreadable
        else "each can be decrypted",
    )
    drill.add("after restore", f"{len(report.done)} steps done; no e-mail is due, no session is open")


def get_prefix(connection: BaseDatabaseWrapper) -> str:
    """Return the beginning of the names of scratch databases of this database."""
    name = str(connection.settings_dict["NAME"])
    return f"{PREFIX}{hashlib.sha256(name.encode()).hexdigest()[:8]}_"


def _delete_abandoned_databases(connection: BaseDatabaseWrapper, drill: Drill) -> None:
    """Delete the scratch databases of drills that were killed: each is a copy that no erasure reaches.

    Not while another drill runs, which has no connection at some moments. A lock tells of it until its session ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext(%s))", [PREFIX])
        if not cursor.fetchone()[0]:
            return
        cursor.execute(_ABANDONED, [get_prefix(connection)])
        deleted = 0
        for (name,) in cursor.fetchall():
            with suppress(OperationalError):  # somebody has connected to it meanwhile
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
                deleted += 1
    if deleted:
        drill.add("cleaned up", f"{deleted} scratch databases of drills that were killed: deleted")


@contextmanager
def _scratch_database(connection: BaseDatabaseWrapper, folder: Path) -> Iterator[BaseDatabaseWrapper]:
    """Create an empty database of the same kind, and delete it afterwards."""
    scratch = connection.copy(ALIAS)
    on_server = connection.vendor == "postgresql"
    name = f"{get_prefix(connection)}{uuid.uuid4().hex}"
    scratch.settings_dict["NAME"] = name if on_server else str(folder / f"{name}.sqlite3")
    if on_server:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        except ProgrammingError as error:
            raise BackupError(
                "The database role may not create a scratch database. Run the drill as the owner of the database "
                "(MIGRATION_DATABASE_URL), or on a spare server."
            ) from error
    connections[ALIAS] = scratch
    try:
        yield scratch
    finally:
        scratch.close()
        del connections[ALIAS]
        if on_server:
            with connection.cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def _as_default(scratch: BaseDatabaseWrapper) -> Iterator[None]:
    """Let models and commands of this thread use the scratch database."""
    before = connections["default"]
    connections["default"] = scratch
    try:
        yield
    finally:
        connections["default"] = before
