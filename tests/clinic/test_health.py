"""The health checks: /healthz (alive) and /readyz (ready for requests)."""

import pytest
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import RequestFactory

from clinic.middleware import HealthCheckMiddleware


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


def test_ready_when_the_database_answers_and_is_migrated(migrated):
    assert ask("/readyz") == (200, "ready")


def test_not_ready_while_a_migration_is_missing(migrated):
    newest = MigrationLoader(connection).graph.leaf_nodes("clinic")[0]
    MigrationRecorder(connection).record_unapplied(*newest)
    assert ask("/readyz") == (503, "migrations not applied")


def test_not_ready_while_the_database_is_away(migrated):
    def refuse(execute, sql, params, many, context):
        raise OperationalError(DEFAULT_DB_ALIAS)

    with connection.execute_wrapper(refuse):
        assert ask("/readyz") == (503, "database not reachable")
    assert ask("/readyz") == (200, "ready")


def test_probes_are_answered_on_any_host_and_without_https(client, db, settings):
    settings.ALLOWED_HOSTS = ["plans.example.org"]
    settings.SECURE_SSL_REDIRECT = True
    for path in ("/healthz", "/readyz"):
        assert client.get(path, HTTP_HOST="10.1.2.3").status_code == 200
    assert client.get("/consultation/", HTTP_HOST="10.1.2.3").status_code == 400
