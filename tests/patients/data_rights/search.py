"""Search for texts in every column of every table, and in the files of a database, without regard to case."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.contrib.sessions.models import Session
from django.db import connection

from clinic.accounts.kept_forms import read_form


def list_columns() -> list[tuple[str, str]]:
    """Return table and column of everything in the database, whatever Django knows of it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
            )
        else:
            cursor.execute(
                "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            )
        return sorted(cursor.fetchall())


def find_in_tables(words: Iterable[str]) -> set[tuple[str, str]]:
    """Return table and column of each value that contains one of the words. Sessions are decoded first, and
    the forms in them decrypted.
    """
    wanted = [word.lower() for word in words]
    found = set()
    with connection.cursor() as cursor:
        for table, column in list_columns():
            cursor.execute(f'SELECT CAST("{column}" AS text) FROM "{table}"')  # noqa: S608  # names of our own
            text = "\n".join(str(value) for (value,) in cursor.fetchall()).lower()
            if any(word in text for word in wanted):
                found.add((table, column))
    for session in Session.objects.all():
        data = session.get_decoded()
        if any(word in str([data, read_form(data)]).lower() for word in wanted):
            found.add(("django_session", "session_data"))
    return found


def find_in_files(words: Iterable[str], files: Iterable[Path]) -> dict[str, list[str]]:
    """Return file name → the words that it contains, for each file with any.

    A server may delete a file of its own after it was listed.
    """
    wanted = [word.lower().encode() for word in words]
    found = {}
    for file in files:
        try:
            content = file.read_bytes().lower()
        except FileNotFoundError:
            continue
        there = [word.decode() for word in wanted if word in content]
        if there:
            found[file.name] = there
    return found
