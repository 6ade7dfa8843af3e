"""Metrics for Prometheus: open with a token only, right in every process, and without anyone's data."""

import datetime

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from clinic.models import OutboxMessage, Priority
from clinic.monitoring.services import record_heartbeat

TOKEN = "a-token-of-this-test-only"


@pytest.fixture
def _token(settings):
    settings.METRICS_TOKEN = TOKEN


def scrape(client):
    """Return the values by name and labels."""
    response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 200
    assert response["Content-Type"].startswith("text/plain")
    families = text_string_to_metric_families(response.content.decode())
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.parametrize(
    "header", ["", "Bearer ", "Bearer wrong", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ä"]
)
@pytest.mark.usefixtures("_token")
def test_without_the_token_it_is_a_missing_page(client, db, header):
    response = client.get("/metrics", headers={"Authorization": header})
    assert response.status_code == 404
    assert b"surefoot_" not in response.content


@pytest.mark.parametrize("header", ["", "Bearer ", f"Bearer {TOKEN}"])
def test_without_a_token_in_the_settings_nobody_sees_it(client, db, header):
    assert client.get("/metrics", headers={"Authorization": header}).status_code == 404


@pytest.mark.usefixtures("_token")
def test_mail_that_waits_and_the_worker_are_in_it(client, db):
    hour_ago = timezone.now() - datetime.timedelta(hours=1)
    for number in range(3):
        OutboxMessage.objects.create(to=f"{number}@example.org", subject="Hello", created_at=hour_ago)
    OutboxMessage.objects.create(to="code@example.org", subject="Code", priority=Priority.URGENT)
    OutboxMessage.objects.create(to="bad@example.org", subject="Hello", refused_at=hour_ago)
    OutboxMessage.objects.create(to="sent@example.org", subject="Hello", sent_at=hour_ago)
    record_heartbeat(lane="mail", now=hour_ago)
    values = scrape(client)
    assert values["surefoot_outbox_waiting", "normal"] == 4
    assert values["surefoot_outbox_waiting", "urgent"] == 1
    assert values["surefoot_outbox_oldest_seconds",] >= 3600
    assert values["surefoot_outbox_refused",] == 1
    assert values["surefoot_worker_heartbeat_age_seconds", "mail"] >= 3600
    if connection.vendor == "postgresql":
        assert values["surefoot_database_connections", "active"] >= 1


@pytest.mark.usefixtures("_token")
def test_nothing_waits(client, db):
    values = scrape(client)
    assert values["surefoot_outbox_waiting", "urgent"] == values["surefoot_outbox_oldest_seconds",] == 0


@pytest.mark.usefixtures("_token")
def test_a_second_scrape_says_the_same(client, db):
    """A registry that lives on would refuse the same names, or add to them."""
    assert scrape(client).keys() == scrape(client).keys()


@pytest.mark.usefixtures("_token")
def test_nobody_is_in_it(client, db):
    OutboxMessage.objects.create(to="maria@example.org", subject="Your code")
    assert not any("maria" in part or "code" in part for key in scrape(client) for part in key)


@pytest.mark.usefixtures("_token")
def test_it_answers_any_host_and_says_when_the_database_is_away(client, db, settings):
    settings.ALLOWED_HOSTS = ["plans.example.org"]
    settings.SECURE_SSL_REDIRECT = True
    assert scrape(client)

    def refuse(execute, sql, params, many, context):
        raise OperationalError("could not connect to server")

    with connection.execute_wrapper(refuse):
        assert client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 503
