"""`manage.py worker` as a separate process that is really stopped and killed."""

import datetime
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.core.mail import send_mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from clinic.models import OutboxMessage, TokenBucket
from clinic.tasks import MAIL_RETENTION, delete_expired_rows

from .smtp_sink import SmtpSink

ROOT = Path(__file__).resolve().parents[2]


class Workplace:
    """A database that another process can open: a copy of the test's SQLite, or the test's PostgreSQL itself."""

    def __init__(self, folder):
        if connection.vendor == "sqlite":
            self.file = folder / "worker.sqlite3"
            with closing(sqlite3.connect(self.file)) as copy:
                connection.connection.backup(copy)
            self.url = f"sqlite:///{self.file}"
        else:
            self.file = None
            given = urlsplit(os.environ["DATABASE_URL"])
            self.url = given._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
        self.processes = []

    def sql(self, statement):
        if self.file is None:
            with connection.cursor() as cursor:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else []
        with closing(sqlite3.connect(self.file, timeout=20)) as copy, copy:
            return copy.execute(statement).fetchall()

    def start(self, sink, *arguments):
        environment = os.environ | {
            "SUREFOOT_MODE": "test",
            "DJANGO_SETTINGS_MODULE": "clinic.settings",
            "DATABASE_URL": self.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{sink.port}",
        }
        process = subprocess.Popen(
            [sys.executable, "manage.py", "worker", "--every", "0.1", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.processes.append(process)
        return process

    def close(self):
        """End the processes that a failed test left running."""
        for process in self.processes:
            process.kill()
            process.communicate()


@pytest.fixture
def sink():
    sink = SmtpSink()
    yield sink
    sink.close()


@pytest.fixture
def workplace(transactional_db, tmp_path):
    """Return a workplace with one waiting message."""
    send_mail("Hello", "A secret link", None, ["maria@example.org"])
    workplace = Workplace(tmp_path)
    yield workplace
    workplace.close()


SENT = "SELECT sent_at IS NOT NULL, body, attempts FROM clinic_outboxmessage"


def finish(process):
    output, _ = process.communicate(timeout=30)
    return output


def test_once_delivers_what_is_due_and_stops_by_itself(workplace, sink):
    process = workplace.start(sink, "--once")
    assert "Worker stopped after 1 attempts." in finish(process)
    assert process.returncode == 0
    assert [message["To"] for message in sink.messages] == ["maria@example.org"]
    assert [(bool(sent), body) for sent, body, _ in workplace.sql(SENT)] == [(True, "")]


def test_sigterm_while_idle_stops_it_cleanly(workplace, sink):
    process = workplace.start(sink)
    assert sink.arrived.wait(30)
    process.send_signal(signal.SIGTERM)
    assert "Worker stopped" in finish(process)
    assert process.returncode == 0


def test_sigterm_in_the_middle_of_a_message_lets_it_finish(workplace, sink):
    sink.hold()
    process = workplace.start(sink)
    assert sink.arrived.wait(30)
    process.send_signal(signal.SIGTERM)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(timeout=0.5)
    sink.may_answer.set()
    assert "Worker stopped after 1 attempts." in finish(process)
    assert process.returncode == 0
    assert [bool(sent) for sent, *_ in workplace.sql(SENT)] == [True]


def test_killed_in_the_middle_it_loses_nothing_and_the_next_one_sends_again(workplace, sink):
    sink.hold()
    process = workplace.start(sink)
    assert sink.arrived.wait(30)
    process.kill()
    finish(process)
    assert [(bool(sent), body, attempts) for sent, body, attempts in workplace.sql(SENT)] == [
        (False, "A secret link", 1)
    ]
    sink.may_answer.set()

    early = workplace.start(sink, "--once")
    assert "after 0 attempts" in finish(early)
    workplace.sql("UPDATE clinic_outboxmessage SET next_attempt_at = created_at")  # the lease has passed
    assert "after 1 attempts" in finish(workplace.start(sink, "--once"))
    assert [bool(sent) for sent, *_ in workplace.sql(SENT)] == [True]
    assert len({message["Message-ID"] for message in sink.messages}) == 1


def test_expired_rows_are_deleted_and_others_are_kept(db):
    now, long_ago = timezone.now(), timezone.now() - MAIL_RETENTION - datetime.timedelta(days=1)
    OutboxMessage.objects.create(to="sent@example.org", subject="old", created_at=long_ago, sent_at=long_ago)
    OutboxMessage.objects.create(
        to="lost@example.org", subject="old", created_at=long_ago, given_up_at=long_ago
    )
    OutboxMessage.objects.create(to="waits@example.org", subject="old", created_at=long_ago)
    OutboxMessage.objects.create(to="new@example.org", subject="new", sent_at=now)
    hour = datetime.timedelta(hours=1)
    TokenBucket.objects.create(key="full again", tokens=0, updated_at=now - 2 * hour, full_at=now - hour)
    TokenBucket.objects.create(key="in use", tokens=0, updated_at=now, full_at=now + hour)
    delete_expired_rows(now)
    assert sorted(OutboxMessage.objects.values_list("to", flat=True)) == [
        "new@example.org",
        "waits@example.org",
    ]
    assert [bucket.key for bucket in TokenBucket.objects.all()] == ["in use"]


def test_expired_rows_of_the_cache_are_deleted(db, settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
    }
    call_command("createcachetable")
    for number in range(3):
        cache.set(f"short-{number}", "value", 60)
    cache.set("long", "value", 3 * 60 * 60)
    delete_expired_rows(timezone.now() + datetime.timedelta(hours=2))
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache")
        assert cursor.fetchall() == [(":1:long",)]


def test_once_in_this_process_says_how_much_it_did(db, capsys):
    call_command("worker", "--once")
    assert "Worker stopped after 0 attempts." in capsys.readouterr().out
