"""The worker's periodic jobs: each runs at its interval, and none blocks the others or the e-mail."""

import logging
import sys

import pytest
from django.conf import settings
from django.core.mail import send_mail
from django.core.management import call_command
from django.utils.module_loading import import_string

from clinic.models import OutboxMessage
from clinic.scheduler import PeriodicJobs

DONE = []
HERE = __name__


def job_one(now):
    DONE.append(("summaries", now))
    return 3


def job_two(now):
    DONE.append(("reminders", now))
    return 0


def failing_job(now):
    DONE.append(("failing", now))
    raise ValueError("Rosa Delgado fell")


@pytest.fixture(autouse=True)
def _nothing_done():
    DONE.clear()
    yield
    DONE.clear()


@pytest.fixture(autouse=True)
def _found_by_name(monkeypatch):
    """Make this file importable by name."""
    monkeypatch.setitem(sys.modules, "chores", sys.modules[HERE])


class Clock:
    seconds = 0.0

    def __call__(self):
        return self.seconds


def done():
    return [name for name, _now in DONE]


def test_each_job_runs_at_once_and_then_at_its_interval():
    clock = Clock()
    jobs = PeriodicJobs({"chores.job_one": 60, "chores.job_two": 300}, clock=clock)
    for clock.seconds in (0, 5, 59, 60, 61, 120, 300):
        jobs.run_due()

    assert done() == ["summaries", "reminders", "summaries", "summaries", "summaries", "reminders"]
    assert all(now.tzinfo for _name, now in DONE)


def test_a_job_that_fails_stops_no_other_and_says_nothing_about_anyone(caplog):
    clock = Clock()
    jobs = PeriodicJobs({"chores.failing_job": 10, "chores.job_one": 10}, clock=clock)
    with caplog.at_level(logging.INFO, logger="clinic.scheduler"):
        jobs.run_due()
        clock.seconds = 10
        jobs.run_due()

    assert done() == ["failing", "summaries", "failing", "summaries"]
    assert "Job chores.failing_job failed: ValueError" in caplog.messages
    assert "Rosa" not in caplog.text


def test_a_job_that_does_not_exist_is_logged_and_stops_no_other(caplog):
    PeriodicJobs({"chores.no_such_thing": 10, "chores.job_one": 10}).run_due()

    assert done() == ["summaries"]
    assert "Job chores.no_such_thing failed: ImportError" in caplog.messages


@pytest.mark.django_db
def test_the_mail_goes_out_whatever_the_jobs_do(settings, tmp_path, capsys):
    settings.PERIODIC_JOBS = {"chores.failing_job": 10}
    settings.OUTBOX_DELIVERY = {
        "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
        "EMAIL_FILE_PATH": str(tmp_path),
    }
    send_mail("Hello", "How are you?", None, ["maria@example.org"])
    call_command("worker", "--once")

    assert done() == ["failing"]
    assert "Worker stopped after 1 attempts." in capsys.readouterr().out
    assert OutboxMessage.objects.get().sent_at
    assert "How are you?" in next(tmp_path.iterdir()).read_text()


def test_every_job_of_the_settings_is_there():
    assert len(settings.PERIODIC_JOBS) >= 2
    assert not settings.PERIODIC_JOBS.keys() & settings.EXTERNAL_JOBS.keys()
    for name, every in (settings.PERIODIC_JOBS | settings.EXTERNAL_JOBS).items():
        assert callable(import_string(name))
        assert every >= 1
