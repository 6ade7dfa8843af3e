"""A file system of a few megabytes, with the database of the trial on it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEGABYTES = 40


def get_disk() -> Path:
    return Path(os.environ["TRIAL_FOLDER"]) / "disk"


@contextmanager
def small_disk() -> Iterator[None]:
    """Mount it, and put the database on it. Needs root."""
    disk = get_disk()
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", disk], check=True)
    try:
        if os.environ["DATABASE_URL"].startswith("sqlite"):
            os.environ["DATABASE_URL"] = f"sqlite:///{disk}/data.sqlite3"
        else:
            _move_tables(disk)
        yield
    finally:
        subprocess.run(["umount", "--lazy", disk], check=False)


def _move_tables(disk: Path) -> None:
    import psycopg2

    for folder in (disk, disk.parent):
        folder.chmod(0o755)
    tables = disk / "tables"
    tables.mkdir()
    subprocess.run(["chown", "postgres", tables], check=True)
    connection = psycopg2.connect(os.environ["DATABASE_URL"].replace("/surefoot?", "/postgres?"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLESPACE small LOCATION '{tables}'")
        cursor.execute("ALTER DATABASE surefoot SET TABLESPACE small")
    connection.close()


def fill_disk() -> int:
    """Write a file until nothing more fits, and return the bytes that were added."""
    written = 0
    with (get_disk() / "ballast").open("ab", buffering=0) as ballast:
        for size in (1024 * 1024, 4096):
            try:
                while True:
                    written += ballast.write(bytes(size)) or 0
            except OSError:
                continue
    return written


def make_room() -> None:
    (get_disk() / "ballast").unlink()
