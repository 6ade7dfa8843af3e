"""Metrics for Prometheus, read from the database at each scrape.

Nothing is counted in a process: each of several server processes would have a count of its own, and a scrape would show
that of whichever answers.
"""

from __future__ import annotations

import datetime
import secrets

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from clinic.models import OutboxMessage, Priority, TokenBucket, WorkerHeartbeat
from clinic.monitoring.selectors import get_mail_state


def is_metrics_token(authorization: str) -> bool:
    """Return True if the header Authorization has the token of the settings. Without a token, nobody has it."""
    expected = f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and secrets.compare_digest(authorization.encode(), expected.encode())


def render_metrics(now: datetime.datetime) -> bytes:
    """Return all metrics in the text format of Prometheus. Five queries, on PostgreSQL six."""
    registry = CollectorRegistry()
    _add_outbox(registry, now)
    _add_worker(registry, now)
    _set(registry, "surefoot_rate_limit_buckets", "Rows that count tries.", TokenBucket.objects.count())
    if connection.vendor == "postgresql":
        _add_connections(registry)
    return generate_latest(registry)


def _set(registry: CollectorRegistry, name: str, about: str, value: float) -> None:
    Gauge(name, about, registry=registry).set(value)


def _add_outbox(registry: CollectorRegistry, now: datetime.datetime) -> None:
    is_waiting = Q(sent_at=None, given_up_at=None)
    waiting = Gauge("surefoot_outbox_waiting", "E-mails to be sent.", ["priority"], registry=registry)
    found = OutboxMessage.objects.filter(is_waiting).values_list("priority").annotate(Count("pk"))
    counts = dict(found.order_by())
    for priority in Priority:
        waiting.labels(priority.name.lower()).set(counts.get(priority, 0))
    state = get_mail_state()
    since = filter(None, (state.waiting_since, state.all_refused_since))
    oldest = max(((now - moment).total_seconds() for moment in since), default=0)
    _set(registry, "surefoot_outbox_oldest_seconds", "Age of the oldest e-mail to be sent.", oldest)
    refused = OutboxMessage.objects.filter(refused_at__isnull=False).count()
    _set(registry, "surefoot_outbox_refused", "E-mails to refused addresses.", refused)


def _add_worker(registry: CollectorRegistry, now: datetime.datetime) -> None:
    age = Gauge(
        "surefoot_worker_heartbeat_age_seconds",
        "Seconds since the last sign of life of a thread of the worker.",
        ["lane"],
        registry=registry,
    )
    for lane, at in WorkerHeartbeat.objects.values_list("lane", "at"):
        age.labels(lane).set((now - at).total_seconds())


def _add_connections(registry: CollectorRegistry) -> None:
    connections = Gauge(
        "surefoot_database_connections", "Connections to this database.", ["state"], registry=registry
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT CASE WHEN wait_event_type = 'Lock' THEN 'waits for a lock' ELSE coalesce(state, 'other') END,"
            " count(*) FROM pg_stat_activity WHERE datname = current_database() GROUP BY 1"
        )
        for state, count in cursor.fetchall():
            connections.labels(state).set(count)
