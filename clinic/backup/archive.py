"""Backup files: a tar archive of a manifest and the copy of the database, encrypted with age if keys are given.

`surefoot-20261130T031500Z.tar.age` holds `manifest.json` and `database`. It is an ordinary file of age
(age-encryption.org/v1, X25519), so the programs `age` and `tar` open it too.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import shutil
import sys
import tarfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import pyrage

from clinic.backup.errors import BackupError, CheckFailedError
from clinic.backup.facts import Facts

FORMAT = 1
MANIFEST, DATABASE = "manifest.json", "database"
PREFIX = "surefoot-"
ENCRYPTED, PLAIN = ".tar.age", ".tar"
AGE_HEADER = b"age-encryption.org/v1"
#: Bytes read at once.
CHUNK = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The contents of a backup, as they were in the snapshot of which the copy was made.

    `vendor` is Django's name of the database ("sqlite", "postgresql"); `migrations` are "app.name" of all that were
    applied; `sha256` and `size` (in bytes) are of the copy in the archive.
    """

    made_at: datetime.datetime
    vendor: str
    migrations: tuple[str, ...]
    facts: Facts
    sha256: str
    size: int

    def to_json(self) -> str:
        values = asdict(self) | {"format": FORMAT, "made_at": self.made_at.isoformat()}
        return json.dumps(values, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Raise CheckFailedError if this is no manifest of a format that this release knows."""
        try:
            values: dict[str, Any] = json.loads(text)
            if values.pop("format") != FORMAT:
                raise ValueError
            return cls(
                made_at=datetime.datetime.fromisoformat(values.pop("made_at")),
                facts=Facts(**values.pop("facts")),
                migrations=tuple(values.pop("migrations")),
                **values,
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise CheckFailedError("The backup has a manifest that this release cannot read.") from error


def file_name(made_at: datetime.datetime, *, encrypted: bool) -> str:
    moment = made_at.astimezone(datetime.UTC)
    return f"{PREFIX}{moment:%Y%m%dT%H%M%SZ}{ENCRYPTED if encrypted else PLAIN}"


def hash_file(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def pack(*, manifest: Manifest, database: Path, target: Path) -> None:
    """Write the tar archive of both."""
    beside = target.with_name(MANIFEST)
    beside.write_text(manifest.to_json(), encoding="utf-8")
    with tarfile.open(target, "w") as archive:
        archive.add(beside, MANIFEST)
        archive.add(database, DATABASE)
    beside.unlink()


def unpack(archive: Path, folder: Path) -> tuple[Manifest, Path]:
    """Extract a tar archive into the folder; return its manifest and the path of the copy of the database.

    Raises CheckFailedError if the archive is damaged, or the copy is not the one of the manifest.
    """
    target = folder / DATABASE
    try:
        with tarfile.open(archive, "r:") as tar:
            manifest = Manifest.from_json(_open(tar, MANIFEST).read())
            with _open(tar, DATABASE) as source, target.open("wb") as file:
                shutil.copyfileobj(source, file, CHUNK)
    except (tarfile.TarError, KeyError, EOFError) as error:
        raise CheckFailedError(f"{archive.name} is damaged, or no backup of Surefoot.") from error
    if target.stat().st_size != manifest.size or hash_file(target) != manifest.sha256:
        raise CheckFailedError(f"{archive.name} is damaged: the copy in it is not the one that was made.")
    return manifest, target


def _open(tar: tarfile.TarFile, name: str) -> Any:
    """Return a reader of a regular file in the archive. Only the two known names are ever read."""
    found = tar.extractfile(name)
    if found is None:
        raise KeyError(name)
    return found


# --- Encryption -------------------------------------------------------------------------------------------------------


def parse_public_keys(text: str) -> list[Any]:
    """Return the age recipients named in the text, separated by commas or blanks. Raises BackupError for another."""
    found = []
    for key in text.replace(",", " ").split():
        try:
            found.append(pyrage.x25519.Recipient.from_str(key))
        except pyrage.RecipientError as error:
            raise BackupError(
                "BACKUP_PUBLIC_KEY is no public key of age. It starts with age1; "
                "`manage.py make_backup_key` makes one."
            ) from error
    return found


def read_identities(path: Path) -> list[Any]:
    """Return the private keys in a file as age-keygen writes it: one a line, comments begin with #.

    The path "-" is standard input, so that a key need not be stored on the machine.
    """
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        lines = text.splitlines()
        keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        found = [pyrage.x25519.Identity.from_str(key) for key in keys]
    except OSError as error:
        raise BackupError(f"The key file cannot be read: {path} ({error.strerror})") from error
    except (pyrage.IdentityError, UnicodeDecodeError) as error:
        raise BackupError(f"{path} holds no private key of age (AGE-SECRET-KEY-1…).") from error
    if not found:
        raise BackupError(f"{path} holds no private key of age (AGE-SECRET-KEY-1…).")
    return found


def encrypt(source: Path, target: Path, recipients: list[Any]) -> None:
    """Encrypt a file to the recipients, decrypt the result again and compare it. Raises CheckFailedError.

    The private keys of the recipients are not on this machine. So the file has one further recipient, whose key exists
    in memory only and for this call only: with it the whole file is read back.
    """
    once = pyrage.x25519.Identity.generate()
    with source.open("rb") as reader, target.open("wb") as writer:
        pyrage.encrypt_io(reader, writer, [*recipients, once.to_public()])
    hashed = _HashWriter()
    with target.open("rb") as reader:
        try:
            pyrage.decrypt_io(reader, hashed, [once])
        except (pyrage.DecryptError, OSError) as error:
            raise CheckFailedError("The encrypted file cannot be read back.") from error
    if hashed.digest.hexdigest() != hash_file(source):
        raise CheckFailedError("The encrypted file does not hold what was encrypted.")


def is_encrypted(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(AGE_HEADER)) == AGE_HEADER


def decrypt(source: Path, target: Path, identities: list[Any]) -> None:
    """Decrypt a file. Raises BackupError if no key opens it, and CheckFailedError if it is damaged."""
    try:
        with source.open("rb") as reader, target.open("wb") as writer:
            pyrage.decrypt_io(reader, writer, identities)
    except pyrage.DecryptError as error:
        if "matching keys" in str(error):
            raise BackupError(
                f"The key does not open {source.name}. It was encrypted to another one."
            ) from error
        raise CheckFailedError(f"{source.name} is damaged: {error}.") from error
    except OSError as error:
        if error.errno is None:  # pyrage's own error while it reads, and none of the file system
            raise CheckFailedError(f"{source.name} is damaged: {error}.") from error
        raise


class _HashWriter:
    """A file that keeps the SHA-256 of what is written to it and nothing else."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()

    def write(self, content: bytes) -> int:
        self.digest.update(content)
        return len(content)

    def flush(self) -> None:
        """Do nothing: nothing is kept back."""
