"""No process waits for ever for a database: a slow, locked, frozen or mute PostgreSQL, or a locked SQLite."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
#: Runs in a process of its own, since the timeouts are those of a whole process. Prints what each attempt raised.
SCRIPT = """
import os, signal, socket, threading
import django
django.setup()
import psycopg2
from django.db import OperationalError, connection, transaction
from clinic import database_timeouts
database_timeouts.LOCK_WITHIN = 1
database_timeouts.CONNECT_WITHIN = 1
database_timeouts.GRACE = 1
database_timeouts.limit_waiting(2)

def ask(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []

def attempt(name, work):
    try:
        work()
        print(name, "answered")
    except (OperationalError, psycopg2.OperationalError) as error:
        print(name, type(error.__cause__ or error).__name__)

attempt("quick", lambda: ask("SELECT 1"))
attempt("slow", lambda: ask("SELECT pg_sleep(60)"))
attempt("after", lambda: ask("SELECT 1"))

ask("CREATE TABLE one (id int)")
other = psycopg2.connect(os.environ["DATABASE_URL"])
with other.cursor() as cursor:
    cursor.execute("LOCK TABLE one")
attempt("locked", lambda: ask("SELECT * FROM one"))
other.rollback()

(pid,), = ask("SELECT pg_backend_pid()")
os.kill(pid, signal.SIGSTOP)
attempt("frozen", lambda: ask("SELECT 1"))
os.kill(pid, signal.SIGCONT)
connection.close_if_unusable_or_obsolete()
attempt("thawed", lambda: ask("SELECT 1"))

mute = socket.create_server(("127.0.0.1", 0))
attempt("mute", lambda: psycopg2.connect(host="127.0.0.1", port=mute.getsockname()[1], user="nobody"))

with transaction.atomic():
    ask("DECLARE many CURSOR FOR SELECT generate_series(1, 3)")
    attempt("cursor", lambda: ask("FETCH ALL FROM many"))
"""


@pytest.mark.postgresql
def test_postgresql_that_does_not_answer_is_an_error_after_a_while():
    result = subprocess.run(
        [".ci/with-postgres", sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env=os.environ | {"SUREFOOT_MODE": "test", "DJANGO_SETTINGS_MODULE": "clinic.settings"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert [tuple(line.split()) for line in result.stdout.splitlines()] == [
        ("quick", "answered"),
        ("slow", "QueryCanceled"),
        ("after", "answered"),
        ("locked", "LockNotAvailable"),
        ("frozen", "OperationalError"),
        ("thawed", "answered"),
        ("mute", "OperationalError"),
        ("cursor", "answered"),
    ]


SQLITE = """
import os, sqlite3
import django
django.setup()
from django.db import OperationalError, connection, transaction
from clinic import database_timeouts
database_timeouts.LOCK_WITHIN = 0.5
database_timeouts.limit_waiting(2)
other = sqlite3.connect(os.environ["FILE"], isolation_level=None)
connection.ensure_connection()
other.execute("BEGIN IMMEDIATE")
try:
    with transaction.atomic():
        print("began")
except OperationalError as error:
    print(error)
print("knows JSON:", connection.features.has_json_object_function)
other.execute("ROLLBACK")
with transaction.atomic():
    print("began")
"""


def test_sqlite_that_another_process_has_locked_is_an_error_after_a_while(tmp_path):
    file = tmp_path / "data.sqlite3"
    environment = {
        "SUREFOOT_MODE": "test",
        "DJANGO_SETTINGS_MODULE": "clinic.settings",
        "DATABASE_URL": f"sqlite:///{file}",
        "FILE": str(file),
    }
    result = subprocess.run(
        [sys.executable, "-c", SQLITE],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    # A lock at the wrong moment must not make Django believe, for the life of a thread, that SQLite knows no JSON.
    assert result.stdout.splitlines() == ["database is locked", "knows JSON: True", "began"], result.stderr


@pytest.mark.parametrize("module", ["clinic/wsgi.py", "clinic/management/commands/worker.py"])
def test_the_app_and_the_worker_limit_their_waiting(module):
    assert "limit_waiting(OF_" in (ROOT / module).read_text()
