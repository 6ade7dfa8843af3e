"""The health checks: /healthz (alive), /readyz (ready for requests) and /healthz/worker."""

import datetime

import pytest
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import RequestFactory
from django.utils import timezone

from clinic.middleware import HealthCheckMiddleware
from clinic.models import OutboxMessage, WorkerHeartbeat
from clinic.monitoring.services import record_heartbeat
from clinic.worker_lane_names import list_lane_names


def ask(path):
    """Return the response of a fresh process, without the cached result about migrations of other tests."""
    middleware = HealthCheckMiddleware(lambda request: pytest.fail("the probe went past the middleware"))
    response = middleware(RequestFactory().get(path))
    return response.status_code, response.content.decode().strip()


def test_alive_needs_no_database():
    """The test asks for no database, so a query would fail it."""
    assert ask("/healthz") == (200, "alive")


@pytest.fixture
def migrated(transactional_db, settings):
    """Record all migrations as applied: the tests create their tables from the models and record none."""
    settings.MIGRATION_MODULES = {}
    recorder = MigrationRecorder(connection)
    for key in MigrationLoader(connection).graph.nodes:
        recorder.record_applied(*key)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(recorder.Migration)


@pytest.fixture
def worker(transactional_db):
    """Return a function that stores a sign of life of each lane, some minutes old."""

    def beat(minutes=0):
        for lane in list_lane_names():
            record_heartbeat(lane=lane, now=timezone.now() - datetime.timedelta(minutes=minutes))

    return beat


def test_ready_when_the_database_answers_and_is_migrated(migrated, worker):
    worker()
    assert ask("/readyz") == (200, "ready\nworker well")


def test_not_ready_while_a_migration_is_missing(migrated):
    newest = MigrationLoader(connection).graph.leaf_nodes("clinic")[0]
    MigrationRecorder(connection).record_unapplied(*newest)
    assert ask("/readyz") == (503, "migrations not applied")


def test_not_ready_while_the_database_is_away(migrated, worker):
    worker()

    def refuse(execute, sql, params, many, context):
        raise OperationalError(DEFAULT_DB_ALIAS)

    with connection.execute_wrapper(refuse):
        assert ask("/readyz") == (503, "database not reachable")
        assert ask("/healthz/worker") == (503, "database not reachable")
        assert ask("/healthz") == (200, "alive")
    assert ask("/readyz")[0] == 200


class TestTheWorker:
    def test_it_is_well_while_each_lane_gives_signs_of_life(self, worker):
        worker(minutes=2)
        assert ask("/healthz/worker") == (200, "worker well")

    def test_it_is_late_when_they_stop(self, worker):
        worker(minutes=4)
        status, text = ask("/healthz/worker")
        assert (status, text) == (503, "worker late, no sign of life of: mail, jobs, send_due_notices")

    def test_one_lane_that_hangs_is_named(self, worker):
        worker()
        record_heartbeat(lane="mail", now=timezone.now() - datetime.timedelta(minutes=4))
        assert ask("/healthz/worker") == (503, "worker late, no sign of life of: mail")

    def test_a_worker_that_never_ran_is_late(self, transactional_db):
        assert ask("/healthz/worker")[0] == 503

    def test_a_late_worker_is_told_and_does_not_take_the_site_away(self, migrated, worker):
        worker(minutes=4)
        status, text = ask("/readyz")
        assert status == 200
        assert "worker late" in text

    def test_mail_that_waits_too_long_is_late(self, worker):
        worker()
        OutboxMessage.objects.create(to="maria@example.org", subject="Hello")
        assert ask("/healthz/worker")[0] == 200
        OutboxMessage.objects.update(created_at=timezone.now() - datetime.timedelta(minutes=31))
        status, text = ask("/healthz/worker")
        assert status == 503
        assert "e-mail has waited since" in text
        assert "maria" not in text

    def test_the_command_gives_signs_of_life(self, transactional_db, settings, capsys):
        settings.PERIODIC_JOBS = settings.EXTERNAL_JOBS = {}
        call_command("worker", "--once")
        assert ask("/healthz/worker") == (200, "worker well")
        assert set(WorkerHeartbeat.objects.values_list("lane", flat=True)) == {"mail", "jobs"}

    def test_a_clock_that_was_set_back_makes_no_worker_late(self, worker):
        worker(minutes=-60)
        assert ask("/healthz/worker") == (200, "worker well")


def test_probes_are_answered_on_any_host_and_without_https(client, db, settings):
    settings.ALLOWED_HOSTS = ["plans.example.org"]
    settings.SECURE_SSL_REDIRECT = True
    for path in ("/healthz", "/readyz"):
        assert client.get(path, HTTP_HOST="10.1.2.3").status_code == 200
    assert client.get("/consultation/", HTTP_HOST="10.1.2.3").status_code == 400
