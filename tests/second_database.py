"""An empty database beside the one of the tests, of the same kind."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def empty_database(folder: Path) -> Iterator[BaseDatabaseWrapper]:
    """Create an empty second database of the same kind as the tests' own."""
    fresh = connection.copy("fresh")
    name = f"surefoot_{uuid.uuid4().hex}"
    on_server = connection.vendor == "postgresql"
    fresh.settings_dict["NAME"] = name if on_server else str(folder / f"{name}.sqlite3")
    if on_server:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
    connections["fresh"] = fresh
    try:
        yield fresh
    finally:
        fresh.close()
        del connections["fresh"]
        if on_server:
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{name}"')
